"""`clinicflow.visits.v1.dlq`: records that could not be used, encrypted, with the reason."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.envelope import Frozen, UtcTime


class DeadLetterReason(StrEnum):
    """Why a record could not be used. Closed (DESIGN I3)."""

    EMPTY = "empty"
    NOT_JSON = "not-json"
    INVALID = "invalid"
    NEWER_VERSION = "newer-version"
    WRONG_SITE = "wrong-site"
    UNKNOWN_SITE = "unknown-site"
    TIME_IN_FUTURE = "time-in-future"
    VISIT_CLOSED = "visit-closed"
    UNFOLDABLE = "unfoldable"


class RawRecord(Frozen):
    """What is sealed: the record as it came, bytes in Base64. The key, too, can be anything."""

    key: str | None
    value: str | None
    timestamp_ms: int


class DeadLetter(Frozen):
    """A RawRecord in JSON, sealed with AES-256-GCM, and where it stood. Its own key is the site's id, if it was one."""

    reason: DeadLetterReason
    source_topic: str
    source_partition: int
    source_offset: int
    recorded_at: UtcTime
    key_id: Annotated[str, Field(min_length=1, max_length=64)]
    nonce: Annotated[str, Field(min_length=16, max_length=16)]
    sealed: str

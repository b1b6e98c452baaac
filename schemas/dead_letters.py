"""`clinicflow.visits.v1.dlq`: records that could not be used, encrypted, with the reason."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

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
    headers: tuple[tuple[str, str | None], ...] = ()
    """Names are as they came, values bytes in Base64."""


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


class DeadLetterRetried(Frozen):
    """The record that stood there was put on the log again, and stands at `retried_offset` of the same partition."""

    type: Literal["clinicflow.dead-letter-retried.v1"] = "clinicflow.dead-letter-retried.v1"
    source_topic: str
    source_partition: int
    source_offset: int
    retried_offset: int
    retried_at: UtcTime


DEAD_LETTER_RECORD: TypeAdapter[DeadLetter | DeadLetterRetried] = TypeAdapter(DeadLetter | DeadLetterRetried)
"""Everything that may stand on the topic. A dead letter came before there was anything else there, so it has no `type`."""


def sealed_for(topic: str, partition: int, offset: int) -> bytes:
    """What a sealed record is tied to: where it stood. Elsewhere it can't be opened."""
    return f"{topic}/{partition}/{offset}".encode()

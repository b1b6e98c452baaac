"""Dead letters as they stand on their topic, sealed with the key of an installation of the test's own."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from schemas.dead_letters import DeadLetter, DeadLetterReason, DeadLetterRetried, RawRecord, sealed_for
from services.runtime import secret
from services.runtime.settings import ServiceSettings

TOPIC = "clinicflow.visits.v1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Stored(NamedTuple):
    """A record of the dead-letter topic, as the client hands it over."""

    key: bytes | None
    value: bytes | None


def an_installation(folder: Path) -> ServiceSettings:
    """Settings of one that has the key."""
    installation = ServiceSettings(environment="local", secrets_dir=folder / "secrets")
    secret.load(installation, secret.DEAD_LETTERS[0])
    return installation


def base64d(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def letter(
    settings: ServiceSettings, offset: int = 7, *, at: datetime = NOON, reason: str = "unknown-site", key: bytes | None = b"harbor",
    value: bytes | None = b"{}", stands_at: int | None = None, under: bytes | None = None,
) -> Stored:  # fmt: skip
    """A dead letter of partition 3, as flow writes it; with `stands_at` it was moved there from where it was sealed for."""
    file, key_id = secret.DEAD_LETTERS
    raw = RawRecord(key=None if key is None else base64d(key), value=None if value is None else base64d(value), timestamp_ms=1)
    nonce, sealed = secret.Sealer(secret.read(settings, file), key_id).seal(
        raw.model_dump_json().encode(), sealed_for(TOPIC, 3, offset)
    )
    said = DeadLetter(
        reason=DeadLetterReason(reason), source_topic=TOPIC, source_partition=3, recorded_at=at, key_id=key_id, nonce=base64d(nonce),
        source_offset=offset if stands_at is None else stands_at, sealed=base64d(sealed),
    )  # fmt: skip
    return Stored(under, said.model_dump_json().encode())


def retried(offset: int, again: int) -> Stored:
    said = DeadLetterRetried(source_topic=TOPIC, source_partition=3, source_offset=offset, retried_offset=again, retried_at=NOON)
    return Stored(None, said.model_dump_json().encode())

"""Opens dead letters with the installation's key."""

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from schemas.dead_letters import DeadLetter, RawRecord, sealed_for
from services.runtime import secret
from services.runtime.dead_letters.box import Entry, as_site
from services.runtime.settings import ServiceSettings


class SealedError(Exception):
    """A dead letter stays closed. The message says why and what to do."""


@dataclass(frozen=True)
class Unsealed:
    """A record as it came, in bytes."""

    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    headers: tuple[tuple[str, bytes | None], ...]


class Opener:
    """Has the key, or knows why it hasn't."""

    def __init__(self, settings: ServiceSettings) -> None:
        file, self._key_id = secret.DEAD_LETTERS
        self._sealer: secret.Sealer | None = None
        self._missing = ""
        try:
            self._sealer = secret.Sealer(secret.read(settings, file), self._key_id)
        except secret.MissingSecretError as problem:
            self._missing = f"Dead letters can't be opened: {problem}. Say where the key is with --data or CLINICFLOW_SECRETS_DIR."

    def open(self, letter: DeadLetter) -> Unsealed:
        """The record. Raises SealedError."""
        if self._sealer is None:
            raise SealedError(self._missing)
        if letter.key_id != self._key_id:
            raise SealedError(f"It is sealed with the key {letter.key_id}, and the one here is {self._key_id}; put that one back.")
        context = sealed_for(letter.source_topic, letter.source_partition, letter.source_offset)
        try:
            raw = RawRecord.model_validate_json(self._sealer.open(_bytes(letter.nonce), _bytes(letter.sealed), context))
            headers = tuple((name, None if value is None else _bytes(value)) for name, value in raw.headers)
            key, value = (None if part is None else _bytes(part) for part in (raw.key, raw.value))
        except (InvalidTag, ValidationError, binascii.Error):
            raise SealedError(
                "The key here does not open it: it was sealed with another one, or was changed since. Use the secrets folder of "
                "the flow that sealed it (--data, or CLINICFLOW_SECRETS_DIR)."
            ) from None
        return Unsealed(key, value, raw.timestamp_ms, headers)

    def site(self, entry: Entry) -> str | None:
        """The site whose record it is: flow knew it, or the record's own key can be one."""
        if entry.key is not None:
            return as_site(entry.key)
        try:
            return as_site(self.open(entry.letter).key)
        except SealedError:
            return None


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)

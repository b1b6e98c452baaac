"""Keys that never stand in code or on a topic: random bytes in files that only the service's user can read."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.runtime.settings import ServiceSettings

DEAD_LETTERS = ("dead-letters.key", "dead-letters-1")
"""What dead letters are sealed with: the key's file and its id."""


class MissingSecretError(RuntimeError):
    """A key file is missing where keys are not made by themselves. The message names the file."""


def load(settings: ServiceSettings, name: str, size: int = 32) -> bytes:
    """Read the key `name`; in a local installation it is made at first use. Raises MissingSecretError elsewhere."""
    path = settings.secrets_dir / name
    if not path.exists():
        if settings.environment != "local":
            raise MissingSecretError(f"the key file {name} is missing in the secrets folder (CLINICFLOW_SECRETS_DIR)")
        _make(path, size)
    return read(settings, name, size)


def read(settings: ServiceSettings, name: str, size: int = 32) -> bytes:
    """Read the key `name`, which is never made here. Raises MissingSecretError."""
    try:
        key = (settings.secrets_dir / name).read_bytes()
    except OSError as problem:
        raise MissingSecretError(f"the key file {name} can't be read in the secrets folder: {problem.strerror}") from None
    if len(key) != size:
        raise MissingSecretError(f"the key file {name} must hold {size} bytes")
    return key


def _make(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(secrets.token_bytes(size))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another service was first; its key is the key
    finally:
        draft.unlink()


class Sealer:
    """AES-256-GCM with a random nonce; the key id goes with each record so that keys can change."""

    def __init__(self, key: bytes, key_id: str) -> None:
        self._cipher = AESGCM(key)
        self.key_id = key_id

    def seal(self, plain: bytes, context: bytes) -> tuple[bytes, bytes]:
        """Return (nonce, ciphertext); `context` is authenticated, not hidden."""
        nonce = secrets.token_bytes(12)
        return nonce, self._cipher.encrypt(nonce, plain, context)

    def open(self, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        """Return the plain bytes; raises cryptography's InvalidTag when anything was changed."""
        return self._cipher.decrypt(nonce, sealed, context)

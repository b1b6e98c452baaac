"""PINs: what they may be, and how they are kept.

A PIN has few digits. So what stands on access.v1 is a slow hash of it under a key that is not there: who has the topic alone can
try nothing, and who has the key too needs long for each try.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

KEY_FILE = "pin-pepper"
_N, _R, _P = 2**14, 8, 1
_SALT_BYTES = 16
_FORM = re.compile(r"[0-9]{6,8}")
_SCHEME = "scrypt-14-8-1"
_KEPT = re.compile(rf"{_SCHEME}\$([A-Za-z0-9+/]{{22}}==)\$([A-Za-z0-9+/]{{43}}=)")
_AT_ONCE = 2
"""16 MB and a tenth of a second of one core each."""


def objection(pin: str) -> str | None:
    """What is wrong with a PIN that somebody chose, as words after "The PIN"; None when nothing is."""
    if not _FORM.fullmatch(pin):
        return "must have 6 to 8 digits"
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in pairwise(pin)}
    if steps == {0}:
        return "must not be one digit again and again"
    if steps in ({1}, {9}):
        return "must not be digits in a row, such as 123456"
    return None


class Pins:
    """Hashes and checks PINs, off the event loop."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper
        self._workers = ThreadPoolExecutor(_AT_ONCE, "pin")
        self._nobodys = _kept(bytes(_SALT_BYTES), bytes(32))

    async def keep(self, pin: str) -> str:
        """Return what is kept of a PIN."""
        salt = secrets.token_bytes(_SALT_BYTES)
        return _kept(salt, await self._hashed(pin, salt))

    async def matches(self, pin: str, kept: str | None) -> bool:
        """Whether this PIN is the one of which `kept` was kept. It takes as long where nothing is kept, and says no."""
        form = _KEPT.fullmatch(kept or self._nobodys) or _KEPT.fullmatch(self._nobodys)
        assert form is not None
        found = await self._hashed(pin, b64decode(form[1]))
        return secrets.compare_digest(found, b64decode(form[2])) and kept is not None

    def close(self) -> None:
        """Let go of the threads."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _hashed(self, pin: str, salt: bytes) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._workers, self._slow_hash, pin, salt)

    def _slow_hash(self, pin: str, salt: bytes) -> bytes:
        peppered = hmac.digest(self._pepper, pin.encode(), "sha256")
        return hashlib.scrypt(peppered, salt=salt, n=_N, r=_R, p=_P, dklen=32)


def _kept(salt: bytes, hashed: bytes) -> str:
    return f"{_SCHEME}${b64encode(salt).decode()}${b64encode(hashed).decode()}"

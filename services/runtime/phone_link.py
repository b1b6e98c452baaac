"""The link to a patient's own page: nobody can guess it, and nothing is looked up, since whoever has the key can make it anew."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

KEY = "phone-links"
"""The name of the key (services.runtime.secret.load)."""
_BYTES = 16
"""128 bits: 22 characters."""


class PhoneLinks:
    """The links of all visits under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, site: str, visit: str) -> str:
        """Return the 22 characters, letters, digits, `-` and `_`, that stand for a visit."""
        digest = hmac.digest(self._key, f"{site}/{visit}".encode(), sha256)
        return urlsafe_b64encode(digest[:_BYTES]).decode().rstrip("=")

    def path(self, site: str, visit: str) -> str:
        """Return where the visit's page is, below the address of the board."""
        return f"/v/{site}/{self.token(site, visit)}"

    def matches(self, site: str, visit: str, token: str) -> bool:
        """Whether a token, which may be any text, stands for the visit; takes as long whether nearly right or quite wrong."""
        return hmac.compare_digest(self.token(site, visit).encode(), token.encode(errors="replace"))

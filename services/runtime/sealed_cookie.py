"""Cookies whose content only we can read or make: nothing is looked up, so a wipe of Redis logs nobody out (I2)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidTag
from starlette.requests import HTTPConnection
from starlette.responses import Response

from services.runtime.secret import Sealer

LONGEST_SECONDS = 400 * 24 * 60 * 60
"""As long as browsers keep a cookie."""
_NONCE = 12


@dataclass(frozen=True)
class SealedCookie:
    """One kind of cookie. Sealed for its `context`, its content is worth nothing as a cookie of another kind."""

    name: str
    sealer: Sealer
    context: bytes
    seconds: int | None = None
    """How long the browser keeps it; None: until it is closed."""
    path: str = "/"
    same_site: Literal["strict", "lax"] = "strict"

    def read(self, request: HTTPConnection) -> bytes | None:
        """Return the content; None where there is no such cookie, or one that we did not make."""
        text = request.cookies.get(self.name)
        if not text:
            return None
        try:
            raw = urlsafe_b64decode(text.partition(".")[2])
            return self.sealer.open(raw[:_NONCE], raw[_NONCE:], self.context)
        except (NotBase64, InvalidTag, ValueError):
            return None

    def header(self, request: HTTPConnection, content: bytes) -> str:
        """Return the value of a Set-Cookie header that gives this cookie; without content, one that takes it away."""
        nonce, sealed = self.sealer.seal(content, self.context)
        response = Response()
        response.set_cookie(
            self.name,
            f"{self.sealer.key_id}.{urlsafe_b64encode(nonce + sealed).decode()}" if content else "",
            max_age=self.seconds if content else 0,
            path=self.path,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite=self.same_site,
        )
        return response.headers["set-cookie"]

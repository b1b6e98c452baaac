"""Who may look at a wall. A screen's cookie holds its token, sealed for this wall alone: nothing is looked up in Redis.

The cookie is worth nothing anywhere else, not even as the token that is in it; and because the token is verified at each
use, a revoked one is refused at once.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidTag
from fastapi import Request, Response

from schemas.access import Role
from schemas.sites import SiteProfile
from services.runtime.auth import TokenBook
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook
from services.runtime.secret import Sealer

COOKIE = "clinicflow_wall"
COOKIE_SECONDS = 400 * 24 * 60 * 60
"""As long as browsers allow; renewed at every connection."""
MAY_LOOK = frozenset({Role.DISPLAY, Role.DESK, Role.ADMIN})
_NONCE = 12


class WallAccess:
    """Checks tokens and cookies against the tables that follow access.v1 and sites.v1."""

    def __init__(self, tokens: TokenBook, sites: SiteBook, sealer: Sealer) -> None:
        self._tokens, self._sites, self._sealer = tokens, sites, sealer

    def credential(self, request: Request, site: str) -> str | None:
        """Return the token of a request, from its Authorization header or else from its cookie; it may be any text."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return token.strip()
        cookie = request.cookies.get(COOKIE)
        return self._open(cookie, site) if cookie else None

    def admit(self, token: str | None, site: str) -> SiteProfile:
        """Return the site's profile for who may look at its wall. Raises Problem: 401, 403, 404, or 503 while starting."""
        if not (self._tokens.table.ready and self._sites.table.ready):
            raise Problem(503, "starting", "Not ready yet", "The board is starting. Please try again in a moment.",
                          headers={"retry-after": "2"})  # fmt: skip
        principal = self._tokens.verify(token) if token else None
        if principal is None:
            raise Problem(401, "not-connected", "This screen is not connected",
                          "Please open the link from your clinic's set-up.", headers={"www-authenticate": "Bearer"})  # fmt: skip
        if principal.role not in MAY_LOOK or not principal.may_reach(site):
            raise Problem(403, "not-allowed", "Not for this wall", "This link or token is for something else.")
        profile = self._sites.get(site)
        if profile is None:
            raise Problem(404, "unknown-site", "No such clinic", "There is no clinic of that name here. Please check the address.")
        return profile

    def still_admitted(self, token: str | None, site: str) -> bool:
        """Whether an open stream may go on."""
        try:
            self.admit(token, site)
        except Problem:
            return False
        return True

    def remember(self, response: Response, request: Request, token: str, site: str) -> None:
        """Give the screen its cookie, for this site's wall only."""
        nonce, sealed = self._sealer.seal(token.encode(), _context(site))
        response.set_cookie(
            COOKIE,
            f"{self._sealer.key_id}.{urlsafe_b64encode(nonce + sealed).decode()}",
            max_age=COOKIE_SECONDS,
            path=f"/v1/sites/{site}/wall",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )

    def _open(self, cookie: str, site: str) -> str | None:
        try:
            raw = urlsafe_b64decode(cookie.partition(".")[2])
            return self._sealer.open(raw[:_NONCE], raw[_NONCE:], _context(site)).decode()
        except (NotBase64, InvalidTag, ValueError):
            return None


def _context(site: str) -> bytes:
    return f"wall:{site}".encode()

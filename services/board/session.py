"""Who may look at a wall. A screen's cookie holds its token, sealed for this wall alone: nothing is looked up in Redis.

The cookie is worth nothing anywhere else, not even as the token that is in it; and because the token is verified at each
use, a revoked one is refused at once.
"""

from dataclasses import dataclass

from fastapi import Request, Response

from schemas import permissions
from schemas.sites import SiteProfile
from services.board import screens
from services.runtime.access_book import AccessBook
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook
from services.runtime.sealed_cookie import LONGEST_SECONDS, SealedCookie
from services.runtime.secret import Sealer

COOKIE = "clinicflow_wall"
_MAY_LOOK = permissions.roles(permissions.BOARD, "GET", "/v1/sites/{site}/wall")


@dataclass(frozen=True)
class Looker:
    """Who looks at a wall: the subject of their credential, and the site."""

    subject: str
    profile: SiteProfile


class WallAccess:
    """Checks tokens and cookies against the tables that follow access.v1 and sites.v1."""

    def __init__(self, book: AccessBook, sites: SiteBook, sealer: Sealer) -> None:
        self._book, self._sites, self._sealer = book, sites, sealer

    def credential(self, request: Request, site: str) -> str | None:
        """Return the token of a request, from its Authorization header or else from its cookie; it may be any text."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return token.strip()
        kept = self._cookie(site).read(request)
        return kept.decode(errors="replace") if kept else None

    def admit(self, token: str | None, site: str) -> Looker:
        """Say who looks at a site's wall. Raises Problem: 401, 403, 404, or 503 while starting."""
        self.refuse_while_starting()
        principal = (self._book.verify(token) or screens.verify(self._book, token)) if token else None
        if principal is None:
            raise Problem(401, "not-connected", "This screen is not connected",
                          "Please open the link from your clinic's set-up, or enter the code that the screen shows at the desk.",
                          headers={"www-authenticate": "Bearer"})  # fmt: skip
        if principal.role not in _MAY_LOOK or not principal.may_reach(site):
            raise Problem(403, "not-allowed", "Not for this wall", "This link or token is for something else.")
        profile = self._sites.get(site)
        if profile is None:
            raise Problem(404, "unknown-site", "No such clinic", "There is no clinic of that name here. Please check the address.")
        return Looker(principal.actor, profile)

    def refuse_while_starting(self) -> None:
        """Raise Problem 503 until what is on the log was read once."""
        if not (self._book.table.ready and self._sites.table.ready):
            raise Problem(503, "starting", "Not ready yet", "The board is starting. Please try again in a moment.",
                          headers={"retry-after": "2"})  # fmt: skip

    def still_admitted(self, token: str | None, site: str) -> bool:
        """Whether an open stream may go on."""
        try:
            self.admit(token, site)
        except Problem:
            return False
        return True

    def remember(self, response: Response, request: Request, token: str, site: str) -> None:
        """Give the screen its cookie, for this site's wall only."""
        response.headers.append("set-cookie", self._cookie(site).header(request, token.encode()))

    def _cookie(self, site: str) -> SealedCookie:
        """Renewed at every connection."""
        return SealedCookie(COOKIE, self._sealer, f"wall:{site}".encode(), LONGEST_SECONDS, path=f"/v1/sites/{site}/wall")

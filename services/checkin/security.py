"""Who asks, and whether they may."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from schemas import permissions
from schemas.sites import SiteProfile
from services.checkin import csrf
from services.checkin.domain.session import State
from services.checkin.happenings import Happening, Watchers
from services.checkin.sessions import Found, Sessions
from services.runtime.access_book import AccessBook
from services.runtime.auth import Principal
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook

Site = Annotated[str, Path(description="The clinic's id.")]
_bearer = HTTPBearer(
    auto_error=False, description="A token of `clinicflow token issue`. People at a browser have a cookie instead."
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True)
class Asker:
    """Who asks for something at a site. The profile is None only where an unknown site is allowed."""

    principal: Principal
    site: str
    profile: SiteProfile | None


class Gate:
    """Lets in who may use a route, as schemas.permissions declares; a route that isn't declared there lets nobody in.

    Who asks is told by a bearer token, or else by a session's cookie; then whatever changes something must carry the session's CSRF
    token, and keeps the session open. Access and sites are as the log has them. Until they were read once, nobody is turned away
    for good: 503.
    """

    def __init__(self, access: AccessBook, sites: SiteBook, sessions: Sessions, watchers: Watchers, address: str | None) -> None:
        self._access, self._sites, self._sessions, self._watchers = access, sites, sessions, watchers
        self._address = address

    async def is_ready(self) -> None:
        """Raise Problem 503 until access and sites were read once."""
        if not (self._access.table.ready and self._sites.table.ready):
            raise Problem(
                503,
                "starting",
                "Not ready yet",
                "The system is starting, or can't reach its records. Please try again in a moment.",
                headers={"Retry-After": "2"},
            )

    async def principal(self, request: Request, credentials: Credentials) -> Principal:
        """Who asks, where they may use this route. Raises Problem 401 or 403."""
        await self.is_ready()
        if credentials is None and request.method not in csrf.SAFE:
            await self._keep_open(request)
        return self._let_in(request, credentials.credentials if credentials else None)

    async def known(self, request: Request, credentials: Credentials) -> Principal:
        """Who asks, whether or not they may. Raises Problem 401."""
        await self.is_ready()
        return self._who(request, credentials.credentials if credentials else None)

    async def asker(self, request: Request, site: Site, credentials: Credentials) -> Asker:
        """Who asks for something at the address's site. Raises Problem 401, 403 or 404."""
        asker = await self.founder(request, site, credentials)
        if asker.profile is None:
            raise Problem(404, "unknown-site", "No such clinic", "There is no clinic of this name. Please check the address.")
        return asker

    async def founder(self, request: Request, site: Site, credentials: Credentials) -> Asker:
        """The same where the site may be one that isn't there yet."""
        principal = await self.principal(request, credentials)
        _reaches(principal, site)
        return Asker(principal, site, self._sites.get(site))

    def still_admits(self, request: Request, site: str | None = None) -> bool:
        """Whether a stream may go on that began with this request: ask at each beat.

        It says no when the token or the user is revoked, when the session is locked or left, in any tab, and at the moment when the
        session was to be locked as it stood at the beginning (`Principal.until`). The browser then comes back with the cookie that
        it has by now.
        """
        try:
            scheme, text = get_authorization_scheme_param(request.headers.get("authorization"))
            principal = self._let_in(request, text if scheme.lower() == "bearer" else None)
            if site is not None:
                _reaches(principal, site)
        except Problem:
            return False
        return True

    def _let_in(self, request: Request, token: str | None) -> Principal:
        found = self._who(request, token)
        if found.role not in permissions.roles(permissions.CHECKIN, request.method, request.scope["route"].path):
            raise Problem(403, "not-allowed", "Not allowed", "Your access doesn't include this. Please ask a colleague who may.")
        return found

    def _who(self, request: Request, token: str | None) -> Principal:
        return self._by_token(token) if token else _by_session(self._sessions.find(request))

    def _by_token(self, text: str) -> Principal:
        found = self._access.verify(text)
        if found is None:
            raise _nobody()
        return found

    async def _keep_open(self, request: Request) -> None:
        """Look at what a page sends in somebody's session: it must be ours, and shows that they are there."""
        found = self._sessions.find(request)
        if found.session is None or found.user is None or found.state is not State.OPEN:
            return
        if csrf.is_foreign(request, self._address) or not csrf.has_token(request, self._sessions.csrf(found.session)):
            await self._watchers.tell(Happening.CSRF_REFUSED, found.user.subject)
            raise csrf.refused()
        if request.scope["route"].path not in permissions.BY_ITSELF:
            self._sessions.keep_open(request, found.session)


def _by_session(found: Found) -> Principal:
    if found.state is State.LOCKED:
        raise Problem(401, "locked", "The screen is locked", "Please enter your PIN.")
    if found.user is None or found.session is None:
        raise _nobody()
    user = found.user
    return Principal(user.subject, user.role, user.sites, name=user.name, session=found.session.id, until=found.until)


def _nobody() -> Problem:
    return Problem(
        401,
        "no-token",
        "Please sign in",
        "Nobody is signed in here, or a token is missing, has expired or was revoked. Ask whoever runs the system for a new one.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _reaches(principal: Principal, site: str) -> None:
    if principal.may_reach(site):
        return
    if principal.session is None:
        raise Problem(403, "other-clinic", "This token is for another clinic", "Please use a token for this clinic.")
    raise Problem(403, "other-clinic", "This is another clinic", "Your access is for another clinic. Please ask an administrator.")

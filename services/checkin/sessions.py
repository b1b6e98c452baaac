"""Sessions of people at browsers. The browser keeps its own, sealed; what its user may is asked of access.v1 each time.

One thing can't be sealed into a cookie, and is kept in this process: that a session was locked or signed out. So a copy of its
cookie opens nothing, and a late answer to another tab doesn't open it again. A restart forgets that; the browser's own cookie is
locked or gone all the same.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from starlette.requests import HTTPConnection

from schemas.access import User
from schemas.sites import SessionPolicy
from services.checkin.cookies import set_cookie
from services.checkin.domain.session import By, Session, State, locks_at, state_of, strictest
from services.runtime import staff
from services.runtime.access_book import AccessBook
from services.runtime.clock import Clock
from services.runtime.profiles import SiteBook
from services.runtime.sealed_cookie import SealedCookie
from services.runtime.secret import Sealer

KEY_FILE = "checkin-session"
COOKIE = "clinicflow_session"
_LONGEST_SECONDS = 24 * 60 * 60
"""No session lasts longer (schemas.sites.SessionPolicy)."""


@dataclass(frozen=True)
class Found:
    """What a browser's session is worth now. `session` and `user` are None without one."""

    state: State
    session: Session | None = None
    user: User | None = None
    policy: SessionPolicy | None = None
    until: datetime | None = None
    """When an open session is locked, by real time."""


NOBODY = Found(State.NONE)


class Sessions:
    """Begins, finds, keeps open, locks and ends sessions. What it sets goes out with the answer, by `cookies.SetCookies`."""

    def __init__(self, key: bytes, access: AccessBook, sites: SiteBook, clock: Clock) -> None:
        self._cookie = SealedCookie(COOKIE, Sealer(key, "1"), b"checkin-session")
        self._csrf_key = hmac.digest(key, b"csrf", "sha256")
        self._access, self._sites, self._clock = access, sites, clock
        self._over: dict[str, tuple[float, State]] = {}

    def find(self, request: HTTPConnection) -> Found:
        """Find the request's session."""
        session = self._read(request)
        user = self._access.one(User, session.subject) if session else None
        if session is None or user is None or not staff.is_in_force(user):
            return NOBODY
        policy = self._policy(user)
        state = state_of(session, policy, self._clock.real_now())
        if state is not State.NONE and session.id in self._over:
            state = self._over[session.id][1]
        if state is State.NONE:
            return NOBODY
        return Found(state, session, user, policy, locks_at(session, policy))

    def begin(self, request: HTTPConnection, user: User, by: By) -> Found:
        """Give the browser a new session of this user, in the place of the one it may have."""
        self._close(request, State.NONE)
        now = self._clock.real_now()
        session = Session(id=secrets.token_urlsafe(16), subject=user.subject, signed_in_at=now, active_at=now, by=by)
        self._send(request, session)
        policy = self._policy(user)
        return Found(State.OPEN, session, user, policy, locks_at(session, policy))

    def keep_open(self, request: HTTPConnection, session: Session) -> None:
        """Note that the user of an open session has just done something."""
        self._send(request, session.model_copy(update={"active_at": self._clock.real_now()}))

    def lock(self, request: HTTPConnection) -> None:
        """Have the PIN asked for from now on."""
        found = self._close(request, State.LOCKED)
        if found is not None:
            self._send(request, found.model_copy(update={"locked": True}))

    def end(self, request: HTTPConnection) -> None:
        """Sign out."""
        self._close(request, State.NONE)
        set_cookie(request, COOKIE, self._cookie.header(request, b""))

    def csrf(self, session: Session) -> str:
        """What a request that changes something must carry besides the cookie: no other site can know it."""
        return hmac.digest(self._csrf_key, session.id.encode(), "sha256").hex()

    def _read(self, request: HTTPConnection) -> Session | None:
        content = self._cookie.read(request)
        try:
            return Session.model_validate_json(content) if content else None
        except ValidationError:
            return None  # of another release

    def _send(self, request: HTTPConnection, session: Session) -> None:
        set_cookie(request, COOKIE, self._cookie.header(request, session.model_dump_json().encode()))

    def _close(self, request: HTTPConnection, state: State) -> Session | None:
        """Make the request's session worth no more than this, for whoever has its cookie."""
        session, now = self._read(request), self._clock.monotonic()
        for old in [old for old, (since, _) in self._over.items() if since < now - _LONGEST_SECONDS]:
            del self._over[old]
        if session is not None and (session.id not in self._over or self._over[session.id][1] is State.LOCKED):
            self._over[session.id] = now, state
        return session

    def _policy(self, user: User) -> SessionPolicy:
        return strictest(profile.sessions for profile in self._sites.all() if not user.sites or profile.site in user.sites)

"""Where people sign in, lock the screen and leave: what follows from a proof of who they are, however it was given."""

from dataclasses import dataclass

from fastapi import Request

from schemas.access import User
from services.checkin import csrf
from services.checkin.answers import not_recorded
from services.checkin.devices import Device, Devices
from services.checkin.domain.session import By, Session, State, is_fresh
from services.checkin.happenings import Happening, Watchers
from services.checkin.session_view import SessionView, view
from services.checkin.sessions import NOBODY, Found, Sessions
from services.checkin.sign_in.pin import PinSignIn
from services.runtime import staff
from services.runtime.access_log import NotPublishedError
from services.runtime.auth import Principal
from services.runtime.clock import Clock
from services.runtime.pin import Pins, objection
from services.runtime.problems import Problem
from services.runtime.users import Users


@dataclass(frozen=True)
class SessionDesk:
    """Sessions, devices and PINs together, as the routes need them."""

    sessions: Sessions
    devices: Devices
    users: Users
    pins: Pins
    pin_sign_in: PinSignIn
    watchers: Watchers
    clock: Clock
    address: str | None
    offers_oidc: bool

    def look(self, request: Request) -> SessionView:
        """Say how things stand."""
        return self._view(self.sessions.find(request), self.devices.of(request))

    async def welcome(self, request: Request, user: User, device: Device, by: By) -> SessionView:
        """Open a session for who has proven to be this user, in the place of the one that may be there."""
        before = self.sessions.find(request).user
        found, device = self.sessions.begin(request, user, by), self.devices.add(request, device, user.subject)
        if before is not None and before.subject != user.subject:
            await self.watchers.tell(Happening.SIGNED_OUT, before.subject)
        await self.watchers.tell(Happening.UNLOCKED if by is By.PIN else Happening.SIGNED_IN, user.subject)
        return self._view(found, device)

    def refuse_foreign(self, request: Request) -> None:
        """Refuse what another site's page sent, where there is no session yet whose token could tell. Raises Problem 403."""
        if csrf.is_foreign(request, self.address):
            raise csrf.refused()

    async def guard(self, request: Request) -> Found:
        """Find the session that a request of a page wants to change. Raises Problem 403 where another site made it."""
        found = self.sessions.find(request)
        foreign = csrf.is_foreign(request, self.address)
        if foreign or (found.session and not csrf.has_token(request, self.sessions.csrf(found.session))):
            if found.user:
                await self.watchers.tell(Happening.CSRF_REFUSED, found.user.subject)
            raise csrf.refused()
        return found

    async def lock(self, request: Request) -> SessionView:
        """Ask for the PIN from now on. Without a session there is nothing to lock."""
        found = await self.guard(request)
        if found.session is None:
            return self.look(request)
        self.sessions.lock(request)
        return self._view(Found(State.LOCKED, found.session, found.user, found.policy), self.devices.of(request))

    async def leave(self, request: Request, forget: bool) -> SessionView:
        """Sign out; `forget`: and, where the screen was not locked, have the PIN open nothing here any more."""
        found, device = await self.guard(request), self.devices.of(request)
        self.sessions.end(request)
        if found.user is not None:
            if forget and found.state is State.OPEN:  # at a locked screen anybody may sit
                device = self.devices.forget(request, found.user.subject)
            await self.watchers.tell(Happening.SIGNED_OUT, found.user.subject)
        return self._view(NOBODY, device)

    async def set_pin(self, request: Request, principal: Principal, pin: str, old: str | None) -> SessionView:
        """Give the user of an open session a PIN. Raises Problem 401, 409, 422 or 503."""
        found = self.sessions.find(request)
        if principal.session is None or found.user is None or found.session is None:
            raise Problem(409, "no-person", "Only people have a PIN", "A token opens without one.")
        if wrong := objection(pin):
            said = [{"field": "pin", "problem": wrong}]
            raise Problem(422, "invalid", "Please choose another PIN", f"Please correct: pin: {wrong}.", fields=said)
        await self._check_may_choose(found.user, found.session, old)
        kept = await self.pins.keep(pin)
        try:
            changed = await self.users.change(found.user.subject, lambda user: staff.with_pin(user, kept))
        except NotPublishedError:
            raise not_recorded() from None
        if not isinstance(changed, User):
            raise Problem(409, changed, "Your access has ended", "Please ask an administrator.")
        return self._view(self.sessions.find(request), self.devices.of(request))

    async def _check_may_choose(self, user: User, session: Session, old: str | None) -> None:
        """Whoever sits there must know the PIN of now; the first one they must choose while it is surely still them."""
        if user.pin_hash is None:
            if not is_fresh(session, self.clock.real_now()):
                said = "A first PIN is chosen right after signing in. Please ask for a new link."
                raise Problem(409, "sign-in-again", "Please sign in again first", said)
        elif old is None:
            raise Problem(422, "invalid", "Something is missing or wrong", "Please correct: old: is missing.")
        else:
            await self.pin_sign_in.check(user.subject, old)

    def _view(self, found: Found, device: Device) -> SessionView:
        return view(found, self.devices.people(device), self.sessions, self.clock.real_now(), oidc=self.offers_oidc)

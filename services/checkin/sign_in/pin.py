"""Sign-in by PIN, on a device where the user has signed in before."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import NoReturn

from schemas.access import User
from services.checkin.devices import Device
from services.checkin.happenings import Happening, Watchers
from services.checkin.sign_in.tries import Tries
from services.runtime import staff
from services.runtime.access_book import AccessBook
from services.runtime.access_log import NotPublishedError
from services.runtime.clock import Clock
from services.runtime.pin import Pins
from services.runtime.problems import Problem
from services.runtime.users import Users


@dataclass(frozen=True)
class PinEntry:
    """Who somebody says to be, and the PIN they entered, on which device."""

    subject: str
    pin: str
    device: Device


class PinSignIn:
    """Whoever knows the PIN, on a device of the user, is the user. After too many wrong ones only a new link opens."""

    def __init__(self, access: AccessBook, users: Users, pins: Pins, clock: Clock, watchers: Watchers) -> None:
        self._access, self._users, self._pins, self._clock, self._watchers = access, users, pins, clock, watchers
        self._tries = Tries()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def prove(self, evidence: PinEntry) -> User:
        """Check the PIN. Raises Problem 401; it takes the same time whether there is such a user, or has a PIN, or not."""
        if evidence.subject not in evidence.device.users:
            if evidence.device.users:  # whose PIN would do here is no secret to this browser, but who else there is stays one
                await self._pins.matches(evidence.pin, None)
            raise Problem(
                401, "not-here", "You haven't signed in on this device yet",
                "A PIN works only where you have signed in before. Please use your link, or ask for a new one.",
            )  # fmt: skip
        return await self.check(evidence.subject, evidence.pin)

    async def check(self, subject: str, pin: str) -> User:
        """Check the PIN of a user who was here before, and count a wrong one. Raises Problem 401."""
        async with self._locks[subject]:  # one try after the other, so that none is made uncounted
            return await self._check(subject, pin)

    async def _check(self, subject: str, pin: str) -> User:
        user = self._access.one(User, subject)
        kept = user.pin_hash if user and staff.is_in_force(user) else None
        may_try = kept is not None and self._tries.left(subject, kept) > 0
        is_right = await self._pins.matches(pin, kept if may_try else None)
        if user is None or kept is None:
            raise _closed(user)
        if not may_try:
            await self._lock_out(user)
        if not is_right:
            await self._wrong(user, kept)
        self._tries.right(subject)
        return user

    async def _wrong(self, user: User, kept: str) -> NoReturn:
        left = self._tries.wrong(user.subject, kept)
        await self._watchers.tell(Happening.WRONG_PIN, user.subject)
        if not left:
            await self._lock_out(user)
        times = "one more time" if left == 1 else f"{left} more times"
        raise Problem(401, "wrong-pin", "That is not the PIN", f"You can try {times}.", tries_left=left)

    async def _lock_out(self, user: User) -> NoReturn:
        """Lock the user out everywhere. Where that can't be recorded now, this process lets them try no more."""
        now = self._clock.now()
        try:
            locked = await self._users.change(user.subject, lambda found: staff.locked_out(found, user.pin_hash, now))
        except NotPublishedError:
            raise _closed(user.model_copy(update={"locked_at": now})) from None
        if isinstance(locked, User):
            await self._watchers.tell(Happening.LOCKED_OUT, user.subject)
        raise _closed(user.model_copy(update={"locked_at": now}))


def _closed(user: User | None) -> Problem:
    if user is not None and user.locked_at and not user.revoked_at:
        return Problem(
            401, "locked-out", "Too many wrong PINs",
            "Nobody can sign in as this user now. Please ask an administrator for a new link.", tries_left=0,
        )  # fmt: skip
    return Problem(401, "no-pin", "There is no PIN for you", "Please ask an administrator for a new link.")

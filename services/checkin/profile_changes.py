"""Changes of sites' profiles, one after the other, so that nobody's is overwritten by one that was made without knowing of it.

That holds in this process. Another checkin that is asked in the same moment, about the same version, may let its change pass, too.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from schemas.sites import PublishedProfile, SiteProfile
from services.checkin.domain.bodies import ChangeProfile
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook

_SEEN_SECONDS = 2.0
_LOOK_SECONDS = 0.02
UNDECIDED_SECONDS = 60.0
"""So long a change that was recorded and not seen in force may still come."""


def etag(published: PublishedProfile) -> str:
    """Name this version of a profile, as HTTP does."""
    return f'"{published.source_offset}"'


class ProfileChanges:
    """Where changes of profiles queue up, each with the version that it was made from."""

    def __init__(self, sites: SiteBook, clock: Clock) -> None:
        self._sites, self._clock = sites, clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._undecided: dict[str, tuple[str, float]] = {}
        """By site, the version on which a change was recorded that nobody has seen in force, and when that was."""

    @asynccontextmanager
    async def of(self, site: str, body: ChangeProfile, made_from: str | None) -> "AsyncIterator[UnderWay]":
        """Hold the site's turn. Raises Problem 412 or 503 where the change was made from another version than the one in force.

        Saying again what is in force already changes nothing, so it passes: its answer may have been lost.
        """
        async with self._locks[site]:
            change = UnderWay(self, site, body, self._version(site))
            if not change.is_in_force and made_from is not None:
                self._check(site, made_from.strip())
            yield change

    def _check(self, site: str, made_from: str) -> None:
        version = self._version(site)
        if made_from != version:
            raise Problem(
                412,
                "changed-meanwhile",
                "Somebody else has changed this meanwhile",
                "Nothing of yours was saved. Please look at what is different now, and save again.",
            )
        before, when = self._undecided.get(site, ("", 0.0))
        if before == version and self._clock.monotonic() - when < UNDECIDED_SECONDS:
            raise Problem(
                503,
                "change-under-way",
                "Another change is under way",
                "A change of this clinic is recorded and not in force yet. Nothing of yours was saved. Please try again soon.",
                headers={"Retry-After": "2"},
            )

    def _version(self, site: str) -> str:
        known = self._sites.published(site)
        return etag(known) if known is not None else ""

    def is_in_force(self, site: str, body: ChangeProfile) -> bool:
        """Whether this process knows the site's profile to be so."""
        known = self._sites.get(site)
        return known is not None and _content(known) == _content(body)

    def still_comes(self, site: str, before: str) -> None:
        """Note that a change is on the log, made from this version, and not in force yet."""
        self._undecided[site] = before, self._clock.monotonic()


class UnderWay:
    """A change that has the site's turn."""

    def __init__(self, changes: ProfileChanges, site: str, body: ChangeProfile, before: str) -> None:
        self._changes, self._site, self._body, self._before = changes, site, body, before
        self.is_in_force = changes.is_in_force(site, body)
        """Whether it says what is so already."""

    async def answered(self, status: int) -> None:
        """Keep the turn until this process knows the profile too, so that the next command finds the site; bounded."""
        if self.is_in_force or status not in {201, 202}:
            return
        if status == 202 or not await self._is_seen():
            self._changes.still_comes(self._site, self._before)

    async def _is_seen(self) -> bool:
        try:
            async with asyncio.timeout(_SEEN_SECONDS):
                while not self._changes.is_in_force(self._site, self._body):  # noqa: ASYNC110  # a thread fills the book
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            return False
        return True


def _content(profile: SiteProfile) -> dict[str, object]:
    return profile.model_dump(exclude={"site"})

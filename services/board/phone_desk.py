"""Finds what a patient's link leads to now."""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from schemas.envelope import SiteId
from schemas.live import LiveVisit
from schemas.self_check_in import Due, due
from schemas.sites import SiteProfile
from services.board.domain.phone import Phone, link_lives
from services.board.phone_view import PhoneView, Places, site_clock_ms
from services.runtime.clock import Clock
from services.runtime.live.hub import Hub, Watching
from services.runtime.live.screen_time import ScreenTime
from services.runtime.live.site import LiveSite
from services.runtime.phone_book import PhoneBook
from services.runtime.profiles import SiteBook

FIRST_SECONDS = 2.0
"""How long the reader of a link waits where the site is being read for the first time."""
_SITE: TypeAdapter[str] = TypeAdapter(SiteId)


class UnknownLink(Exception):  # noqa: N818  # it says what the link is
    """The link leads nowhere, or not any more."""


class NothingKnown(Exception):  # noqa: N818  # it says how things are
    """Where the patients of the clinic are is not known at the moment."""

    def __init__(self, languages: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.languages = languages


@dataclass(frozen=True)
class Found:
    """What a link leads to now."""

    profile: SiteProfile
    token: str
    visit: LiveVisit
    due: Due


class PhoneDesk:
    """All phones of this process. They look at the hub's sites."""

    def __init__(self, hub: Hub, sites: SiteBook, book: PhoneBook, clock: Clock) -> None:
        self._hub, self._sites, self._book, self._clock = hub, sites, book, clock
        self._places = Places()

    async def find(self, site: str, token: str) -> Found:
        """Find the visit of a link. Raises UnknownLink and NothingKnown."""
        profile = self._profile(site)
        live = await self._hub.look(profile, FIRST_SECONDS)
        if live is None:
            raise NothingKnown(profile.languages)
        return self._found(live, token)

    def still(self, found: Found) -> bool:
        """Whether the link still leads there, and the visit is as due as it was."""
        live = self._hub.live(found.profile.site)
        try:
            return live is None or self._found(live, found.token).due is found.due
        except UnknownLink:
            return False

    def watching(self, found: Found) -> Watching:
        """Follow what the patient is told."""
        return self._hub.watching(found.profile, PhoneView(found.visit.visit, found.due, self._places))

    def told(self, found: Found) -> tuple[Phone, ScreenTime]:
        """Return what the patient is told now, and what the page is told of time."""
        with self.watching(found) as (channel, _):
            assert channel.seen is not None  # the site was there when the visit was found
            return channel.seen, channel.time()

    def _profile(self, site: str) -> SiteProfile:
        try:
            profile = self._sites.get(_SITE.validate_python(site))
        except ValidationError:
            raise UnknownLink from None
        if profile is None:
            raise UnknownLink if self._sites.table.ready else NothingKnown
        return profile

    def _found(self, live: LiveSite, token: str) -> Found:
        visit, at_ms = self._book.find(live, token), site_clock_ms(live, self._clock.now_ms())
        if visit is None or not link_lives(visit, live.profile, at_ms):
            raise UnknownLink
        return Found(live.profile, token, visit, due(visit.scheduled_ms, live.profile.timezone, at_ms))

"""The book, read: the days as they are, the first free times, and what is missing of the visits to come."""

from datetime import date
from itertools import islice
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from schemas.envelope import Code, ThingId
from schemas.live import Version
from schemas.sites import SiteProfile
from services.checkin.answers import ERRORS
from services.checkin.domain.commands import SITE
from services.checkin.domain.day_book import Days, booked, hours_of, lacking, openings_of, provider_of, row_of
from services.checkin.domain.free_slots import Free, Occupied, Wanted, free_slots, local, wanted_for
from services.checkin.domain.people import Wrong
from services.checkin.requests import refuse_fields
from services.checkin.security import Asker, Gate
from services.checkin.shown import shown
from services.runtime.clock import Clock
from services.runtime.live.hub import Hub
from services.runtime.live.site import LiveSite

MOST_DAYS, MOST_SLOTS = 42, 50


FirstDay = Annotated[
    date | None,
    Query(alias="from", ge=date(2000, 1, 1), le=date(2199, 1, 1), description="The clinic's own date; today where none is given."),
]


class Book(BaseModel):
    """Some days of the book. Instants in ms; dates are the clinic's own. It names nobody."""

    site: str
    timezone: str
    today: date
    version: Version
    days: list[dict[str, Any]]
    providers: list[dict[str, Any]]
    visits: list[dict[str, Any]]


class Slot(BaseModel):
    """A free time, as an instant and on the clinic's own clock."""

    scheduled_at_ms: int
    local: str
    minutes: int
    provider: str
    room: str | None


class Slots(BaseModel):
    """The first free times, the earliest first."""

    slots: list[Slot]


class Missing(BaseModel):
    """The visits to come of which something is missing, what is due first first."""

    today: date
    visits: list[dict[str, Any]]


class Wish(BaseModel):
    """What a free time is looked for."""

    visit_type: Code | None = None
    minutes: Annotated[int, Query(ge=1, le=1440)] | None = None
    provider: ThingId | None = None
    room: ThingId | None = None


def routes(gate: Gate, hub: Hub, clock: Clock) -> APIRouter:
    """Make the routes that read the book."""
    router = APIRouter(tags=["book"], responses=ERRORS)

    async def live_site(asker: Annotated[Asker, Depends(gate.asker)]) -> LiveSite:
        return await shown(hub, asker)

    def today(profile: SiteProfile) -> date:
        return clock.now().astimezone(ZoneInfo(profile.timezone)).date()

    def days_of(profile: SiteProfile, first: date | None, number: int) -> Days:
        return Days(first or today(profile), number, ZoneInfo(profile.timezone))

    @router.get(f"{SITE}/book", summary="The book of some days")
    async def book(
        live: Annotated[LiveSite, Depends(live_site)],
        first: FirstDay = None,
        days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 1,
    ) -> Book:
        profile, wanted = live.profile, days_of(live.profile, first, days)
        hours = hours_of(profile)
        return Book(
            site=profile.site,
            timezone=profile.timezone,
            today=today(profile),
            version=live.meta.version,
            days=openings_of(hours[""], wanted),
            providers=[provider_of(one.id, live.providers.get(one.id), hours[one.id], wanted) for one in profile.providers],
            visits=[row_of(visit, profile) for visit in booked(live.visits.values(), profile, wanted)],
        )

    @router.get(f"{SITE}/book/free", summary="The first free times")
    async def free(
        live: Annotated[LiveSite, Depends(live_site)],
        wish: Annotated[Wish, Depends()],
        first: FirstDay = None,
        days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 14,
        limit: Annotated[int, Query(ge=1, le=MOST_SLOTS)] = 10,
    ) -> Slots:
        profile = live.profile
        wanted = _wanted(profile, wish, days_of(profile, first, days), clock.now_ms())
        found = islice(free_slots(profile, Occupied(live.visits.values(), live.providers, profile), wanted), limit)
        return Slots(slots=[_slot(one, wanted) for one in found])

    @router.get(f"{SITE}/book/missing", summary="What is missing of the visits to come")
    async def missing(live: Annotated[LiveSite, Depends(live_site)], days: Annotated[int, Query(ge=1, le=60)] = 14) -> Missing:
        """List every visit that is expected within so many days, and lacks something of the clinic's checklist."""
        now = today(live.profile)
        return Missing(today=now, visits=lacking(live.visits.values(), live.profile, days_of(live.profile, now, days), now))

    return router


def _wanted(profile: SiteProfile, wish: Wish, days: Days, now_ms: int) -> Wanted:
    kind = next((kind for kind in profile.visit_types if kind.code == wish.visit_type), None)
    unknown = [
        field
        for field, known in (
            ("visit_type", wish.visit_type is None or kind is not None),
            ("provider", wish.provider in {None, *(one.id for one in profile.providers)}),
            ("room", wish.room in {None, *(one.id for one in profile.rooms)}),
        )
        if not known
    ]
    refuse_fields(Wrong(field, "is not known at this clinic; its profile lists what there is") for field in unknown)
    return wanted_for(profile, days, now_ms, kind, wish.minutes)._replace(provider=wish.provider, room=wish.room)


def _slot(free: Free, wanted: Wanted) -> Slot:
    return Slot(
        scheduled_at_ms=free.start, local=local(free.start, wanted.days), minutes=wanted.minutes, provider=free.provider,
        room=free.room,
    )  # fmt: skip

"""What is so now: sites, and the live state of a site. Redis only shows; while it is away these say 503."""

from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.envelope import VisitId
from schemas.live import LiveRoom, LiveVisit, Version
from schemas.sites import SiteClock
from services.checkin.answers import ERRORS
from services.checkin.domain.commands import SITE
from services.checkin.security import Asker, Gate
from services.runtime.auth import Principal
from services.runtime.live.site import LiveSite, read_site
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook

Read = TypeVar("Read")


class SiteEntry(BaseModel):
    """A clinic within reach."""

    site: str
    name: str
    timezone: str
    clock: SiteClock


class SiteList(BaseModel):
    """The clinics within reach, by id."""

    sites: list[SiteEntry]


class VisitList(BaseModel):
    """The visits that are open or departed not long ago, as of `version`."""

    site: str
    version: Version
    visits: list[LiveVisit]


class RoomList(BaseModel):
    """The rooms, and whose visits are in them, as of `version`."""

    site: str
    version: Version
    rooms: list[LiveRoom]


async def from_redis(reading: Awaitable[Read]) -> Read:
    """Read from Redis. Raises Problem 503 when it is away."""
    try:
        return await reading
    except (RedisError, OSError):
        raise Problem(
            503,
            "live-view-away",
            "The live view is away",
            "What is so now can't be shown at the moment. Nothing is lost, and commands still work.",
            headers={"Retry-After": "2"},
        ) from None


def routes(gate: Gate, sites: SiteBook, redis: Redis, namespace: str) -> APIRouter:
    """Make the routes that read."""
    router = APIRouter(tags=["reads"], responses=ERRORS)

    async def live_site(asker: Annotated[Asker, Depends(gate.asker)]) -> LiveSite:
        found = await from_redis(read_site(redis, namespace, asker.site))
        if found is None:
            raise Problem(
                503,
                "not-shown-yet",
                "Not shown yet",
                "This clinic's live view is being built. Please try again in a moment.",
                headers={"Retry-After": "1"},
            )
        return found

    @router.get("/v1/sites", summary="The clinics within reach")
    async def list_sites(principal: Annotated[Principal, Depends(gate.principal)]) -> SiteList:
        reached = [profile for profile in sites.all() if principal.may_reach(profile.site)]
        return SiteList(sites=[SiteEntry(site=one.site, name=one.name, timezone=one.timezone, clock=one.clock) for one in reached])

    @router.get(f"{SITE}/visits", summary="Open and recently departed visits")
    async def list_visits(live: Annotated[LiveSite, Depends(live_site)]) -> VisitList:
        visits = [live.visits[visit] for visit in sorted(live.visits)]
        return VisitList(site=live.profile.site, version=live.meta.version, visits=visits)

    @router.get(f"{SITE}/visits/{{visit}}", summary="One visit")
    async def one_visit(live: Annotated[LiveSite, Depends(live_site)], visit: Annotated[VisitId, Path()]) -> LiveVisit:
        if visit not in live.visits:
            raise Problem(404, "unknown-visit", "No such visit", "No such visit is open here, or departed not long ago.")
        return live.visits[visit]

    @router.get(f"{SITE}/rooms", summary="The rooms and who is in them")
    async def list_rooms(live: Annotated[LiveSite, Depends(live_site)]) -> RoomList:
        rooms = [live.rooms[room] for room in sorted(live.rooms)]
        return RoomList(site=live.profile.site, version=live.meta.version, rooms=rooms)

    return router

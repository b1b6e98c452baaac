"""One run of the simulator, from opening the clinic to the result."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import structlog

from schemas.sites import SiteProfile
from services.runtime.clock import Clock
from services.simulator import meters, outbox, rates
from services.simulator.clinic import Clinic
from services.simulator.desk import AT_ONCE, Desk
from services.simulator.domain.day import plan
from services.simulator.domain.habits import Habits
from services.simulator.domain.journal import Journal
from services.simulator.domain.sightings import Sightings, percentile
from services.simulator.reads import DeskError, Reads
from services.simulator.result import NOWHERE, Closing, Result, Start
from services.simulator.settings import SimulatorSettings
from services.simulator.wall import WallClient

FIRST_ANSWER_SECONDS = 30.0
FIRST_SIGHT_SECONDS = 20.0
"""The clinic opens when the wall is up, or after so long without it."""
PROGRESS_SECONDS = 10.0
ANSWER_SECONDS = 20.0

log = structlog.stdlib.get_logger("clinicflow.simulator")


@dataclass(frozen=True)
class Run:
    """What one run is told."""

    settings: SimulatorSettings
    clock: Clock
    site: str
    seed: int
    seconds: float | None
    """How long, in real seconds; None: until `stop` is set."""
    stop: asyncio.Event

    async def result(self) -> Result:
        """Open the clinic, work, close it. Raises DeskError or PermissionError, or a group of them, where we are refused."""
        headers = {"Authorization": f"Bearer {self.settings.desk_token}"}
        limits = httpx.Limits(max_connections=2 * AT_ONCE, max_keepalive_connections=2 * AT_ONCE)
        async with httpx.AsyncClient(
            base_url=self.settings.checkin_url, headers=headers, timeout=ANSWER_SECONDS, limits=limits
        ) as client:
            reads = Reads(client, self.site)
            return await self._open(reads, await self._profile(reads))

    async def _profile(self, reads: Reads) -> SiteProfile:
        """Ask for the site, while the desk may still be starting."""
        asking = asyncio.create_task(reads.profile())
        async with _beside(self._stopped()) as stopped:
            await asyncio.wait({asking, stopped}, timeout=FIRST_ANSWER_SECONDS, return_when="FIRST_COMPLETED")
        if not asking.done():
            asking.cancel()
            raise DeskError("The front desk's API did not answer, so nothing was done.")
        return asking.result()

    async def _open(self, reads: Reads, profile: SiteProfile) -> Result:
        settings, clock, sightings = self.settings, self.clock, Sightings()
        journal = Journal(profile.next_up, {room.id: room.name for room in profile.rooms})
        desk = Desk(reads, journal, sightings, clock, f"simulator-{self.seed}-{clock.now_ms()}")
        wall = WallClient(settings.board_url, self.site, settings.screen_token, clock, sightings)
        closing = Closing(desk, journal, wall, sightings, clock, settings.flow_url, self.site, settings.outbox_file)
        start = Start(await meters.read(settings.flow_url, self.site) or NOWHERE, outbox.size(settings.outbox_file))
        async with _beside(wall.follow()) as following, _beside(_report(journal, sightings)):
            async with _beside(wall.first_sight()) as first:
                await asyncio.wait({following, first}, timeout=FIRST_SIGHT_SECONDS, return_when="FIRST_COMPLETED")
            await self._work(Clinic(profile, desk, clock, self.seed, Habits()), profile, following)
            return await closing.result(start)

    async def _work(self, clinic: Clinic, profile: SiteProfile, following: "asyncio.Task[None]") -> None:
        """Let the clinic work until the time is over or `stop` is set; what breaks meanwhile is raised."""
        providers = tuple(provider.id for provider in profile.providers)
        arrivals = rates.published(self.settings.busiest_hour)
        planned = partial(plan, self.seed, self.clock.now(), arrivals, providers)
        async with _beside(clinic.run(planned)) as working, _beside(self._stopped()) as stopped:
            over, _ = await asyncio.wait({working, following, stopped}, timeout=self.seconds, return_when="FIRST_COMPLETED")
        for task in over:
            task.result()

    async def _stopped(self) -> None:
        await self.stop.wait()


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Do something beside the block, until the block ends."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _report(journal: Journal, sightings: Sightings) -> None:
    """Say how the day goes, now and then."""
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        stages = journal.stages()
        p99 = percentile(sightings.seconds, 0.99)
        log.info(
            "the day goes on", done=journal.accepted, refused=journal.refused, expected=stages.get("expected", 0),
            waiting=stages.get("waiting", 0), in_clinic=journal.open, departed=stages.get("departed", 0),
            desk_to_wall_p99_ms=None if p99 is None else round(p99 * 1000),
        )  # fmt: skip

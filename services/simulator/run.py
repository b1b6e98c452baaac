"""One run of the simulator, from opening the clinic to the result."""

import asyncio
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources

import httpx
import structlog

from schemas.sites import SiteProfile
from services.runtime.clock import Clock
from services.simulator import meters, outbox
from services.simulator.clinic import Clinic
from services.simulator.desk import AT_ONCE, Desk
from services.simulator.domain.arrivals import HourlyRates, busy_hours
from services.simulator.domain.day import plan
from services.simulator.domain.habits import Habits
from services.simulator.domain.journal import Journal
from services.simulator.domain.sightings import Sightings, percentile
from services.simulator.result import NOWHERE, Closing, Result, Start
from services.simulator.settings import SimulatorSettings
from services.simulator.wall import WallClient

FROM_HOUR, TO_HOUR = 11, 20
"""The hours of the published profile that the clinic lives, over and over."""
FIRST_SIGHT_SECONDS = 20.0
PROGRESS_SECONDS = 10.0

log = structlog.stdlib.get_logger("clinicflow.simulator")


@dataclass(frozen=True)
class Run:
    """What one run is told."""

    settings: SimulatorSettings
    clock: Clock
    site: str
    seed: int
    real_seconds: float | None
    """None: until `stop` is set."""
    stop: asyncio.Event

    async def result(self) -> Result:
        """Open the clinic, work, close it. Raises DeskError or PermissionError where a service refuses."""
        settings, clock = self.settings, self.clock
        headers = {"Authorization": f"Bearer {settings.desk_token}"}
        limits = httpx.Limits(max_connections=2 * AT_ONCE, max_keepalive_connections=2 * AT_ONCE)
        async with httpx.AsyncClient(base_url=settings.checkin_url, headers=headers, timeout=20.0, limits=limits) as client:
            sightings = Sightings()
            began = clock.now()
            desk = Desk(client, self.site, f"simulator-{self.seed}-{clock.now_ms()}", clock, sightings)
            profile = await desk.profile()
            journal = desk.journal = Journal(profile.next_up, {room.id: room.name for room in profile.rooms})
            wall = WallClient(settings.board_url, self.site, settings.screen_token, clock, sightings)
            start = Start(await meters.read(settings.flow_url, self.site) or NOWHERE, outbox.size(settings.outbox_file))
            rates = HourlyRates(published_rates(settings.busiest_hour).per_hour)
            providers = tuple(provider.id for provider in profile.providers)
            planned = plan(self.seed, began, rates, providers, Habits())
            clinic = Clinic(profile, desk, journal, clock, self.seed, Habits())
            closing = Closing(desk, journal, wall, sightings, clock, settings.flow_url, self.site, settings.outbox_file)
            following = asyncio.create_task(wall.follow())
            ...

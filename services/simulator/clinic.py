"""The clinic as a whole: takes over what an earlier run left, lets the planned patients come, and stops when told to."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from schemas.live import LiveVisit
from schemas.sites import SiteProfile
from schemas.summaries import Stage
from services.runtime.clock import Clock
from services.simulator.desk import Desk
from services.simulator.domain import commands, left_over
from services.simulator.domain.day import PlannedVisit
from services.simulator.domain.habits import Habits
from services.simulator.pool import Pool
from services.simulator.staff import Patient, Staff

BOOKED_AHEAD = timedelta(hours=2.5)
"""How long before they come patients call to be put into the book."""
_HERE = frozenset({Stage.WAITING, Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE})


class Clinic:
    """One site's clinic."""

    def __init__(self, profile: SiteProfile, desk: Desk, clock: Clock, seed: int, habits: Habits) -> None:
        self._profile, self._desk, self._clock = profile, desk, clock
        self._seed, self._habits = seed, habits

    async def run(self, plan: Callable[[Habits], Iterable[PlannedVisit]]) -> None:
        """Work until cancelled: for those whom an earlier run, or somebody else, has left, and then as planned."""
        found = [visit for visit in await self._desk.reads.visits() if visit.stage in _HERE or visit.stage is Stage.EXPECTED]
        self._desk.journal.adopt(found)
        planned = plan(self._habits._replace(at_the_door=0) if found else self._habits)
        held = {visit.room for visit in found}
        free = [room.id for room in self._profile.rooms if room.id not in held]
        async with asyncio.TaskGroup() as group:
            for room in free:
                group.create_task(self._desk.give(commands.room_status(room, "ready")))
            rooms, providers = Pool(free), Pool(provider.id for provider in self._profile.providers)
            staff = Staff(self._desk, self._clock, rooms, providers, group)
            for visit in found:
                self._take_over(visit, staff, group)
            for visit_to_come in left_over.not_in_the_book(planned, found):
                await self._until(visit_to_come.arrives - BOOKED_AHEAD)
                group.create_task(staff.attend(visit_to_come))

    def _take_over(self, live: LiveVisit, staff: Staff, group: asyncio.TaskGroup) -> None:
        if live.stage is Stage.EXPECTED:
            planned = left_over.expected(self._seed, live, self._clock.now(), self._habits)
            group.create_task(staff.attend(planned, live.visit))
            return
        course = left_over.course_of(self._seed, live, self._habits)
        patient = Patient(live.visit, live.stage, live.priority, course, called=live.called_ms is not None, room=live.room)
        group.create_task(staff.treat(patient))

    async def _until(self, moment: datetime) -> None:
        await self._clock.sleep(max(0.0, (moment - self._clock.now()).total_seconds()))

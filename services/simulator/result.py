"""The end of a run: everything that was begun comes to an end, and what is seen is held against what is known."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from services.runtime.clock import Clock
from services.simulator import meters, outbox
from services.simulator.desk import Desk
from services.simulator.domain import texts
from services.simulator.domain.journal import Journal
from services.simulator.domain.sightings import Sightings, percentile
from services.simulator.meters import Counts
from services.simulator.wall import WallClient

ANSWERS_SECONDS = 6.0
WALL_SECONDS = 5.0
COUNTS_SECONDS = 3.0
QUIET_SECONDS = 1.0
"""The outbox is complete when nothing came for so long."""
_LOOK_SECONDS = 0.2
NOWHERE = Counts(0, 0)


@dataclass(frozen=True)
class Result:
    """The day's result, as it is printed. Milliseconds are real ones."""

    accepted: int
    refused: int
    folded: int
    dead_lettered: int
    texts: int
    texts_unexplained: int
    visits_open: int
    visits_departed: int
    wall_matches: bool
    desk_to_wall_p50_ms: int | None
    desk_to_wall_p99_ms: int | None
    unanswered: int
    unseen: int

    @property
    def is_good(self) -> bool:
        """Whether all that was accepted is there, once, and shown right."""
        counted = self.accepted == self.folded and not self.dead_lettered and not self.unanswered
        return counted and self.wall_matches and not self.texts_unexplained


@dataclass(frozen=True)
class Start:
    """What there was before the run."""

    counts: Counts
    outbox: int


@dataclass(frozen=True)
class Closing:
    """What the end of a run looks at."""

    desk: Desk
    journal: Journal
    wall: WallClient
    sightings: Sightings
    clock: Clock
    flow_url: str
    site: str
    outbox_file: Path

    async def result(self, start: Start) -> Result:
        """Wait, with bounds, until everything is still, and compare. No command is given any more."""
        unanswered = await self.desk.finish(ANSWERS_SECONDS)
        matches = await self._wall_matches()
        counts = await self._counts(start.counts)
        found = await self._texts(start.outbox)
        unseen = self.sightings.close(self.clock.monotonic())
        stages = self.journal.stages()
        return Result(
            accepted=self.journal.accepted,
            refused=self.journal.refused,
            folded=counts.applied - start.counts.applied,
            dead_lettered=max(0, counts.dead - start.counts.dead),
            texts=len(found),
            texts_unexplained=texts.unexplained(found, self.journal.visits),
            visits_open=self.journal.open,
            visits_departed=stages.get("departed", 0),
            wall_matches=matches,
            desk_to_wall_p50_ms=_ms(percentile(self.sightings.seconds, 0.50)),
            desk_to_wall_p99_ms=_ms(percentile(self.sightings.seconds, 0.99)),
            unanswered=unanswered,
            unseen=unseen,
        )

    async def _wall_matches(self) -> bool:
        try:
            async with asyncio.timeout(WALL_SECONDS):
                await self.wall.shows(self.journal.wall())
        except TimeoutError:
            return False
        return True

    async def _counts(self, start: Counts) -> Counts:
        """Flow's counts, as soon as they hold all that was accepted."""
        until = self.clock.monotonic() + COUNTS_SECONDS
        while True:
            counts = await meters.read(self.flow_url, self.site) or NOWHERE
            if counts.applied - start.applied >= self.journal.accepted or self.clock.monotonic() > until:
                return counts
            await asyncio.sleep(_LOOK_SECONDS)

    async def _texts(self, before: int) -> list[texts.Text]:
        found, looked_at = outbox.read(self.outbox_file, before, self.site), self.clock.monotonic()
        while self.clock.monotonic() < looked_at + QUIET_SECONDS:
            await asyncio.sleep(_LOOK_SECONDS)
            if len(now := outbox.read(self.outbox_file, before, self.site)) > len(found):
                found, looked_at = now, self.clock.monotonic()
        return found


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)

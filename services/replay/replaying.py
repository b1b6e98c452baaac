"""A replay from its file to its summary."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import httpx

from services.replay.domain.log_map import LogMap
from services.replay.domain.rows import BadRow, Found, Item
from services.replay.sender import BATCH, Say, Sender, Sent
from services.replay.target_site import provide
from services.runtime.clock import Clock

PROGRESS_SECONDS = 2.0


@dataclass(frozen=True)
class Summary:
    """What became of a file's rows."""

    found: Found
    sent: Sent

    def bad_rows(self) -> list[BadRow]:
        """Every row that is not in the site, by line."""
        return sorted((*self.found.bad, *self.sent.bad), key=lambda row: row.line)

    @property
    def is_whole(self) -> bool:
        """Whether every row was read, and everything sent is known to be applied."""
        return not self.bad_rows() and not self.sent.kept

    def line(self) -> str:
        """The summary in one line."""
        found, sent, bad = self.found, self.sent, self.bad_rows()
        waiting = f", {len(sent.kept)} on the log but not applied yet" if sent.kept else ""
        return (
            f"{found.rows} rows: {sent.applied} events applied{waiting}, {found.ignored} ignored by the map, "
            f"{sum(found.unmapped.values())} with activities the map doesn't name, {len(bad)} bad."
        )


@dataclass(frozen=True)
class Replay:
    """One replay. `speed`: times as fast as it happened; None: as fast as possible."""

    client: httpx.AsyncClient
    site: str
    log_map: LogMap
    speed: float | None
    clock: Clock
    say: Say

    async def run(self, found: Found) -> Summary:
        """Make the site where it is missing, and send what was found. Raises UnusableError."""
        if await provide(self.client, self.site, self.log_map):
            self.say(f"The site {self.site} was made from the map.")
        sender = Sender(self.client, self.site, self.say)
        items = found.in_order()
        if self.speed is None:
            await self._all_at_once(sender, items)
        else:
            await self._as_it_happened(sender, items, self.speed)
        await sender.settle()
        return Summary(found, sender.sent)

    async def _all_at_once(self, sender: Sender, items: Sequence[Item]) -> None:
        said_at = self.clock.monotonic()
        for begin in range(0, len(items), BATCH):
            await sender.send(items[begin : begin + BATCH])
            if self.clock.monotonic() - said_at > PROGRESS_SECONDS:
                said_at = self.clock.monotonic()
                self.say(f"{min(begin + BATCH, len(items))} of {len(items)} events sent")

    async def _as_it_happened(self, sender: Sender, items: Sequence[Item], speed: float) -> None:
        """Events of one moment go together, each moment as long after the first as it was, divided by the speed."""
        began = self.clock.monotonic()
        for moment, together in groupby(items, key=lambda item: item.time):
            due = (moment - items[0].time).total_seconds() / speed
            await asyncio.sleep(max(0.0, due - (self.clock.monotonic() - began)))
            await sender.send(list(together))

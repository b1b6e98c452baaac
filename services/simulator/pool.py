"""Things that are held by one at a time, and handed to whoever comes first in line: rooms, providers."""

import asyncio
import heapq
from collections.abc import Iterable
from itertools import count

Place = tuple[int, int]
"""Priority, then the order of arrival; the smallest goes first."""


class Pool:
    """Free things, and a line of those who wait for one."""

    def __init__(self, things: Iterable[str]) -> None:
        self._free = list(things)
        self._line: list[tuple[Place, int, asyncio.Future[str]]] = []
        self._order = count()

    async def take(self, place: Place) -> str:
        """Wait for one. Who is cancelled meanwhile holds nothing."""
        if self._free:
            return self._free.pop(0)
        handed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._line, (place, next(self._order), handed))
        try:
            return await handed
        except asyncio.CancelledError:
            if handed.done() and not handed.cancelled():
                self.give_back(handed.result())
            raise

    def give_back(self, thing: str) -> None:
        """It is free again; the first in line has it."""
        while self._line:
            *_, handed = heapq.heappop(self._line)
            if not handed.done():
                handed.set_result(thing)
                return
        self._free.append(thing)

    def withdraw(self, thing: str) -> None:
        """Somebody else took it."""
        if thing in self._free:
            self._free.remove(thing)

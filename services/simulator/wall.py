"""The wall as one more screen receives it: over SSE, with the display's own credential."""

import asyncio
import json

import httpx
import structlog

from services.runtime.clock import Clock
from services.simulator.domain.screen import Screen
from services.simulator.domain.sightings import Sightings
from services.simulator.domain.sse import Reader
from services.simulator.domain.wall_view import WallView, changes

RETRY_SECONDS = 0.5
SILENT_SECONDS = 15.0
"""The board says something at least every few seconds; a stream that is silent for so long is opened anew."""

log = structlog.stdlib.get_logger("clinicflow.simulator")


class WallClient:
    """Follows the wall of one site for as long as `follow` runs."""

    def __init__(self, board_url: str, site: str, token: str, clock: Clock, sightings: Sightings) -> None:
        self._url = f"{board_url}/v1/sites/{site}/wall/events"
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        self._clock, self._sightings = clock, sightings
        self._screen = Screen()
        self._changed = asyncio.Event()
        self.view: WallView | None = None
        """None until the first snapshot."""

    async def follow(self) -> None:
        """Keep the view current until cancelled; a stream that breaks is opened again. Raises PermissionError when refused."""
        timeout = httpx.Timeout(5.0, read=SILENT_SECONDS)
        async with httpx.AsyncClient(timeout=timeout) as client:
            while True:
                try:
                    await self._stream(client)
                except httpx.HTTPError as problem:
                    log.warning("the wall's stream broke; opening it again", problem=type(problem).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def first_sight(self) -> None:
        """Wait until the wall shows anything at all."""
        while self.view is None:
            self._changed.clear()
            await self._changed.wait()

    async def shows(self, wanted: WallView) -> None:
        """Wait until the wall shows exactly this."""
        while self.view != wanted:
            self._changed.clear()
            await self._changed.wait()

    async def _stream(self, client: httpx.AsyncClient) -> None:
        reader = Reader()
        last_id = {"Last-Event-ID": self._screen.last_id} if self._screen.last_id else {}
        async with client.stream("GET", self._url, headers={**self._headers, **last_id}) as response:
            if response.status_code in {401, 403, 404}:
                raise PermissionError(f"the board refuses the wall of this site ({response.status_code})")
            response.raise_for_status()
            async for line in response.aiter_lines():
                message = reader.line(line)
                if message is not None and not self._take(message.event, message.id, message.data):
                    self._screen.last_id = None
                    return

    def _take(self, event: str, event_id: str, data: str) -> bool:
        at = self._clock.monotonic()
        if not self._screen.take(event, event_id, json.loads(data)):
            return False
        before, self.view = self.view or WallView(), self._screen.view()
        for ticket, sight in changes(before, self.view).items():
            self._sightings.shown(ticket, sight, at)
        self._changed.set()
        return True

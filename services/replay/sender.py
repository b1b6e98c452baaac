"""Hands events to the front desk's API in batches, and repeats a batch until the desk has it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.replay.domain.rows import BadRow, Item
from services.replay.errors import UnusableError
from services.runtime.spoken import spoken

BATCH = 500
RETRY_SECONDS = 1.0
TRIES = 900
"""One a second or slower: a desk that is away for longer ends the replay, which can be begun again."""
SETTLE_TRIES = 60
"""The same for outcomes that don't come."""
SAY_AFTER, SAY_EVERY = 2, 30

_REUSED = "it was replayed before under another map, and stands as it was; replay into a new site to read it anew"

Say = Callable[[str], None]


@dataclass
class Sent:
    """What became of the events."""

    applied: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    """On the log, without an outcome yet: the event, and its line."""
    bad: list[BadRow] = field(default_factory=list)

    def note(self, line: int, event: str, status: str, reason: str | None) -> None:
        """Take in what became of an event."""
        if status == "applied":
            self.applied += 1
        elif status == "kept":
            self.kept[event] = line
        else:
            self.bad.append(BadRow(line, _REUSED if reason == "key-reused" else f"the system set it aside ({reason})"))


class Sender:
    """Sends to one site. The keys of the events make every repeat safe."""

    def __init__(self, client: httpx.AsyncClient, site: str, say: Say) -> None:
        """`client` has the base URL and the token; `say` tells a person that something takes longer."""
        self._client, self._root, self._say = client, f"/v1/sites/{site}", say
        self.sent = Sent()

    async def send(self, items: Sequence[Item]) -> None:
        """Send events in this order. Raises UnusableError when the desk refuses all of them, or is away for too long."""
        for begin in range(0, len(items), BATCH):
            await self._send(items[begin : begin + BATCH])

    async def settle(self) -> None:
        """Wait for the outcomes that were not there at once; what has none after all stays in `sent.kept`."""
        waiting = list(self.sent.kept.items())
        for _ in range(SETTLE_TRIES):
            while waiting and (found := await self._outcome(waiting[0][0])) is not None:
                event, line = waiting.pop(0)
                del self.sent.kept[event]
                self.sent.note(line, event, found["status"], found.get("reason"))
            if not waiting:
                return
            await asyncio.sleep(RETRY_SECONDS)

    async def _outcome(self, event: str) -> dict[str, Any] | None:
        try:
            response = await self._client.get(f"{self._root}/outcomes/{event}")
        except httpx.TransportError:
            return None
        found: dict[str, Any] | None = response.json() if response.is_success else None
        return found

    async def _send(self, items: Sequence[Item]) -> None:
        """Outcomes are waited for as long as they come at once: without flow each batch would take ten seconds."""
        body = {"events": [item.body() for item in items]}
        wait = "" if self.sent.kept else "?wait=true"
        answer = await self._until_taken(f"{self._root}/events:batch{wait}", body)
        for accepted in answer["accepted"]:
            status = accepted.get("status", "kept")
            self.sent.note(items[accepted["index"]].line, accepted["event"], status, accepted.get("reason"))
        self.sent.bad.extend(BadRow(items[rejected["index"]].line, rejected["problem"]) for rejected in answer["rejected"])

    async def _until_taken(self, address: str, body: dict[str, Any]) -> dict[str, Any]:
        for tries in range(TRIES):
            try:
                response = await self._client.post(address, json=body)
            except httpx.TransportError:
                response = None
            if response is not None and response.is_success:
                answer: dict[str, Any] = response.json()
                return answer
            if response is not None and response.status_code < 500:
                raise UnusableError(spoken(response.content, response.status_code))
            if tries % SAY_EVERY == SAY_AFTER:
                self._say("The system can't take events at the moment; waiting. Nothing is lost, and nothing is sent twice.")
            await asyncio.sleep(RETRY_SECONDS)
        raise UnusableError("The system has not answered for a long time. The same command again goes on where this one stopped.")

"""The front desk's API, used as its staff use it: a command is repeated under its key until its answer is final."""

import asyncio
from typing import Any

import httpx
import structlog

from services.runtime.clock import Clock
from services.simulator.domain.answers import Answer
from services.simulator.domain.commands import Command
from services.simulator.domain.journal import Journal
from services.simulator.domain.sightings import Sightings
from services.simulator.reads import DeskError, Reads

AT_ONCE = 16
"""So many commands are on their way together."""
RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 5.0

log = structlog.stdlib.get_logger("clinicflow.simulator")


class Desk:
    """Gives commands and writes their final answers into the journal."""

    def __init__(self, reads: Reads, journal: Journal, sightings: Sightings, clock: Clock, run: str) -> None:
        """`run` makes the keys of this run its own."""
        self.reads, self.journal = reads, journal
        self._sightings, self._clock, self._run = sightings, clock, run
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._pending: set[asyncio.Task[Answer]] = set()
        self._given = 0

    async def give(self, command: Command) -> Answer:
        """Give a command and wait for its final answer. Raises DeskError.

        Who is cancelled meanwhile doesn't take the command back; see `finish`.
        """
        self._given += 1
        task = asyncio.create_task(self._carry_out(command, f"{self._run}-{self._given}"))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        return await asyncio.shield(task)

    async def finish(self, seconds: float) -> int:
        """Wait for the answers that are still open; returns how many are so after all."""
        if not self._pending:
            return 0
        _, unanswered = await asyncio.wait(self._pending, timeout=seconds)
        for task in unanswered:
            task.cancel()
        return len(unanswered)

    async def _carry_out(self, command: Command, key: str) -> Answer:
        async with self._gate:
            sent_at = self._clock.monotonic()
            response = await self._send(command, key)
        answer = await self._final(response)
        self.journal.note(
            command.action, answer, room=command.room, undoes=command.undoes, queue=command.queue, priority=command.priority,
            in_flight=len(self._pending) - 1,
        )  # fmt: skip
        if not answer.applied:
            log.info("the desk refused", action=command.action, reason=answer.reason)
        elif answer.ticket and command.shown_as:
            self._sightings.expect(answer.ticket, command.shown_as, sent_at)
        return answer

    async def _send(self, command: Command, key: str) -> httpx.Response:
        """Send until the desk has it."""
        wait = RETRY_SECONDS
        while True:
            try:
                response = await self.reads.client.post(
                    f"{self.reads.root}/{command.path}", json=command.body, headers={"Idempotency-Key": key}
                )
                if response.status_code < 500:
                    return response
                wait = _retry_after(response, wait)
            except httpx.TransportError:
                wait = min(2 * wait, LONGEST_RETRY_SECONDS)
            await asyncio.sleep(wait)

    async def _final(self, response: httpx.Response) -> Answer:
        body: dict[str, Any] = response.json()
        code = str(body.get("code", response.status_code))
        if response.status_code == httpx.codes.ACCEPTED:
            body = await self.reads.outcome(body["result"])
            applied, code = body["status"] == "applied", str(body.get("reason"))
        elif response.is_success or response.status_code == httpx.codes.CONFLICT:
            applied = response.is_success
        else:
            raise DeskError(f"The desk answered {response.status_code} ({code}). {body.get('detail', '')}")
        return Answer(
            applied, body.get("event"), body.get("visit"), body.get("ticket"), body.get("stage"), body.get("room"),
            None if applied else code,
        )  # fmt: skip


def _retry_after(response: httpx.Response, otherwise: float) -> float:
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_RETRY_SECONDS) if asked.isdigit() else otherwise

"""The front desk's API, used as its staff use it: a command is repeated under its key until its answer is final."""

import asyncio
from typing import Any

import httpx
import structlog

from schemas.live import LiveVisit
from schemas.sites import SiteProfile
from services.runtime.clock import Clock
from services.simulator.domain.answers import Answer
from services.simulator.domain.commands import Command
from services.simulator.domain.journal import Journal
from services.simulator.domain.sightings import Sightings

AT_ONCE = 16
"""So many commands are on their way together."""
RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 5.0
POLL_SECONDS = 0.2

log = structlog.stdlib.get_logger("clinicflow.simulator")


class DeskError(RuntimeError):
    """The desk's answer makes no sense: a wrong token, an unknown site, a body it doesn't take."""


class Desk:
    """Gives commands and writes their final answers into the journal."""

    def __init__(
        self, client: httpx.AsyncClient, site: str, run: str, clock: Clock, journal: Journal, sightings: Sightings
    ) -> None:
        """`client` has the base URL and the token; `run` makes the keys of this run its own."""
        self._client, self._root, self._run = client, f"/v1/sites/{site}", run
        self._clock, self._journal, self._sightings = clock, journal, sightings
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._pending: set[asyncio.Task[Answer]] = set()
        self._given = 0

    async def give(self, command: Command) -> Answer:
        """Give a command and wait for its final answer. Who is cancelled meanwhile doesn't take the command back."""
        self._given += 1
        task = asyncio.create_task(self._carry_out(command, f"{self._run}-{self._given}"))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        return await asyncio.shield(task)

    async def finish(self, seconds: float) -> int:
        """Wait for the answers that are still open; returns how many are so after all."""
        if self._pending:
            await asyncio.wait(self._pending, timeout=seconds)
        return len(self._pending)

    async def profile(self) -> SiteProfile:
        """Return the site's profile."""
        return SiteProfile.model_validate(await self._read("profile"))

    async def visits(self) -> list[LiveVisit]:
        """Return every visit the site shows."""
        return [LiveVisit.model_validate(visit) for visit in (await self._read("visits"))["visits"]]

    async def visit(self, visit: str) -> LiveVisit | None:
        """Return one visit as the site shows it; None where it shows none of that id."""
        response = await self._get(f"{self._root}/visits/{visit}")
        return LiveVisit.model_validate_json(response.content) if response.is_success else None

    async def _carry_out(self, command: Command, key: str) -> Answer:
        async with self._gate:
            sent_at = self._clock.monotonic()
            response = await self._send(command, key)
        answer = await self._final(response)
        self._journal.note(
            command.action, answer, room=command.room, undoes=command.undoes, queue=command.queue, priority=command.priority,
            in_flight=len(self._pending) - 1,
        )  # fmt: skip
        if not answer.applied:
            log.info("refused", action=command.action, reason=answer.reason)
        elif answer.ticket and command.shown_as:
            self._sightings.expect(answer.ticket, command.shown_as, sent_at)
        return answer

    async def _send(self, command: Command, key: str) -> httpx.Response:
        """Send until the desk has it."""
        wait = RETRY_SECONDS
        while True:
            try:
                response = await self._client.post(
                    f"{self._root}/{command.path}", json=command.body, headers={"Idempotency-Key": key}
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
            body = await self._result(body["result"])
            applied, code = body["status"] == "applied", str(body.get("reason"))
        elif response.is_success or response.status_code == httpx.codes.CONFLICT:
            applied = response.is_success
        else:
            raise DeskError(f"The desk answered {response.status_code} ({code}). {body.get('detail', '')}")
        return Answer(
            applied, body.get("event"), body.get("visit"), body.get("ticket"), body.get("stage"), body.get("room"),
            None if applied else code,
        )  # fmt: skip

    async def _result(self, address: str) -> dict[str, Any]:
        """Wait for the outcome of a command that was kept."""
        while True:
            response = await self._get(address)
            if response.is_success:
                found: dict[str, Any] = response.json()
                return found
            await asyncio.sleep(POLL_SECONDS)

    async def _read(self, what: str) -> dict[str, Any]:
        response = await self._get(f"{self._root}/{what}")
        if not response.is_success:
            raise DeskError(f"The desk does not show the site's {what} ({response.status_code}).")
        found: dict[str, Any] = response.json()
        return found

    async def _get(self, address: str) -> httpx.Response:
        while True:
            try:
                response = await self._client.get(address)
                if response.status_code < 500:
                    return response
            except httpx.TransportError:
                pass  # it comes back; nothing was asked that could be lost
            await asyncio.sleep(RETRY_SECONDS)


def _retry_after(response: httpx.Response, otherwise: float) -> float:
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_RETRY_SECONDS) if asked.isdigit() else otherwise

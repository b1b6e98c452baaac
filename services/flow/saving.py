"""Saves partitions: what changed, built under the partition's lock and committed in one transaction (DESIGN §7.5)."""

import asyncio

import structlog
from aiokafka.errors import KafkaError, KafkaTimeoutError, ProducerFenced

from services.flow.held import Held
from services.flow.snapshots import Snapshots
from services.runtime.clock import Clock

log = structlog.stdlib.get_logger("clinicflow.flow")

SAVE_SECONDS = 15.0
"""So long a snapshot may take; then the partition is loaded anew."""


class Saver:
    """Commits snapshots. Nothing of a partition that was let go of is ever built."""

    def __init__(self, snapshots: Snapshots, clock: Clock) -> None:
        self._snapshots, self._clock = snapshots, clock
        self._left_behind: set[asyncio.Task[None]] = set()

    async def save(self, held: Held) -> bool | None:
        """Save what changed; says whether anything had. None: it can't be saved, and must be dropped and loaded anew."""
        try:
            async with held.saving:
                async with held.lock:
                    if held.gone.is_set() or held.saved_next == held.state.next:
                        return False
                    self._snapshots.build(held)
                    reached, held.saved_at = held.state.next, self._clock.monotonic()
                await self._commit(held)
                held.saved_next = reached
        except ProducerFenced:
            log.warning("partition fenced", partition=held.number)
            return None
        except KafkaError as problem:
            log.warning("snapshot failed", partition=held.number, problem=type(problem).__name__)
            return None
        return True

    async def _commit(self, held: Held) -> None:
        """Send what was built. Raises KafkaTimeoutError where the partition goes meanwhile, or the broker takes too long.

        A producer that is stopped leaves whoever sends by it waiting for ever (aiokafka), and all partitions with it.
        """
        sending, gone = asyncio.ensure_future(self._snapshots.send(held)), asyncio.ensure_future(held.gone.wait())
        try:
            await asyncio.wait({sending, gone}, timeout=SAVE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                self._leave(sending)
                raise KafkaTimeoutError
            await sending
        finally:
            gone.cancel()

    def _leave(self, task: asyncio.Task[None]) -> None:
        """Cancel a task without waiting for it; what becomes of it is nobody's concern any more."""
        self._left_behind.add(task)
        task.add_done_callback(self._forget)
        task.cancel()

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._left_behind.discard(task)
        if not task.cancelled():
            task.exception()

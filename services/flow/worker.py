"""The worker: folds the batches that Faust hands over, and each second sets right what Faust left wrong (DESIGN §7).

Whatever happens to the group, a partition's state is a right prefix of the log, and going on from its own `next` is always
correct. So nothing here trusts a committed offset, a cached high-water mark or the order in which batches come.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from faust.types.tuples import TP

from schemas.dead_letters import DeadLetterReason
from services.flow.domain import snapshot
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState, Record
from services.flow.domain.reconciliation import missing, summaries
from services.flow.exits import die
from services.flow.held import Held
from services.flow.holes import next_record
from services.flow.live import LiveState
from services.flow.metrics import FlowMetrics
from services.flow.publish import Publisher, Received
from services.flow.saving import Saver
from services.flow.settings import FlowSettings
from services.flow.snapshots import LogTruncatedError, Snapshots
from services.flow.transport import BatchConsumer
from services.runtime.clock import Clock

log = structlog.stdlib.get_logger("clinicflow.flow")

STALLED_SECONDS = 2.0
"""After so long without a batch, where the log is longer, the partition is sought back to `next`."""
SUSPECT_STARTS = 3
"""From this start in a row on, each record is folded on its own, and one that fails is given up."""


@dataclass(frozen=True)
class Outputs:
    """Where effects go."""

    live: LiveState
    publisher: Publisher
    metrics: FlowMetrics


class Worker:
    """All partitions that this process holds. Its methods run on Faust's event loop."""

    def __init__(self, settings: FlowSettings, clock: Clock, snapshots: Snapshots, outputs: Outputs) -> None:
        self._settings, self._clock, self._snapshots, self._saver = settings, clock, snapshots, Saver(snapshots, clock)
        self._live, self._publisher, self._metrics = outputs.live, outputs.publisher, outputs.metrics
        self._loading: dict[int, asyncio.Lock] = {}
        self._doubtful: set[int] = set()
        """Partitions that we were fenced from: loaded anew only once the group has confirmed that they are ours."""
        self._mended_at: dict[int, float] = {}
        """When a stalled partition was last sought back. That is no progress: the watchdog looks at `moved_at`."""
        self._going: set[asyncio.Task[None]] = set()
        self.held: dict[int, Held] = {}
        self.assigned = 0
        self.lagging_since: float | None = None

    # -- batches -----------------------------------------------------------------------------------------------------

    async def take(self, consumer: BatchConsumer, tp: TP, records: list[Any]) -> None:
        """Fold one fetched batch and send its effects; a batch that begins after `next` is never folded."""
        held = await self._hold(consumer, tp)
        if held is None:
            return
        async with held.lock:
            if self.held.get(tp.partition) is not held:
                return
            if records[0].offset > held.state.next:
                await self._mend(consumer, tp, held)
                return
            with self._sent_or_dropped(held):
                effects = self._fold(held, records)
                held.moved_at = self._clock.monotonic()
                if effects is not None:
                    await self._send(held, effects, {record.offset: record for record in records})

    def _fold(self, held: Held, records: list[Record]) -> Effects | None:
        state, effects = held.state, Effects()
        new = [record for record in records if record.offset >= state.next]
        fold = self._fold_guarded if self._settings.starts_in_a_row >= SUSPECT_STARTS else PartitionState.fold
        for record in new:
            fold(state, record, effects)
        return effects if new else None

    def _fold_guarded(self, state: PartitionState, record: Record, effects: Effects) -> None:
        """Fold one record; if that raises, put its site back as it was and give the record up."""
        name = (record.key or b"").decode(errors="replace")
        before = snapshot.whole(state.sites[name]) if name in state.sites else None
        lists: tuple[list[Any], ...] = (effects.alerts, effects.answers, effects.summaries, effects.dead)
        counted = effects.applied, effects.repeated, *map(len, lists)
        try:
            state.fold(record, effects)
        except Exception:  # whatever it is, it has ended three starts
            log.exception("record given up", offset=record.offset)
            effects.applied, effects.repeated, *lengths = counted
            for said, length in zip(lists, lengths, strict=True):
                del said[length:]
            broken = state.sites.pop(name, None)
            if before is not None and broken is not None:
                site = state.sites[name] = snapshot.restore(before)
                site.own_dirty = True
                site.dirty.update(site.visits, broken.dirty)  # a visit that is gone must lose its row, too
                site.dirty_events.update(site.other_events, broken.dirty_events)
            state.skip(record, DeadLetterReason.UNFOLDABLE, effects)

    async def _send(self, held: Held, effects: Effects, records: dict[int, Received]) -> None:
        self._metrics.count(effects)
        await self._live.show(held, effects, self._clock.now_ms())
        await self._publisher.send(held, effects, records)

    @contextlib.contextmanager
    def _sent_or_dropped(self, held: Held) -> Iterator[None]:
        """See to it that what was folded and not sent is never saved: who is stopped in between loses the partition."""
        try:
            yield
        except BaseException:
            if self.held.get(held.number) is held:
                del self.held[held.number]
                held.gone.set()
                going = asyncio.ensure_future(_let_go(held))
                self._going.add(going)
                going.add_done_callback(self._going.discard)
            raise

    # -- holding partitions ------------------------------------------------------------------------------------------

    async def _hold(self, consumer: BatchConsumer, tp: TP) -> Held | None:
        """Return the partition, loaded if need be; None where the group hasn't confirmed yet that it is ours."""
        number = tp.partition
        async with self._loading.setdefault(number, asyncio.Lock()):
            held = self.held.get(number)
            if held is not None:
                return held
            if number in self._doubtful and not await self._confirmed(consumer, tp):
                return None
            began = self._clock.monotonic()
            held = await self._snapshots.load(number)
            if tp not in consumer.assignment():
                await _let_go(held)
                return None
            self._doubtful.discard(number)
            held.moved_at = held.saved_at = self._clock.monotonic()
            self.held[number] = held
            await consumer.go_to(tp, held.state.next)
            self._metrics.recovery.observe(self._clock.monotonic() - began)
            log.info("partition loaded", partition=number, next=held.state.next, rebuilding=held.rebuilding)
            return held

    async def _confirmed(self, consumer: BatchConsumer, tp: TP) -> bool:
        """Whether the group takes a commit of ours for the partition: a zombie's is refused."""
        try:
            return bool(await consumer._thread.commit({tp: max(0, await consumer.position(tp) or 0)}))  # noqa: SLF001  # Faust has no public way
        except KafkaError:
            return False

    async def drop(self, number: int) -> None:
        """Let a partition go; it is loaded again if it comes back."""
        held = self.held.pop(number, None)
        if held is not None:
            held.gone.set()
            await _let_go(held)

    async def _mend(self, consumer: BatchConsumer, tp: TP, held: Held) -> None:
        """Seek back to `next`; where that was tried already, look with a reader of our own whether the log has a hole there."""
        state = held.state
        if held.sought == state.next:
            state.next = await next_record(self._settings, tp, state.next)
        held.sought = state.next
        self._metrics.seeks.inc()
        await consumer.go_to(tp, state.next)

    # -- each second -------------------------------------------------------------------------------------------------

    async def reconcile(self, consumer: BatchConsumer, topic: str) -> None:
        """Load what is ours and not loaded, seek where batches stay out, let caught-up sites follow the clock, and snapshot."""
        mine = {tp.partition: tp for tp in consumer.assignment() if tp.topic == topic}
        self.assigned = len(mine)
        for number in set(self.held) - set(mine):
            await self.drop(number)
        await asyncio.gather(*(self._hold(consumer, tp) for tp in mine.values()))
        noted = self._clock.now_ms()
        ends = await consumer.highwaters(*mine.values())
        held = {number: self.held[number] for number in mine if number in self.held}
        for number, each in held.items():
            await self._go_on(consumer, mine[number], each, ends[mine[number]], noted)
        if all(each.state.next >= ends[mine[number]] for number, each in held.items()):
            self.lagging_since = None
        elif self.lagging_since is None:
            self.lagging_since = self._clock.monotonic()
        for each in held.values():  # last, since to show all of a partition takes time
            await self._look(each, noted)
        await asyncio.gather(*(self._save_if_due(held) for held in list(self.held.values())))

    async def _go_on(self, consumer: BatchConsumer, tp: TP, held: Held, end: int, noted: int) -> None:
        async with held.lock:
            if self.held.get(held.number) is not held:
                return
            held.caught_up = held.state.next >= end
            if held.caught_up:
                with self._sent_or_dropped(held):
                    await self._catch_up(held, noted)
            elif self._clock.monotonic() - max(held.moved_at, self._mended_at.get(held.number, 0.0)) > STALLED_SECONDS:
                self._mended_at[held.number] = self._clock.monotonic()
                await self._mend(consumer, tp, held)

    async def _look(self, held: Held, noted: int) -> None:
        async with held.lock:
            if self.held.get(held.number) is held:
                await self._live.look(held, noted, caught_up=held.caught_up)

    async def _catch_up(self, held: Held, noted: int) -> None:
        """Everything up to `noted` has been folded: let time pass up to there, and say what a rebuild held back (I6, I5)."""
        effects = Effects()
        held.state.tick(noted, effects)
        if held.standby:
            held.settled = True
        if not held.settled:
            await self._settle(held, effects)
        elif effects.changed or effects.alerts:
            await self._send(held, effects, {})

    async def _settle(self, held: Held, effects: Effects) -> None:
        rebuilt = held.rebuilding
        alerts = list(missing(held.state, held.published, all_known=rebuilt))
        if not rebuilt:
            alerts = [*effects.alerts, *alerts]
        effects.alerts.clear()
        effects.profiles = {site.id: site.profile_offset for site in held.state.sites.values()} if rebuilt else {}
        if held.summaries_due:
            effects.summaries = list(summaries(held.state))
        held.rebuilding_to, held.summaries_due = None, False
        held.settled = True
        held.published = {}
        await self._send(held, effects, {})
        held.shown_next = -1  # the next look shows all of it, outcomes too
        await self._publisher.send_alerts(held, alerts)

    async def _save_if_due(self, held: Held) -> None:
        if self._clock.monotonic() - held.saved_at >= self._settings.flow_snapshot_seconds:
            await self._save(held)

    async def _save(self, held: Held) -> None:
        saved = await self._saver.save(held)
        if saved:
            self._metrics.snapshots.inc()
        elif saved is None:
            self._doubtful.add(held.number)
            await self._drop_this(held)

    async def _drop_this(self, held: Held) -> None:
        if self.held.get(held.number) is held:
            await self.drop(held.number)

    async def close(self) -> None:
        """Save what changed and let everything go: the end of a worker that was asked to stop."""
        for held in list(self.held.values()):
            await self._save(held)
            await self.drop(held.number)


async def _let_go(held: Held) -> None:
    held.gone.set()
    with contextlib.suppress(KafkaError, asyncio.TimeoutError):
        await asyncio.wait_for(held.producer.stop(), 5)


def guard(error: BaseException) -> None:
    """End the process for an error that a worker can't go on after."""
    if isinstance(error, LogTruncatedError):
        die(str(error))
    die("unexpected error", error=error)

"""Flow's protections (DESIGN §7), each switched off by its name: a test that stays green under its sabotage proves nothing."""

import contextlib
import uuid
from collections.abc import Callable
from typing import Any

import aiokafka
import redis.asyncio
from faust.types.tuples import TP

from schemas import topics
from services.flow import app, worker
from services.flow.domain.effects import Effects
from services.flow.format import group
from services.flow.held import Held
from services.flow.snapshots import Snapshots
from services.flow.transport import BatchConsumer
from services.flow.watchdog import Watchdog
from services.flow.worker import Worker
from tests.integration.flow.circumstances import die_here, swap, told
from tests.integration.flow.saved import marker_key


def rebuild_forgotten() -> None:
    """A partition that was saved in the middle of its rebuild is taken for one whose alerts were all sent."""
    original = Snapshots.load

    async def load(self: Snapshots, number: int) -> Held:
        held = await original(self, number)
        held.rebuilding_to = None
        return held

    swap(Snapshots, "load", load)


def gap_folded() -> None:
    """A batch that begins after `next` is folded as if nothing were missing."""
    original = Worker.take

    async def take(self: Worker, consumer: BatchConsumer, tp: TP, records: list[Any]) -> None:
        held = self.held.get(tp.partition)
        if held is not None:
            held.state.next = max(held.state.next, records[0].offset)
        await original(self, consumer, tp, records)

    swap(Worker, "take", take)


def commits_trusted() -> None:
    """A loaded partition goes on from where the group committed, not from its own `next`."""
    original = Snapshots.load

    async def load(self: Snapshots, number: int) -> Held:
        held = await original(self, number)
        namespace = self._log.removesuffix(f".{topics.VISITS.suffix}")
        member = aiokafka.AIOKafkaConsumer(bootstrap_servers=self._bootstrap, group_id=group(namespace), enable_auto_commit=False)
        await member.start()
        held.state.next = max(held.state.next, await member.committed(aiokafka.TopicPartition(self._log, number)) or 0)
        await member.stop()
        return held

    swap(Snapshots, "load", load)


def holes_believed() -> None:
    """The second late batch is taken as proof of a hole, without a look at the log."""
    original = Worker.take
    late: dict[TP, int] = {}

    async def take(self: Worker, consumer: BatchConsumer, tp: TP, records: list[Any]) -> None:
        held = self.held.get(tp.partition)
        if held is not None and records[0].offset > held.state.next:
            if late.get(tp) == held.state.next:
                held.state.next = records[0].offset
            late[tp] = held.state.next
            held.sought = -1
        await original(self, consumer, tp, records)

    swap(Worker, "take", take)


def no_fencing() -> None:
    """Each worker's snapshot producers have ids of their own, so that none fences another."""
    original = aiokafka.AIOKafkaProducer.__init__

    def init(self: aiokafka.AIOKafkaProducer, *, transactional_id: str | None = None, **options: Any) -> None:
        original(self, transactional_id=transactional_id and f"{transactional_id}-{uuid.uuid4()}", **options)

    swap(aiokafka.AIOKafkaProducer, "__init__", init)


def never_lets_go() -> None:
    """A partition that was revoked is kept and saved as before, and nobody is fenced."""
    no_fencing()

    async def drop(_self: Worker, _number: int) -> None:
        return

    swap(Worker, "drop", drop)


def marker_apart() -> None:
    """The marker is committed by itself, before the chunks; `die-in-snapshot` comes in between."""

    async def send(self: Snapshots, held: Held) -> None:
        rows = dict(held.rows)
        chunks = [key for key in rows if key != marker_key()]
        dies = told("die-in-snapshot") and any(not key.endswith(b"|own") for key in chunks)
        for part in ([marker_key()], chunks):
            async with held.producer.transaction():
                for key in part:
                    await held.producer.send(self._topic, rows[key], key=key, partition=held.number)
            if dies:
                die_here()
        held.rows.clear()

    swap(Snapshots, "send", send)


def saved_before_effects() -> None:
    """A batch is in a committed snapshot before its effects are sent."""
    original = Worker._send

    async def send(self: Worker, held: Held, effects: Effects, records: Any) -> None:
        self._snapshots.build(held)
        await self._snapshots.send(held)
        await original(self, held, effects, records)

    async def save(_self: Worker, _held: Held) -> None:
        return

    swap(Worker, "_send", send)
    swap(Worker, "_save", save)


def half_sent_is_saved() -> None:
    """A partition whose effects were not all sent is kept, and saved at the end."""
    swap(Worker, "_sent_or_dropped", lambda _self, _held: contextlib.nullcontext())


def nothing_saved_at_the_end() -> None:
    """A worker that is asked to stop goes without saving."""

    async def close(_self: Worker) -> None:
        return

    swap(Worker, "close", close)


def error_left_to_faust() -> None:
    """An agent that raises is left to Faust, which acknowledges the batch and goes on."""

    def guard(error: BaseException) -> None:
        raise error

    swap(app, "guard", guard)


def never_given_up() -> None:
    """A record that always fails is tried for ever."""
    worker.SUSPECT_STARTS = 1_000_000


def watchdog_off() -> None:
    """Nobody looks whether the worker works."""
    swap(Watchdog, "verdict", lambda _self: None)


def truncation_accepted() -> None:
    """A log that now starts above `next` is gone on from where it starts."""
    original, starts = Snapshots.load, aiokafka.AIOKafkaConsumer.beginning_offsets

    async def nothing_is_gone(self: aiokafka.AIOKafkaConsumer, partitions: Any) -> Any:
        return {tp: 0 if tp.topic.endswith(topics.VISITS.suffix) else at for tp, at in (await starts(self, partitions)).items()}

    async def load(self: Snapshots, number: int) -> Held:
        held = await original(self, number)
        log = aiokafka.TopicPartition(self._log, number)
        reader = aiokafka.AIOKafkaConsumer(bootstrap_servers=self._bootstrap)
        await reader.start()
        held.state.next = max(held.state.next, (await starts(reader, [log]))[log])
        await reader.stop()
        return held

    swap(aiokafka.AIOKafkaConsumer, "beginning_offsets", nothing_is_gone)
    swap(Snapshots, "load", load)


def _other_script(before: str, after: str) -> Callable[[], None]:
    def rewrite() -> None:
        original = redis.asyncio.Redis.register_script
        found: list[bool] = []

        def register(self: Any, script: Any) -> Any:
            found.append(before in script)
            return original(self, script.replace(before, after))

        swap(redis.asyncio.Redis, "register_script", register)
        start = Watchdog.start

        def checked(self: Watchdog) -> None:
            assert any(found), "no script has what was to be replaced"
            start(self)

        swap(Watchdog, "start", checked)

    return rewrite


SABOTAGES: dict[str, Callable[[], None]] = {
    "rebuild-forgotten": rebuild_forgotten,
    "gap-folded": gap_folded,
    "commits-trusted": commits_trusted,
    "holes-believed": holes_believed,
    "no-fencing": no_fencing,
    "never-lets-go": never_lets_go,
    "marker-apart": marker_apart,
    "saved-before-effects": saved_before_effects,
    "half-sent-is-saved": half_sent_is_saved,
    "nothing-saved-at-the-end": nothing_saved_at_the_end,
    "error-left-to-faust": error_left_to_faust,
    "never-given-up": never_given_up,
    "watchdog-off": watchdog_off,
    "truncation-accepted": truncation_accepted,
    "guard-off": _other_script("if newer then", "newer = false\n  if newer then"),
    "change-passes-for-whole": _other_script("(mine and known == tonumber(ARGV[9]))", "true"),
    "any-sentinel-will-do": _other_script("if incarnation ~= ARGV[2] or known ~= ARGV[3] then return 0 end", ""),
}

"""What may befall a flow worker, made to happen where a test wants it. Most wait for a file that the test lays down.

A good flow ends up right under every one of these; sabotage.py takes away what makes it so.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import aiokafka
from aiokafka.errors import KafkaTimeoutError
from faust.types.tuples import TP

from schemas import codec, redis_keys
from schemas.codec import SiteEvent
from schemas.dead_letters import DeadLetterReason
from services.flow import format as flow_format
from services.flow import snapshots
from services.flow.domain import partition
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState, Record
from services.flow.held import Held
from services.flow.live import LiveState
from services.flow.publish import Publisher
from services.flow.snapshots import Snapshots
from services.flow.transport import BatchConsumer, BatchMessage
from services.flow.worker import Worker

FOLDER = Path(os.environ.get("CLINICFLOW_DATA_DIR", "."))
NEXT_FORMAT = 99
TROUBLE = b'"actor":"trouble"'
"""In a record: this one is trouble."""
UNKNOWN_YET = b'"clinicflow.visit.priority-changed.v1"'
"""In a record: an older release does not know what it is."""


def swap(owner: object, name: str, new: object) -> None:
    """Put something else in the place of a method or a function."""
    assert hasattr(owner, name), f"there is no {name} to be replaced"
    setattr(owner, name, new)


def told(name: str) -> bool:
    """Whether the test laid down this file."""
    return (FOLDER / name).exists()


def told_once(name: str) -> bool:
    """Whether the test laid down this file; it is gone then."""
    if not told(name):
        return False
    (FOLDER / name).unlink()
    return True


def die_here() -> None:
    """SIGKILL."""
    os.kill(os.getpid(), signal.SIGKILL)


def freeze_here() -> None:
    """SIGSTOP; returns when somebody sends SIGCONT."""
    os.kill(os.getpid(), signal.SIGSTOP)


def batches_lost() -> None:
    """The first batch fetched of each partition is dropped before the agent, twice, as Faust does in a rebalance."""
    original = BatchConsumer.getmany
    first: dict[TP, int] = {}
    lost: Counter[TP] = Counter()

    async def getmany(self: BatchConsumer, timeout: float) -> AsyncIterator[tuple[TP, BatchMessage]]:  # noqa: ASYNC109  # Faust's signature
        async for tp, message in original(self, timeout):
            begin = message.records[0].offset
            if lost[tp] < 2 and begin <= first.setdefault(tp, begin):
                lost[tp] += 1
            else:
                yield tp, message

    swap(BatchConsumer, "getmany", getmany)


def nothing_delivered() -> None:
    """`deliver-nothing`: polls return, and none of what they fetch gets to the agent."""
    original = BatchConsumer.getmany

    async def getmany(self: BatchConsumer, timeout: float) -> AsyncIterator[tuple[TP, BatchMessage]]:  # noqa: ASYNC109  # Faust's signature
        async for tp, message in original(self, timeout):
            if not told("deliver-nothing"):
                yield tp, message

    swap(BatchConsumer, "getmany", getmany)


def fold_raises() -> None:
    """A record that is trouble makes the fold raise once all of it is in the state, each time it is folded."""
    original = PartitionState.fold

    def fold(self: PartitionState, record: Record, effects: Effects) -> None:
        original(self, record, effects)
        if TROUBLE in (record.value or b""):
            raise RuntimeError("trouble")

    swap(PartitionState, "fold", fold)


def older_release() -> None:
    """This flow is of a release that knew no change of priority."""
    original = codec.decode

    def decode(value: bytes | None, key: bytes | None) -> SiteEvent | DeadLetterReason:
        return DeadLetterReason.NEWER_VERSION if UNKNOWN_YET in (value or b"") else original(value, key)

    swap(partition, "decode", decode)


def fetcher_cancelled() -> None:
    """`cancel-fetcher`: Faust's Fetcher is cancelled, as a stray cancellation does."""
    original = Worker.reconcile

    async def reconcile(self: Worker, consumer: BatchConsumer, topic: str) -> None:
        if told_once("cancel-fetcher"):
            for task in list(cast("Any", consumer.app)._fetcher._futures):
                task.cancel()
        await original(self, consumer, topic)

    swap(Worker, "reconcile", reconcile)


def effects_held() -> None:
    """`hold-effects`: a batch of the partition it names waits between fold and effects until the file is gone."""
    original = Publisher.send

    async def send(self: Publisher, held: Held, effects: Effects, records: Any) -> None:
        while records and told("hold-effects") and held.number == int((FOLDER / "hold-effects").read_text()):
            (FOLDER / "holding").touch()
            await asyncio.sleep(0.05)
        await original(self, held, effects, records)

    swap(Publisher, "send", send)


def settling_fails() -> None:
    """The broker does not acknowledge the first alerts that a partition sends once it has caught up."""
    original = Publisher.send_alerts
    failed: set[int] = set()

    async def send_alerts(self: Publisher, held: Held, alerts: Any) -> None:
        due = list(alerts)
        if due and not failed:
            failed.add(held.number)
            raise KafkaTimeoutError
        await original(self, held, due)

    swap(Publisher, "send_alerts", send_alerts)


def not_settling() -> None:
    """A partition folds and saves, and never comes so far as to send what its rebuild held back."""

    async def catch_up(_self: Worker, _held: Held, _noted: int) -> None:
        return

    swap(Worker, "_catch_up", catch_up)


def effects_hang() -> None:
    """`hang-effects`: the broker's acknowledgement of effects never comes."""
    original = Publisher.send

    async def send(self: Publisher, held: Held, effects: Effects, records: Any) -> None:
        if records and told("hang-effects"):
            (FOLDER / "hanging").touch()
            while True:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    continue
        await original(self, held, effects, records)

    swap(Publisher, "send", send)


def _dies(name: str, *, after: bool) -> Callable[[], None]:
    def dies() -> None:
        original = Publisher.send

        async def send(self: Publisher, held: Held, effects: Effects, records: Any) -> None:
            chosen = bool(effects.alerts and effects.summaries) and told_once(name)
            if chosen and not after:
                die_here()
            await original(self, held, effects, records)
            if chosen:
                die_here()

        swap(Publisher, "send", send)

    return dies


def dies_in_snapshot() -> None:
    """`die-in-snapshot`: SIGKILL when all rows of a snapshot are with the broker, and before they are committed."""
    original = aiokafka.AIOKafkaProducer.commit_transaction

    async def commit(self: aiokafka.AIOKafkaProducer) -> None:
        if told("die-in-snapshot"):
            await self.flush()
            (FOLDER / "die-in-snapshot").unlink(missing_ok=True)
            die_here()
        await original(self)

    swap(aiokafka.AIOKafkaProducer, "commit_transaction", commit)


def save_stuck() -> None:
    """`stick-save`: a snapshot that is under way waits for ever, as aiokafka does where the producer is stopped meanwhile."""
    original = Snapshots.send

    async def send(self: Snapshots, held: Held) -> None:
        if told_once("stick-save"):
            (FOLDER / "stuck").write_text(str(held.number))
            await asyncio.Event().wait()
        await original(self, held)

    swap(Snapshots, "send", send)


def save_held() -> None:
    """`hold-save`: a snapshot that is built waits until the file is gone, and is sent then."""
    original = Snapshots.send

    async def send(self: Snapshots, held: Held) -> None:
        while told("hold-save"):
            (FOLDER / "saving").touch()
            await asyncio.sleep(0.05)
        await original(self, held)

    swap(Snapshots, "send", send)


def freezes_before_save() -> None:
    """`freeze-before-save`: SIGSTOP when the rows of a snapshot are built, and before they are sent."""
    original = Snapshots.send
    under_way: set[int] = set()

    async def send(self: Snapshots, held: Held) -> None:
        chosen = not under_way and told_once("freeze-before-save")
        if chosen:
            freeze_here()
        under_way.add(held.number)
        try:
            await original(self, held)
        finally:
            under_way.discard(held.number)
            if chosen:
                (FOLDER / "awake").touch()

    swap(Snapshots, "send", send)


def freezes_before_show() -> None:
    """`freeze-before-show`: SIGSTOP when a batch is folded, and before it is shown; and again when it was."""
    original = LiveState.show

    async def show(self: LiveState, held: Held, effects: Effects, now_ms: int) -> Any:
        chosen = sum(map(len, effects.changed.values())) > 3 and told_once("freeze-before-show")
        if chosen:
            freeze_here()
        result = await original(self, held, effects, now_ms)
        if chosen:
            (FOLDER / "awake").touch()
            freeze_here()
        return result

    swap(LiveState, "show", show)


def next_format() -> None:
    """The worker is of a later release, which keeps its state in another format."""
    for module in (flow_format, snapshots):
        swap(module, "FORMAT", NEXT_FORMAT)
    swap(snapshots, "_MARKER", f"{NEXT_FORMAT}".encode())
    swap(snapshots, "_CHUNK", f"{NEXT_FORMAT}|".encode())
    swap(redis_keys, "LIVE_FORMAT", NEXT_FORMAT)


CIRCUMSTANCES: dict[str, Callable[[], None]] = {
    "batches-lost": batches_lost,
    "nothing-delivered": nothing_delivered,
    "fold-raises": fold_raises,
    "older-release": older_release,
    "fetcher-cancelled": fetcher_cancelled,
    "effects-held": effects_held,
    "settling-fails": settling_fails,
    "not-settling": not_settling,
    "effects-hang": effects_hang,
    "dies-before-effects": _dies("die-before-effects", after=False),
    "dies-after-effects": _dies("die-after-effects", after=True),
    "dies-in-snapshot": dies_in_snapshot,
    "save-held": save_held,
    "save-stuck": save_stuck,
    "freezes-before-save": freezes_before_save,
    "freezes-before-show": freezes_before_show,
    "next-format": next_format,
}

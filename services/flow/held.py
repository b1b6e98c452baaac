"""A partition as a worker holds it: its state, and what belongs to holding it."""

import asyncio
from dataclasses import dataclass, field

import aiokafka

from services.flow.domain.partition import PartitionState
from services.flow.domain.reconciliation import Published


@dataclass(eq=False)
class Held:
    """State and `next` are one value (`state`). The lock covers fold and effects, ticks and effects, and building rows (§7.4)."""

    number: int
    state: PartitionState
    producer: aiokafka.AIOKafkaProducer
    """The partition's one writer of snapshots; starting it fenced the former one."""
    rebuilding_to: int | None
    """Without a snapshot the log is folded again from its start: until `next` gets here no alert and no outcome is sent."""
    published: dict[str, Published]
    """What alerts.v1 says beyond the snapshot, by alert id; empty once it was compared with the state."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rows: dict[bytes, bytes | None] = field(default_factory=dict)
    """Snapshot rows built and not yet committed."""
    alerts_seen: int = 0
    """The offset in alerts.v1 behind the last alert read at load or sent since."""
    alerts_end: int = 0
    """From where the next load must read alerts.v1: `alerts_seen`, once what stands there was compared with the state."""
    settled: bool = False
    """Whether, once caught up, alerts that were missing were raised and those not held retracted, or might be but for standby."""
    moved_at: float = 0.0
    """When (monotonic) something was last folded."""
    saved_at: float = 0.0
    saved_next: int = -1
    sought: int = -1
    """Where the last seek back went: the second time, a reader of our own looks (§7.2)."""
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The version of each site that Redis was last told."""
    shown_next: int = -1
    """What Redis was last told of the partition; -1: nothing yet, show all of it."""
    caught_up: bool = False
    standby: bool = False
    """Whether another release still serves the partition: nothing but snapshots and our own live state may leave."""
    summaries_due: bool = False
    """Whether the state was folded on standby, so that what it says of visits that ended was never published."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it is let go of: what still waits for its producer waits in vain."""
    saving: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a snapshot is under way: the last one, at the end of a worker, must come after it."""

    @property
    def rebuilding(self) -> bool:
        """Whether effects that reach people are held back."""
        return self.rebuilding_to is not None

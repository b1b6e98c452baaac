"""Snapshots of a partition on snapshots.v1: written in transactions by its one writer, read back at load (DESIGN §7.5)."""

import contextlib
import gc
from collections import defaultdict
from typing import Any

import aiokafka
import orjson
from aiokafka.errors import KafkaError
from pydantic import TypeAdapter

from schemas import topics
from schemas.alerts import Alert, AlertRaised
from services.flow.domain import snapshot
from services.flow.domain.alerting import Standing
from services.flow.domain.facts import ms
from services.flow.domain.partition import PartitionState
from services.flow.domain.reconciliation import Published
from services.flow.domain.site import Site
from services.flow.format import FORMAT
from services.flow.held import Held
from services.flow.settings import FlowSettings

_ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)
_MARKER = f"{FORMAT}".encode()
_CHUNK = f"{FORMAT}|".encode()
_WAIT_MS = 20
"""A broker answers the requests of one connection in turn: whatever is asked while a fetch waits at the end waits with it."""


class LogTruncatedError(RuntimeError):
    """The log now starts above the offset up to which it was folded: events are missing for good."""


class Snapshots:
    """Loads and saves partitions."""

    def __init__(self, settings: FlowSettings, *, scaled_clock: bool) -> None:
        self._bootstrap = settings.kafka_bootstrap
        self._topic = topics.SNAPSHOTS.name(settings.namespace)
        self._log = topics.VISITS.name(settings.namespace)
        self._alerts = topics.ALERTS.name(settings.namespace)
        self._standby, self._scaled_clock = settings.flow_standby, scaled_clock

    async def load(self, number: int) -> Held:
        """Fence the former owner, then read the state at the marker; LogTruncatedError where the log no longer has `next`."""
        producer = aiokafka.AIOKafkaProducer(
            bootstrap_servers=self._bootstrap, transactional_id=f"{self._topic}-{FORMAT}-{number}", linger_ms=5,
            max_request_size=8 * 1024 * 1024,
        )  # fmt: skip
        await producer.start()
        try:
            return await self._read(number, producer)
        except BaseException:
            with contextlib.suppress(KafkaError):
                await producer.stop()
            raise

    async def _read(self, number: int, producer: aiokafka.AIOKafkaProducer) -> Held:
        rows_tp, log, alerts_tp = (aiokafka.TopicPartition(name, number) for name in (self._topic, self._log, self._alerts))
        consumer = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, auto_offset_reset="earliest", enable_auto_commit=False,
            isolation_level="read_committed", max_partition_fetch_bytes=16 * 1024 * 1024, fetch_max_wait_ms=_WAIT_MS,
        )  # fmt: skip
        await consumer.start()
        try:
            starts = await consumer.beginning_offsets([rows_tp, log, alerts_tp])
            ends = await consumer.end_offsets([rows_tp, log, alerts_tp])
            rows = await _compacted(consumer, rows_tp, starts[rows_tp], ends[rows_tp])
            marker = rows.pop(_MARKER, None)
            known = orjson.loads(marker) if marker else None
            start, end = starts[log], ends[log]
            if known is not None and known["next"] < start:
                raise LogTruncatedError(f"partition {number} was folded up to {known['next']}, the log begins at {start}")
            alerts_end = known["alerts_end"] if known and not self._standby else 0
            alerts = await _published(consumer, alerts_tp, max(starts[alerts_tp], alerts_end), ends[alerts_tp])
        finally:
            await consumer.stop()
        state = PartitionState(number, next_offset=known["next"] if known else start, scaled_clock=self._scaled_clock)
        if known:
            state.sites = _sites(rows)
        rebuilding_to = known["rebuilding_to"] if known else end if start < end else None
        if self._standby:
            rebuilding_to = end
        held = Held(number, state, producer, rebuilding_to, alerts, standby=self._standby)
        held.summaries_due = bool(known and known["summaries_due"]) or self._standby
        held.alerts_end, held.alerts_seen = alerts_end, ends[alerts_tp]
        return held

    def build(self, held: Held) -> None:
        """Add the rows of what changed since the last call to those waiting to be saved. Under the partition's lock."""
        for site in held.state.sites.values():
            for chunk, row in snapshot.changed(site).items():
                value = None if row is None else orjson.dumps(row, default=list)
                held.rows[b"%s%s|%s" % (_CHUNK, site.id.encode(), chunk.encode())] = value
        marker = {"next": held.state.next, "format": FORMAT, "alerts_end": held.alerts_end, "rebuilding_to": held.rebuilding_to,
                  "summaries_due": held.summaries_due}  # fmt: skip
        held.rows[_MARKER] = orjson.dumps(marker)

    async def send(self, held: Held) -> None:
        """Commit the waiting rows and the marker together; raises ProducerFenced when another worker owns the partition."""
        rows = dict(held.rows)
        async with held.producer.transaction():
            for key, value in rows.items():
                await held.producer.send(self._topic, value, key=key, partition=held.number)
        for key, value in rows.items():
            if held.rows.get(key) is value:
                del held.rows[key]


def _sites(rows: dict[bytes, bytes]) -> dict[str, Site]:
    """Build the sites; what is built here lives long and holds no cycles, so that the collector need never look at it."""
    gc.disable()
    try:
        chunks: dict[str, dict[str, Any]] = defaultdict(dict)
        for key, value in rows.items():
            if key.startswith(_CHUNK):
                _, site, chunk = key.decode().split("|")
                chunks[site][chunk] = orjson.loads(value)
        return {site: snapshot.restore(parts) for site, parts in chunks.items()}
    finally:
        gc.freeze()
        gc.enable()


async def _compacted(consumer: aiokafka.AIOKafkaConsumer, tp: aiokafka.TopicPartition, start: int, end: int) -> dict[bytes, bytes]:
    rows: dict[bytes, bytes] = {}
    async for record in _whole(consumer, tp, start, end):
        if record.value is None:
            rows.pop(record.key, None)
        else:
            rows[record.key] = record.value
    return rows


async def _published(
    consumer: aiokafka.AIOKafkaConsumer, tp: aiokafka.TopicPartition, start: int, end: int
) -> dict[str, Published]:
    known: dict[str, Published] = {}
    async for record in _whole(consumer, tp, start, end):
        said = _ALERT.validate_json(record.value)
        since = ms(said.time) if isinstance(said, AlertRaised) else 0
        alert = Standing(said.kind, said.visit, since, said.room, said.provider, said.supply)
        known[said.id] = Published(isinstance(said, AlertRaised), said.site, alert, said.person, said.ticket, said.language)
    return known


async def _whole(consumer: aiokafka.AIOKafkaConsumer, tp: aiokafka.TopicPartition, start: int, end: int) -> Any:
    """Yield the committed records from `start` to `end`."""
    if start >= end:
        return
    consumer.assign([tp])
    consumer.seek(tp, start)
    while await consumer.position(tp) < end:
        for batch in (await consumer.getmany(tp, timeout_ms=200)).values():
            for record in batch:
                if record.offset < end:
                    yield record

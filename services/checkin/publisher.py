"""Puts records on their topics. What it returns from is acknowledged; anything else it raises."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas.topics import Topic
from services.checkin.metrics import Metrics
from services.checkin.settings import CheckinSettings
from services.runtime.clock import Clock
from services.runtime.kafka import producer

_SENT_AT_ONCE = 100
"""So many records of a batch are handed over before a desk's command may go in between."""
_RETRY_SECONDS = 0.5


class Record(NamedTuple):
    """What is to stand on a topic; without a value it erases."""

    topic: Topic
    key: bytes
    value: bytes | None


class NotRecordedError(Exception):
    """The broker did not acknowledge in time. Whether it has the records can't be said; sending them again is safe."""


class _Acks:
    """Counts acknowledgements down, on the producer's thread, and tells the loop once."""

    def __init__(self, expected: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._left = expected
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self.all: asyncio.Future[None] = self._loop.create_future()

    def succeeded(self, _record: object) -> None:
        self._count(None)

    def failed(self, error: BaseException) -> None:
        self._count(error)

    def _count(self, error: BaseException | None) -> None:
        with self._lock:
            self._left -= 1
            self._error = self._error or error
            last = self._left == 0
        if last and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        if self.all.done():
            return  # nobody waits any more
        if self._error is None:
            self.all.set_result(None)
        else:
            self.all.set_exception(self._error)


class Publisher:
    """An idempotent producer that is replaced after a failure; until Kafka is back, nothing is queued.

    All sends are made by one thread, in the order they were asked for: `send` may block, and the loop must not.
    """

    def __init__(self, settings: CheckinSettings, clock: Clock, metrics: Metrics, *topics: Topic) -> None:
        """`topics`: those that it writes. What the broker refuses of one of them costs all of them the producer."""
        self._settings, self._clock, self._metrics, self._topics = settings, clock, metrics, topics
        self._sender = ThreadPoolExecutor(1, "kafka-send")
        self._producer: KafkaProducer | None = None
        self._connected, self._broken = asyncio.Event(), asyncio.Event()
        self._sending: set[asyncio.Task[Exception | None]] = set()

    async def keep_connected(self) -> None:
        """Keep a producer at hand, for ever; cancel it to stop."""
        loop = asyncio.get_running_loop()
        while True:
            self._producer = await loop.run_in_executor(self._sender, self._connect)
            if self._producer is None:
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._metrics.producers.inc()
            self._broken.clear()
            self._connected.set()
            await self._broken.wait()

    async def close(self) -> None:
        """Let what was handed over be sent, then end; waits as long as for an ack."""
        found, self._producer = self._producer, None
        if found is not None:
            await asyncio.to_thread(_close, found, self._settings.ack_seconds)
        self._sender.shutdown(wait=False, cancel_futures=True)

    async def publish(self, records: Sequence[Record], within: float | None = None) -> None:
        """Put the records on their topics in this order, and return once each is acknowledged by all replicas (I4).

        Raises NotRecordedError when that takes longer than the setting allows, or the broker refuses one. Whoever can do without
        it says `within` how many seconds; they wait no longer, and the sending goes on without them.
        """
        if not records:
            return
        sending = asyncio.create_task(self._publish(records))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        try:
            async with asyncio.timeout(within):
                problem = await asyncio.shield(sending)
        except TimeoutError as late:
            raise NotRecordedError from late
        if problem is not None:
            raise NotRecordedError from problem

    async def _publish(self, records: Sequence[Record]) -> Exception | None:
        """Send them; returns why they aren't recorded. A producer that fails, or stays silent for too long, is replaced."""
        started = self._clock.monotonic()
        acks = _Acks(len(records))
        used: KafkaProducer | None = None
        try:
            async with asyncio.timeout(self._settings.ack_seconds):
                await self._connected.wait()
                used = self._producer
                await self._send(used, records, acks)
                await acks.all
        except (TimeoutError, KafkaError) as problem:
            self._replace(used)
            return problem
        self._metrics.ack_seconds.observe(self._clock.monotonic() - started)
        return None

    async def _send(self, to: KafkaProducer | None, records: Sequence[Record], acks: _Acks) -> None:
        def send(some: Sequence[Record]) -> None:
            if to is None:
                raise KafkaError("the producer is being replaced")
            for topic, key, value in some:
                to.send(topic.name(self._settings.namespace), value, key=key).add_callback(acks.succeeded).add_errback(acks.failed)

        for first in range(0, len(records), _SENT_AT_ONCE):
            some = records[first : first + _SENT_AT_ONCE]
            await asyncio.get_running_loop().run_in_executor(self._sender, send, some)

    def _replace(self, failed: KafkaProducer | None) -> None:
        if failed is None or failed is not self._producer:
            return
        self._producer = None
        self._connected.clear()
        self._broken.set()
        threading.Thread(target=_close, args=(failed, self._settings.ack_seconds), name="kafka-close", daemon=True).start()

    def _connect(self) -> KafkaProducer | None:
        milliseconds = self._settings.ack_seconds * 1000
        try:
            made = producer(
                self._settings,
                "checkin",
                bootstrap_timeout_ms=2000,
                # What the caller was told isn't recorded should not arrive later: it is given up before the caller is.
                request_timeout_ms=int(milliseconds * 0.6),
                delivery_timeout_ms=int(milliseconds * 0.9),
            )
        except (KafkaError, OSError):
            return None
        try:
            for topic in self._topics:
                made.partitions_for(topic.name(self._settings.namespace))  # from here on `send` knows them and doesn't block
        except KafkaError:
            _close(made, 0)
            return None
        return made


def _close(old: KafkaProducer, seconds: float) -> None:
    """Let what is under way end by ack or by its delivery timeout, then close. It never raises."""
    for _ in range(2):
        try:
            old.close(timeout=seconds)
        except KafkaError:
            continue  # it doesn't close while something is under way, which the delivery timeout ends
        return

"""Faust's Kafka driver, made to hand over whole partition batches (DESIGN §7.2).

One message per fetched partition batch reaches the agent, the records beside it. Faust's own bookkeeping of gaps is left
out: it believes what it fetched, while flow asks the broker (services/flow/reconcile.py).
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiokafka
import faust
from faust.tables import TableManager
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP, ConsumerMessage

_FETCH_WAIT_MS = 100


class BatchMessage(ConsumerMessage):
    """The last record of a batch, as far as Faust is concerned; `records` are all of them."""

    __slots__ = ("records",)
    records: list[Any]


class _Thread(driver.AIOKafkaConsumerThread):
    """The thread of Faust's consumer, with fetches that wait for less than its 1.5 s.

    A broker answers the requests of one connection in turn, so that every look at the end of the log waits behind a fetch.
    """

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = _FETCH_WAIT_MS  # noqa: SLF001  # Faust has no setting for it
        return consumer


class BatchConsumer(driver.Consumer):
    """Yields one message per partition batch."""

    polled: Callable[[], None] = staticmethod(lambda: None)
    """Called after each poll that returned, even an empty one; the watchdog listens."""

    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, BatchMessage]]:  # noqa: ASYNC109  # Faust's signature
        """Fetch, and yield what can be delivered. What is dropped here is noticed by its offset and fetched again."""
        records, active = await self._wait_next_records(timeout)
        self.polled()
        if records is None or self.should_stop:
            return
        if not self.flow_active:
            with contextlib.suppress(Exception):  # as Faust does; reconcile seeks whatever this leaves behind
                await self.perform_seek()
            return
        for tp, batch in records.items():
            if batch and (active is None or tp in active or tp in self._buffered_partitions):
                yield tp, self._message(tp, batch)

    def _message(self, tp: TP, batch: list[Any]) -> BatchMessage:
        last = batch[-1]
        message = BatchMessage(
            last.topic, last.partition, last.offset, last.timestamp / 1e3, last.timestamp_type, {}, last.key, b"",
            last.checksum, 0, 0, tp, generation_id=self.app.consumer_generation_id,
        )  # fmt: skip
        message.records = batch
        return message

    async def go_to(self, tp: TP, offset: int) -> None:
        """Seek on the client's own thread: Faust's `seek` doesn't, and the Fetcher dies of it now and then."""
        await self.seek_wait({tp: offset})
        self._read_offset[tp] = offset or None

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Keep no gaps."""

    def _new_offset(self, tp: TP) -> int | None:
        """Commit up to the highest batch acknowledged; the group's offsets are for lag dashboards only."""
        acked = self._acked[tp]
        if not acked:
            return None
        top: int = max(acked)
        self._acked_index[tp].difference_update(acked)
        acked.clear()
        return top + 1


class NoTables(TableManager):
    """Faust's tables, none of which are ours: it need not wait a second for them to be declared."""

    async def on_start(self) -> None:
        """Begin at once."""
        await self._update_channels()
        await self.recovery.start()


class BatchTransport(driver.Transport):
    """The driver with our consumer."""

    Consumer = BatchConsumer


def install(app: faust.App) -> None:
    """Make the app read in batches."""
    app.transport = BatchTransport(app.conf.broker, app, loop=None)

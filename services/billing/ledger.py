"""The ledger: deliveries.v1 read for the partitions that are ours, and written before and after each attempt."""

import threading
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from kafka import KafkaProducer
from kafka.errors import KafkaError
from pydantic import ValidationError
from structlog.stdlib import BoundLogger

from schemas.deliveries import Delivery, DeliveryState, retry_key
from schemas.partitioning import partition_of
from schemas.topics import DELIVERIES
from services.runtime import kafka
from services.runtime.settings import ServiceSettings
from services.runtime.stopping import StoppedError
from services.runtime.up_to_now import up_to_now

RETRY_SECONDS = 1.0


class _Kept(NamedTuple):
    state: DeliveryState
    completed_at: datetime
    value: bytes


class Ledger:
    """The last word on every visit. One thread uses it.

    A broker that is away is waited for, without end; only a stop (StoppedError) gets in between.
    """

    def __init__(self, settings: ServiceSettings, stopping: threading.Event, log: BoundLogger) -> None:
        self._settings, self._stopping, self._log = settings, stopping, log
        self._topic = DELIVERIES.name(settings.namespace)
        self._entries: dict[str, _Kept] = {}
        self._states: Counter[DeliveryState] = Counter()
        self.unreadable: set[str] = set()
        """Visits whose entry a newer release wrote, or nobody: they are left alone."""
        self._producer: KafkaProducer | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def get(self, visit: str) -> Delivery | None:
        """Return the last word on this visit."""
        found = self._entries.get(visit)
        return Delivery.model_validate_json(found.value) if found is not None else None

    def count(self, state: DeliveryState) -> int:
        """Return how many entries stand so."""
        return self._states[state]

    def record(self, entry: Delivery) -> None:
        """Write an entry, and return when it is acknowledged. Sending it again is safe: per visit the last record counts."""
        value = entry.model_dump_json(exclude_none=True).encode()
        while True:
            try:
                self._send(entry, value)
            except KafkaError as problem:
                self._log.warning("ledger not acknowledged", reason=type(problem).__name__)
                self._drop_producer()
                self._pause()
            else:
                self._keep(entry.visit, _Kept(entry.state, entry.completed_at, value))
                return

    def load(self, partitions: Collection[int]) -> None:
        """Forget everything, and read these partitions of the topic up to their present ends."""
        while True:
            try:
                self._read(partitions)
            except KafkaError as problem:
                self._log.warning("ledger not readable", reason=type(problem).__name__)
                self._pause()
            else:
                return

    def prune(self, edge: datetime) -> None:
        """Forget visits that were completed before."""
        for visit in [visit for visit, kept in self._entries.items() if kept.completed_at < edge]:
            self._keep(visit, None)

    def close(self) -> None:
        """Let go of the broker."""
        self._drop_producer()

    def _send(self, entry: Delivery, value: bytes) -> None:
        """Write it to the partition in which summaries.v1 has the visit: that of its site."""
        if self._producer is None:
            self._producer = kafka.producer(self._settings, "billing")
        partition = partition_of(entry.site.encode(), DELIVERIES.partitions)
        self._producer.send(self._topic, key=entry.visit.encode(), value=value, partition=partition).get(timeout=kafka.ACK_SECONDS)

    def _drop_producer(self) -> None:
        if self._producer is not None:
            kafka.drop(self._producer)
        self._producer = None

    def _read(self, partitions: Collection[int]) -> None:
        self._entries.clear()
        self._states.clear()
        self.unreadable.clear()
        if partitions:
            for record in up_to_now(self._settings, "billing-ledger", DELIVERIES, partitions, self._stopping):
                self._take(record)

    def _take(self, record: Any) -> None:
        visit = record.key.decode(errors="replace")
        if visit.endswith(retry_key("")):
            return
        self.unreadable.discard(visit)
        if record.value is None:
            self._keep(visit, None)
            return
        try:
            entry = Delivery.model_validate_json(record.value)
        except ValidationError:
            self.unreadable.add(visit)
            return
        self._keep(visit, _Kept(entry.state, entry.completed_at, record.value))

    def _keep(self, visit: str, kept: _Kept | None) -> None:
        before = self._entries.pop(visit, None)
        if before is not None:
            self._states[before.state] -= 1
        if kept is not None:
            self._entries[visit] = kept
            self._states[kept.state] += 1

    def _pause(self) -> None:
        if self._stopping.wait(RETRY_SECONDS):
            raise StoppedError

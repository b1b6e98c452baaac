"""Reads alerts.v1 and hands its alerts on, in order; commits what is done."""

import threading
from collections.abc import Collection

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from structlog.stdlib import BoundLogger

from schemas.alerts import Alert
from schemas.sites import SiteProfile
from schemas.topics import ALERTS
from services.notify.delivery import Deliverer
from services.notify.domain.ahead import look_ahead
from services.notify.ledger import Ledger
from services.notify.metrics import Metrics
from services.notify.reading import Unreadable, read
from services.notify.stopping import StoppedError
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.profiles import SiteBook
from services.runtime.settings import ServiceSettings

POLL_MS = 200
JOIN_MS = 2000
"""How long a poll may take while we hold nothing: kafka-python 3.0.12 loses the assignment, for good, when a poll ends
between the two answers of a join."""
ASK_BROKER_EVERY = 2.0
NOT_REACHED_AFTER = 6.0
UNSERVED_AFTER = 20.0
"""So long the group may give us nothing while its broker answers."""
NEW_SITE_SECONDS = 2.0
"""So long a site's first alert waits for its profile, which comes by another topic."""

FRESH_SECONDS = 1.0
"""What was read longer ago is not acted on before what came after it was read, too: it may be over by now."""
MOST_WAITING = 10_000
"""With so many of a partition read and not handed on, no more of it is read."""

_NOT_OURS = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)


def _group(settings: ServiceSettings) -> dict[str, object]:
    """As a static member: who comes back within the session has its partitions at once."""
    return {
        "group_id": f"{settings.namespace}-notify",
        "group_instance_id": settings.instance,
        "session_timeout_ms": 10_000,
        "allow_auto_create_topics": False,
    }


class UnservedError(Exception):
    """The broker answers and the group gives us no partitions: a new start joins anew."""


class _Assignment(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
    """Notes what the group gives us. Its methods run on the client's own thread, while `poll` waits."""

    def __init__(self) -> None:
        self.partitions: frozenset[TopicPartition] = frozenset()
        self.is_new = False

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self.partitions -= frozenset(revoked)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self.partitions |= frozenset(assigned)
        self.is_new = bool(self.partitions)


class Inbox:
    """The loop of the service, on the main thread."""

    def __init__(
        self, settings: ServiceSettings, clock: Clock, stopping: threading.Event, log: BoundLogger, *,
        metrics: Metrics, ledger: Ledger, sites: SiteBook, deliverer: Deliverer,
    ) -> None:  # fmt: skip
        self._settings, self._clock, self._stopping, self._log, self._metrics = settings, clock, stopping, log, metrics
        self._ledger, self._sites, self._deliverer = ledger, sites, deliverer
        self._assignment = _Assignment()
        self._waiting: dict[TopicPartition, list[tuple[ConsumerRecord, Alert | Unreadable]]] = {}
        """What was read and not handed on, in order."""
        self._done: dict[TopicPartition, OffsetAndMetadata] = {}
        self._awaited: set[str] = set()
        self._reached_at = self._asked_at = self._served_at = self._read_at = float("-inf")
        self._ledger_read = False

    def is_assigned(self) -> bool:
        """Whether the group gave us partitions."""
        return bool(self._assignment.partitions)

    def is_ledger_read(self) -> bool:
        """Whether the ledger is known as it stood when we got our partitions."""
        return self._ledger_read and not self._assignment.is_new

    def is_broker_reached(self) -> bool:
        """Whether the broker answered within the last seconds."""
        return self._clock.monotonic() - self._reached_at < NOT_REACHED_AFTER

    def run(self) -> None:
        """Read and hand on until told to stop; the record at hand is finished, and what is done is committed."""
        reader = self._connect()
        try:
            self._served_at = self._clock.monotonic()
            reader.subscribe([ALERTS.name(self._settings.namespace)], listener=self._assignment)
            while not self._stopping.is_set():
                self._round(reader)
        finally:
            reader.close(timeout_ms=3000)

    def _connect(self) -> KafkaConsumer:
        while True:
            try:
                return kafka.consumer(self._settings, "notify", **_group(self._settings))
            except KafkaError as problem:
                self._log.warning("no broker", reason=type(problem).__name__)
                if self._stopping.wait(1):
                    raise StoppedError from None

    def _round(self, reader: KafkaConsumer) -> None:
        self._read(reader)
        self._ask_broker(reader)
        while self._waiting and self._may_go_on():
            partition = next(iter(self._waiting))
            self._hand_on(partition, self._waiting.pop(partition))
        self._ledger.settle()
        self._commit(reader)

    def _read(self, reader: KafkaConsumer) -> None:
        """Let what there is wait in line; and the ledger be known as it stood when we got our partitions."""
        batches = self._poll(reader)
        while self._assignment.is_new:
            # What waits comes again. Whoever had these partitions before us wrote to the ledger after we read it; and while
            # we read it, what we got may have come to be over.
            self._assignment.is_new = False
            self._waiting.clear()
            self._ledger.load()
            self._ledger_read = True
            self._log.info("ledger read", entries=len(self._ledger), partitions=len(self._assignment.partitions))
            self._line_up(batches)
            batches = self._poll(reader)
        self._line_up(batches)
        self._read_at = self._clock.monotonic()

    def _line_up(self, batches: dict[TopicPartition, list[ConsumerRecord]]) -> None:
        for partition, records in batches.items():
            waiting = self._waiting.setdefault(partition, [])
            waiting.extend((record, read(record.value, record.key)) for record in records)
        for lost in self._waiting.keys() - self._assignment.partitions:
            del self._waiting[lost]

    def _may_go_on(self) -> bool:
        return self._clock.monotonic() - self._read_at < FRESH_SECONDS and not self._stopping.is_set()

    def _poll(self, reader: KafkaConsumer) -> dict[TopicPartition, list[ConsumerRecord]]:
        for partition in reader.assignment():
            if len(self._waiting.get(partition, ())) < MOST_WAITING:
                reader.resume(partition)
            else:
                reader.pause(partition)
        try:
            timeout = POLL_MS if self._assignment.partitions else JOIN_MS
            batches: dict[TopicPartition, list[ConsumerRecord]] = reader.poll(timeout_ms=timeout)
        except KafkaError as problem:
            if not problem.retriable:
                raise
            self._log.warning("alerts not readable", reason=type(problem).__name__)
            self._stopping.wait(0.2)
            return {}
        return batches

    def _hand_on(self, partition: TopicPartition, waiting: list[tuple[ConsumerRecord, Alert | Unreadable]]) -> None:
        aheads = iter(look_ahead([reading for _, reading in waiting if not isinstance(reading, Unreadable)]))
        for number, (record, reading) in enumerate(waiting):
            if not self._may_go_on():
                self._waiting[partition] = waiting[number:]
                return
            if isinstance(reading, Unreadable):
                self._metrics.unreadable.labels(reading.value).inc()
                self._log.warning("unreadable alert", partition=record.partition, offset=record.offset, reason=reading.value)
            else:
                self._deliverer.handle(reading, self._profile(reading), next(aheads))
            self._done[partition] = OffsetAndMetadata(record.offset + 1, "", -1)

    def _profile(self, alert: Alert) -> SiteProfile | None:
        profile = self._sites.get(alert.site)
        if profile is None and alert.site not in self._awaited:
            self._awaited.add(alert.site)
            until = self._clock.monotonic() + NEW_SITE_SECONDS
            while profile is None and self._clock.monotonic() < until and not self._stopping.wait(0.05):
                profile = self._sites.get(alert.site)
        return profile

    def _commit(self, reader: KafkaConsumer) -> None:
        """Note how far we got; where that fails the alerts come again, and the ledger knows them."""
        if not self._done:
            return
        try:
            reader.commit(self._done, timeout_ms=5000)
        except _NOT_OURS:
            self._log.info("partitions went to another before the commit")
        except KafkaError as problem:
            if not problem.retriable:
                raise
            self._log.warning("not committed", reason=type(problem).__name__)
            return
        self._done = {}

    def _ask_broker(self, reader: KafkaConsumer) -> None:
        """Find out whether the broker answers. Raises UnservedError where it does and the group gives us nothing."""
        now = self._clock.monotonic()
        if now - self._asked_at < ASK_BROKER_EVERY:
            return
        self._asked_at = now
        try:
            reader.end_offsets([TopicPartition(ALERTS.name(self._settings.namespace), 0)], timeout_ms=2000)
        except KafkaError:
            self._served_at = now  # /readyz says that it is away
            return
        self._reached_at = self._clock.monotonic()
        if self._assignment.partitions:
            self._served_at = now
        elif now - self._served_at > UNSERVED_AFTER:
            raise UnservedError

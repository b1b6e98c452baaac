"""Reads alerts.v1 and hands its alerts on, in order; commits what is done."""

import threading

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
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
from services.runtime.clock import Clock
from services.runtime.group import Batches, Member
from services.runtime.profiles import SiteBook
from services.runtime.settings import ServiceSettings

NEW_SITE_SECONDS = 2.0
"""So long a site's first alert waits for its profile, which comes by another topic."""

FRESH_SECONDS = 1.0
"""What was read longer ago is not acted on before what came after it was read, too: it may be over by now."""
MOST_WAITING = 10_000
"""With so many of a partition read and not handed on, no more of it is read."""

_NOT_OURS = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)


class Inbox:
    """The loop of the service, on the main thread."""

    def __init__(
        self, settings: ServiceSettings, clock: Clock, stopping: threading.Event, log: BoundLogger, *,
        metrics: Metrics, ledger: Ledger, sites: SiteBook, deliverer: Deliverer,
    ) -> None:  # fmt: skip
        self._clock, self._stopping, self._log, self._metrics = clock, stopping, log, metrics
        self._ledger, self._sites, self._deliverer = ledger, sites, deliverer
        self.member = Member(settings, "notify", ALERTS, clock=clock, stopping=stopping, log=log)
        self._assignment = self.member.assignment
        self._waiting: dict[TopicPartition, list[tuple[ConsumerRecord, Alert | Unreadable]]] = {}
        """What was read and not handed on, in order."""
        self._done: dict[TopicPartition, OffsetAndMetadata] = {}
        self._awaited: set[str] = set()
        self._read_at = float("-inf")
        self._ledger_read = False

    def is_ledger_read(self) -> bool:
        """Whether the ledger is known as it stood when we got our partitions."""
        return self._ledger_read and not self._assignment.is_new

    def run(self) -> None:
        """Read and hand on until told to stop; the record at hand is finished, and what is done is committed."""
        reader = self.member.join()
        try:
            while not self._stopping.is_set():
                self._round(reader)
        finally:
            reader.close(timeout_ms=3000)

    def _round(self, reader: KafkaConsumer) -> None:
        self._read(reader)
        self.member.ask_broker(reader)
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

    def _line_up(self, batches: Batches) -> None:
        for partition, records in batches.items():
            waiting = self._waiting.setdefault(partition, [])
            waiting.extend((record, read(record.value, record.key)) for record in records)
        for lost in self._waiting.keys() - self._assignment.partitions:
            del self._waiting[lost]

    def _may_go_on(self) -> bool:
        return self._clock.monotonic() - self._read_at < FRESH_SECONDS and not self._stopping.is_set()

    def _poll(self, reader: KafkaConsumer) -> Batches:
        for partition in reader.assignment():
            if len(self._waiting.get(partition, ())) < MOST_WAITING:
                reader.resume(partition)
            else:
                reader.pause(partition)
        return self.member.poll(reader)

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

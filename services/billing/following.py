"""Follows the visits of the partitions that the group gives us, and has each looked at when something about it changed."""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from structlog.stdlib import BoundLogger

from schemas.topics import SUMMARIES
from services.billing.book import Book
from services.billing.domain.agenda import Agenda
from services.billing.hand_over import HandOver
from services.billing.ledger import Ledger
from services.billing.patients import Patients
from services.billing.retries import Retries
from services.runtime.clock import Clock
from services.runtime.group import Batches, Member
from services.runtime.settings import ServiceSettings

FRESH_SECONDS = 1.0
"""So long after the broker was asked whether our partitions are ours nothing more is sent: the process may have slept since."""
SETTLE_SECONDS = 2.0
"""So long, in real seconds, what changed is left alone: more may come, and of the patient by another topic."""
PRUNE_EVERY = timedelta(hours=6)


class Following:
    """The loop of the service, on the main thread. Who gets a partition reads all of it, whatever was committed."""

    def __init__(
        self, settings: ServiceSettings, clock: Clock, stopping: threading.Event, log: BoundLogger, *,
        book: Book, patients: Patients, ledger: Ledger, retries: Retries, hand_over: HandOver,
    ) -> None:  # fmt: skip
        self._clock, self._stopping, self._log = clock, stopping, log
        self._book, self._patients, self._ledger, self._retries, self._hand_over = book, patients, ledger, retries, hand_over
        self.member = Member(settings, "billing", SUMMARIES, clock=clock, stopping=stopping, log=log)
        self._assignment = self.member.assignment
        self._ours: frozenset[TopicPartition] = frozenset()
        self._ends: dict[TopicPartition, int] | None = None
        """Up to where summaries.v1 is to be read before anything is said; None once it was."""
        self._ours_at = float("-inf")
        self._prune_at = clock.now()
        self.agenda = Agenda()

    def is_read(self) -> bool:
        """Whether ledger and summaries are known as they stood when we got our partitions."""
        return self._is_ours() and self._ends is None

    def run(self) -> None:
        """Follow until told to stop; the attempt at hand is finished and recorded."""
        reader = self.member.join()
        try:
            while not self._stopping.is_set():
                self._round(reader)
        finally:
            reader.close(timeout_ms=3000)

    def _round(self, reader: KafkaConsumer) -> None:
        batches = self.member.poll(reader)
        self.member.ask_broker(reader)
        if not self._is_ours():
            self._begin_anew(reader)
            return
        self._take(batches)
        if self._ends is not None and not self._has_read(reader):
            return
        self._line_up(self._patients.changed(), self._clock.now())
        self._line_up(self._retries.touched(), self._clock.now())
        self._prune()
        while self._may_go_on(reader) and (visit := self.agenda.due(self._clock.now())) is not None:
            if (again := self._hand_over.look(visit)) is not None:
                self.agenda.put(visit, again)

    def _is_ours(self) -> bool:
        return self._ours == self._assignment.partitions and not self._assignment.is_new

    def _begin_anew(self, reader: KafkaConsumer) -> None:
        """Read ledger and visits anew: whoever had these partitions before us wrote to the ledger until now."""
        self._assignment.is_new = False
        ours = self._assignment.partitions
        self._book.clear()
        self._patients.clear()
        self._hand_over.forget()
        self.agenda.clear()
        self._ours = frozenset()
        try:
            if ours:
                reader.seek_to_beginning(*ours)
            self._ends = reader.end_offsets(list(ours)) if ours else {}
        except KafkaError as problem:
            self._log.warning("summaries not readable", reason=type(problem).__name__)
            return
        self._ledger.load([partition.partition for partition in ours])
        self._ours = ours
        self._log.info("ledger read", partitions=len(ours))

    def _take(self, batches: Batches) -> None:
        settled = self._clock.now() + timedelta(seconds=SETTLE_SECONDS * self._clock.speed)
        for partition, records in batches.items():
            if partition in self._ours:
                taken = (self._book.take(record) for record in records)
                self._line_up((visit for visit in taken if visit is not None), settled)

    def _has_read(self, reader: KafkaConsumer) -> bool:
        assert self._ends is not None
        if any(reader.position(partition) < end for partition, end in self._ends.items()):
            return False
        self._ends = None
        now = self._clock.now()
        self._line_up(self._book, now)
        self._line_up(self._ledger, now)
        self._log.info("visits read", to_be_compared=len(self.agenda))
        return True

    def _line_up(self, visits: Iterable[str], at: datetime) -> None:
        for visit in visits:
            self.agenda.put(visit, at)

    def _prune(self) -> None:
        now = self._clock.now()
        if now >= self._prune_at:
            self._prune_at = now + PRUNE_EVERY
            self._ledger.prune(self._book.edge())
            self._book.prune()

    def _may_go_on(self, reader: KafkaConsumer) -> bool:
        due = self.agenda.is_due(self._clock.now()) and not self._hand_over.rests()
        return due and not self._stopping.is_set() and self._are_still_ours(reader)

    def _are_still_ours(self, reader: KafkaConsumer) -> bool:
        asked_at = self._clock.monotonic()
        if asked_at - self._ours_at >= FRESH_SECONDS:
            if not self.member.is_counted_in(reader):
                return False
            self._ours_at = asked_at
        return self._is_ours()

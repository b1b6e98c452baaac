"""A member of a consumer group, for services that work off a topic's partitions: joined, served, and known to be so."""

import threading
from collections.abc import Collection, Mapping
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError
from structlog.stdlib import BoundLogger

from schemas.topics import Topic
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings
from services.runtime.stopping import StoppedError

POLL_MS = 200
JOIN_MS = 2000
"""How long a poll may take while we hold nothing: kafka-python 3.0.12 loses the assignment, for good, when a poll ends
between the two answers of a join."""
ASK_BROKER_EVERY = 2.0
NOT_REACHED_AFTER = 6.0
UNSERVED_AFTER = 20.0
"""So long the group may give us nothing while its broker answers."""

Batches = Mapping[TopicPartition, list[ConsumerRecord]]


class UnservedError(Exception):
    """The broker answers and the group gives us no partitions: a new start joins anew."""


class Assignment(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
    """Notes what the group gives us. Its methods run on the client's own thread, while `poll` waits."""

    def __init__(self) -> None:
        self.partitions: frozenset[TopicPartition] = frozenset()
        self.is_new = False
        """Whether partitions came since whoever works them off has last set this to False."""

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self.partitions -= frozenset(revoked)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self.partitions |= frozenset(assigned)
        self.is_new = bool(self.partitions)


class Member:
    """One process of the group `service`. One thread uses it; a broker that is away is waited for."""

    def __init__(
        self, settings: ServiceSettings, service: str, topic: Topic, *, clock: Clock, stopping: threading.Event, log: BoundLogger
    ) -> None:
        self._settings, self._service, self._clock, self._stopping, self._log = settings, service, clock, stopping, log
        self._topic = topic.name(settings.namespace)
        self.assignment = Assignment()
        self._reached_at = self._asked_at = self._served_at = float("-inf")

    def is_assigned(self) -> bool:
        """Whether the group gave us partitions."""
        return bool(self.assignment.partitions)

    def is_broker_reached(self) -> bool:
        """Whether the broker answered within the last seconds."""
        return self._clock.monotonic() - self._reached_at < NOT_REACHED_AFTER

    def join(self) -> KafkaConsumer:
        """Join as a static member: who comes back within the session has its partitions at once. Raises StoppedError."""
        reader = self._connect()
        self._served_at = self._clock.monotonic()
        reader.subscribe([self._topic], listener=self.assignment)
        return reader

    def poll(self, reader: KafkaConsumer) -> Batches:
        """Give what came; nothing while the broker is away."""
        try:
            batches: Batches = reader.poll(timeout_ms=POLL_MS if self.assignment.partitions else JOIN_MS)
        except KafkaError as problem:
            if not problem.retriable:
                raise
            self._log.warning("topic not readable", topic=self._topic, reason=type(problem).__name__)
            self._stopping.wait(0.2)
            return {}
        return batches

    def is_counted_in(self, reader: KafkaConsumer) -> bool:
        """Ask the broker whether what the group gave us is still ours: a process that slept may have lost it and not know.

        It is asked by committing how far we have read, which is refused to whoever the group does not count in.
        """
        try:
            reader.commit(
                {one: OffsetAndMetadata(reader.position(one), "", -1) for one in self.assignment.partitions}, timeout_ms=2000
            )
        except KafkaError:
            return False
        return True

    def ask_broker(self, reader: KafkaConsumer) -> None:
        """Find out whether the broker answers. Raises UnservedError where it does and the group gives us nothing."""
        now = self._clock.monotonic()
        if now - self._asked_at < ASK_BROKER_EVERY:
            return
        self._asked_at = now
        try:
            reader.end_offsets([TopicPartition(self._topic, 0)], timeout_ms=2000)
        except KafkaError:
            self._served_at = now  # /readyz says that it is away
            return
        self._reached_at = self._clock.monotonic()
        if self.assignment.partitions:
            self._served_at = now
        elif now - self._served_at > UNSERVED_AFTER:
            raise UnservedError

    def _connect(self) -> KafkaConsumer:
        options: dict[str, Any] = {
            "group_id": f"{self._settings.namespace}-{self._service}",
            "group_instance_id": self._settings.instance,
            "session_timeout_ms": 10_000,
            "allow_auto_create_topics": False,
        }
        while True:
            try:
                return kafka.consumer(self._settings, self._service, **options)
            except KafkaError as problem:
                self._log.warning("no broker", reason=type(problem).__name__)
                if self._stopping.wait(1):
                    raise StoppedError from None

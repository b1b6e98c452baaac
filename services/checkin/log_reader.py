"""Reads single records of visits.v1 by where they stand: a visit's history is the log itself."""

import threading
from collections.abc import Sequence
from contextlib import suppress

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas import codec
from schemas.codec import SiteEvent
from schemas.dead_letters import DeadLetterReason
from schemas.topics import VISITS
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings

READ_SECONDS = 5.0


class LogAwayError(Exception):
    """Kafka could not be read in time."""


class LogReader:
    """One consumer, made when it is first needed and anew after a failure. Its methods block and may be called from any thread."""

    def __init__(self, settings: ServiceSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._topic = VISITS.name(settings.namespace)
        self._consumer: KafkaConsumer | None = None
        self._lock = threading.Lock()

    def events(self, partition: int, offsets: Sequence[int]) -> list[SiteEvent]:
        """Return the events at these offsets; what is no longer on the log, or can't be read, is left out. Raises LogAwayError."""
        with self._lock:
            try:
                found = [self._at(TopicPartition(self._topic, partition), offset) for offset in offsets]
            except KafkaError as problem:
                self._leave()
                raise LogAwayError from problem
        return [event for event in found if event is not None]

    def close(self) -> None:
        """Let go of Kafka."""
        with self._lock:
            self._leave()

    def _at(self, place: TopicPartition, offset: int) -> SiteEvent | None:
        reader = self._reader()
        reader.assign([place])
        reader.seek(place, offset)
        until = self._clock.monotonic() + READ_SECONDS
        while self._clock.monotonic() < until:
            for record in reader.poll(timeout_ms=500, max_records=1).get(place, ()):
                if record.offset != offset:
                    return None
                event = codec.decode(record.value, record.key)
                return event if not isinstance(event, DeadLetterReason) else None
        raise KafkaError("no record came")

    def _reader(self) -> KafkaConsumer:
        if self._consumer is None:
            self._consumer = kafka.consumer(
                self._settings, "history", bootstrap_timeout_ms=int(READ_SECONDS * 1000), fetch_max_wait_ms=100,
                max_partition_fetch_bytes=64 * 1024,
            )  # fmt: skip
        return self._consumer

    def _leave(self) -> None:
        found, self._consumer = self._consumer, None
        if found is not None:
            with suppress(KafkaError):
                found.close()

"""The audit trail of a site, read back from audit.v1: newest first, from the end back to a moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError
from pydantic import ValidationError

from schemas.audit import AuditRecord
from schemas.partitioning import partition_of
from schemas.topics import AUDIT
from services.runtime import kafka
from services.runtime.clock import EPOCH, Clock
from services.runtime.settings import ServiceSettings

DEFAULT_LIMIT = 1000
STEP = 5000
"""So many offsets are read at a time, on the way back."""
SILENT_SECONDS = 10.0
"""A broker that brings nothing for so long, with more to come, is away."""
_SKEW = timedelta(minutes=5)
"""A machine's clock may have been set back by so much between an act and its record."""


@dataclass(frozen=True)
class Wanted:
    """Which records are asked for: those of one site in [since, until) that name all of the others that are given."""

    site: str
    since: datetime
    until: datetime | None = None
    person: str | None = None
    visit: str | None = None
    actor: str | None = None
    limit: int = DEFAULT_LIMIT

    def holds(self, record: AuditRecord) -> bool:
        """Whether it is one of them."""
        named = ((self.person, record.person), (self.visit, record.visit), (self.actor, record.actor))
        in_time = self.since <= record.at and (self.until is None or record.at < self.until)
        return in_time and record.site == self.site and all(wanted in {None, found} for wanted, found in named)


@dataclass(frozen=True)
class Trail:
    """What was found. `complete`: there is no more of it; `unreadable`: records that this release can't read."""

    records: list[AuditRecord]
    complete: bool
    unreadable: int


def trail(settings: ServiceSettings, clock: Clock, wanted: Wanted, seconds: float | None = None) -> Trail:
    """Read the trail, for `seconds` at most; each id once, as it was first written. Raises KafkaError."""
    found: dict[str, AuditRecord] = {}
    unreadable, begun = 0, clock.monotonic()
    reader = kafka.consumer(settings, "audit")
    try:
        place = TopicPartition(AUDIT.name(settings.namespace), partition_of(wanted.site.encode(), AUDIT.partitions))
        reader.assign([place])
        start, end = _span(reader, place, wanted.since, clock)
        while end > start and len(found) <= wanted.limit and (seconds is None or clock.monotonic() - begun < seconds):
            begin = max(start, end - STEP)
            for raw in reversed(list(_read(reader, place, begin, end, clock))):
                if raw.key != wanted.site.encode():
                    continue
                record = _record(raw.value)
                if record is None:
                    unreadable += 1
                elif wanted.holds(record):
                    found[record.id] = record
            end = begin
    finally:
        reader.close()
    newest = sorted(found.values(), key=lambda record: record.at, reverse=True)
    return Trail(newest[: wanted.limit], end <= start and len(newest) <= wanted.limit, unreadable)


def _span(reader: KafkaConsumer, place: TopicPartition, since: datetime, clock: Clock) -> tuple[int, int]:
    """From which offset to which the records of that moment and later stand."""
    end = reader.end_offsets([place])[place]
    if clock.scaled:  # the broker's times are not the installation's
        return reader.beginning_offsets([place])[place], end
    from_ms = max(0, (since - _SKEW - EPOCH) // timedelta(milliseconds=1))
    first = reader.offsets_for_times({place: from_ms})[place]
    return (first.offset if first is not None else end), end


def _read(reader: KafkaConsumer, place: TopicPartition, begin: int, end: int, clock: Clock) -> Iterator[Any]:
    reader.seek(place, begin)
    heard = clock.monotonic()
    while reader.position(place) < end:
        for record in reader.poll(timeout_ms=200, max_records=STEP).get(place, ()):
            heard = clock.monotonic()
            if record.offset < end:
                yield record
        if clock.monotonic() - heard > SILENT_SECONDS:
            raise KafkaTimeoutError("nothing came of the audit trail")


def _record(value: bytes | None) -> AuditRecord | None:
    try:
        return AuditRecord.model_validate_json(value or b"")
    except ValidationError:
        return None


COLUMNS = ("at", "actor", "action", "outcome", "visit", "person", "event", "user", "id")


def rows(records: list[AuditRecord]) -> Iterator[tuple[str | None, ...]]:
    """Give the columns' names, then each record's cells."""
    yield COLUMNS
    for record in records:
        said = record.model_dump(mode="json")
        yield tuple(said[column] for column in COLUMNS)

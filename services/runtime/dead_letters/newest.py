"""The newest dead letters, read from the end of their topic back: those that are wanted, within a bounded time."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError

from schemas.dead_letters import DeadLetter
from schemas.topics import DEAD_LETTERS
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.dead_letters.box import Box, Entry, said_by
from services.runtime.settings import ServiceSettings

STEP = 200
"""So many offsets of each partition are read at a time, on the way back."""
SILENT_SECONDS = 5.0
"""A broker that brings nothing for so long, with more to come, is away."""
POLL_MS = 200

Places = Mapping[TopicPartition, int]


class Newest(NamedTuple):
    """What was found. `complete`: there is no more of it."""

    entries: tuple[Entry, ...]
    complete: bool


def newest(settings: ServiceSettings, clock: Clock, wanted: Callable[[Entry], bool], limit: int, seconds: float) -> Newest:
    """Read back until there are as many as the limit, or all, or the time is over. Raises KafkaError."""
    reader, begun = kafka.consumer(settings, "set-aside"), clock.monotonic()
    kept: list[Any] = []
    try:
        name = DEAD_LETTERS.name(settings.namespace)
        places = [TopicPartition(name, number) for number in range(DEAD_LETTERS.partitions)]
        reader.assign(places)
        begins, ends = reader.beginning_offsets(places), reader.end_offsets(places)
        box = Box.of(kept)
        while _is_left(begins, ends) and len(box.entries) <= limit and clock.monotonic() - begun < seconds:
            start = {place: max(begins[place], end - STEP) for place, end in ends.items()}
            kept = [record for record in _read(reader, start, ends, clock) if _is_kept(record, wanted)] + kept
            ends, box = start, Box.of(kept)
    finally:
        reader.close()
    return Newest(box.entries[:limit], not _is_left(begins, ends) and len(box.entries) <= limit)


def _is_left(begins: Places, ends: Places) -> bool:
    return any(ends[place] > begin for place, begin in begins.items())


def _is_kept(record: Any, wanted: Callable[[Entry], bool]) -> bool:
    """Words that something was retried are kept whatever it was: they are small, and come before their letter on the way back."""
    said = said_by(record)
    return said is not None and (not isinstance(said, DeadLetter) or wanted(Entry(said, record.key)))


def _read(reader: KafkaConsumer, begins: Places, ends: Places, clock: Clock) -> Iterator[Any]:
    """Give the records between, each partition's in its order."""
    for place, begin in begins.items():
        reader.seek(place, begin)
    heard = clock.monotonic()
    while any(reader.position(place) < end for place, end in ends.items()):
        for records in reader.poll(timeout_ms=POLL_MS).values():
            heard = clock.monotonic()
            yield from (record for record in records if record.offset < ends[TopicPartition(record.topic, record.partition)])
        if clock.monotonic() - heard > SILENT_SECONDS:
            raise KafkaTimeoutError("nothing came of the dead letters")

"""Puts dead letters on the log again, and says so on their topic.

Safe to do twice: a record that is an event has its id, and flow answers a known id again. So a crash between the record and
the word that it was retried costs at most a second retry.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from kafka.errors import KafkaError

from schemas.dead_letters import DeadLetterRetried
from schemas.topics import DEAD_LETTERS
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.dead_letters.box import Entry
from services.runtime.dead_letters.unsealing import Unsealed
from services.runtime.settings import ServiceSettings

AT_ONCE = 200
"""So many are on their way to the broker before the first acknowledgement is asked for."""


@dataclass(frozen=True)
class Sent:
    """A record that stands on the log again, at this offset of its own partition."""

    entry: Entry
    record: Unsealed
    offset: int

    @property
    def id(self) -> str:
        """Where it stands, as an operator writes it."""
        return f"{self.entry.letter.source_partition}/{self.offset}"


def resend(settings: ServiceSettings, due: Sequence[tuple[Entry, Unsealed]]) -> tuple[list[Sent], list[Entry]]:
    """Send them in this order with key, value, headers and partition as they were; returns those acknowledged, and the others.

    Raises KafkaError when the broker can't be reached at all, or did not take the word that records were retried.
    """
    sent: list[Sent] = []
    left: list[Entry] = []
    clock, letters = Clock.from_file(settings.clock_file), DEAD_LETTERS.name(settings.namespace)
    with closing(kafka.producer(settings, "dlq")) as producer:
        for start in range(0, len(due), AT_ONCE):
            some = due[start : start + AT_ONCE]
            under_way = [(entry, record, _send(producer, entry, record)) for entry, record in some]
            acknowledged = []
            for entry, record, future in under_way:
                try:
                    acknowledged.append(Sent(entry, record, future.get(kafka.ACK_SECONDS * 2).offset))
                except KafkaError:
                    left.append(entry)
            sent += acknowledged
            words = [producer.send(letters, _word(one, clock), key=one.entry.key) for one in acknowledged]
            for word in words:
                word.get(kafka.ACK_SECONDS * 2)
            if left:
                left += [entry for entry, _ in due[start + AT_ONCE :]]
                break
    return sent, left


def _send(producer: Any, entry: Entry, record: Unsealed) -> Any:
    letter = entry.letter
    headers = [(name, value or b"") for name, value in record.headers]  # kafka-python sends no header without a value
    return producer.send(letter.source_topic, record.value, key=record.key, headers=headers, partition=letter.source_partition)


def _word(sent: Sent, clock: Clock) -> bytes:
    topic, partition, offset = sent.entry.place
    said = DeadLetterRetried(
        source_topic=topic, source_partition=partition, source_offset=offset, retried_offset=sent.offset, retried_at=clock.now()
    )
    return said.model_dump_json().encode()

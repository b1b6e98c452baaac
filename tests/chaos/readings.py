"""What came out, read from the topics and the outbox when all is quiet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from kafka import KafkaConsumer, TopicPartition

from schemas.summaries import SOURCE_OFFSET_HEADER
from schemas.topics import ALERTS, DEAD_LETTERS, NOTIFICATIONS, SITES, SNAPSHOTS, SUMMARIES, VISITS, Topic
from tests.chaos.evidence import Evidence, Logged


def read_topics(bootstrap: str, namespace: str, into: Evidence) -> None:
    """Read everything that the checker looks at; partition by partition, so that each is in its order."""
    for record in _records(bootstrap, namespace, VISITS):
        into.log.append(Logged(record.partition, record.offset, record.timestamp, orjson.loads(record.value)))
    for record in _records(bootstrap, namespace, ALERTS):
        into.alerts.append({**orjson.loads(record.value), "at_ms": record.timestamp})
    for record in _records(bootstrap, namespace, SUMMARIES):
        visit, source = record.key.decode(), int(dict(record.headers)[SOURCE_OFFSET_HEADER])
        if into.summaries.get(visit, (-1, None))[0] <= source:
            into.summaries[visit] = (source, orjson.loads(record.value) if record.value else None)
    into.profiles |= {
        record.key.decode(): orjson.loads(record.value)["profile"] for record in _records(bootstrap, namespace, SITES)
    }
    for record in _records(bootstrap, namespace, DEAD_LETTERS):
        said = orjson.loads(record.value)
        into.dead.append((said["source_partition"], said["source_offset"], said["reason"]))
    for record in _records(bootstrap, namespace, NOTIFICATIONS):
        into.ledger[record.key.decode()] = orjson.loads(record.value)
    into.markers += [(record.partition, orjson.loads(record.value)["next"])
                     for record in _records(bootstrap, namespace, SNAPSHOTS) if record.value and b"|" not in record.key]  # fmt: skip


def read_outbox(path: Path) -> list[dict[str, Any]]:
    """Every text that went out."""
    return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def _records(bootstrap: str, namespace: str, topic: Topic) -> Iterator[Any]:
    reader = KafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", isolation_level="read_committed"
    )
    try:
        for number in range(topic.partitions):
            partition = TopicPartition(topic.name(namespace), number)
            reader.assign([partition])
            reader.seek_to_beginning(partition)
            end = reader.end_offsets([partition])[partition]
            while reader.position(partition) < end:
                for records in reader.poll(timeout_ms=200, max_records=5000).values():
                    yield from records
    finally:
        reader.close()

"""Looks for marked words in everything that is kept: topics, Redis, files. Each scan gives the places where it found one.

A mark is found in any letters and in every spelling in which it could stand there: as it is, as JSON or an address escapes it,
in UTF-16, and within anything in Base64.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import redis
from kafka import KafkaConsumer, TopicPartition

from services.runtime.kafka import begin

WITHOUT_RECORDS = {".index", ".timeindex"}
"""Kafka's files of offsets and times, which are long and sparse."""


class Marks:
    """The words that are looked for."""

    def __init__(self, *marks: str) -> None:
        self._written = {spelling for mark in marks for spelling in _written(mark.lower())}
        self._coded = {
            spelling for mark in marks for written in {mark, mark.lower(), mark.upper()} for spelling in _in_base64(written)
        }

    def stand_in(self, raw: bytes) -> bool:
        """Whether any of them does."""
        lower = raw.lower()
        return any(spelling in lower for spelling in self._written) or any(spelling in raw for spelling in self._coded)


def _written(mark: str) -> Iterator[bytes]:
    for text in (mark, json.dumps(mark)[1:-1], quote(mark), quote_plus(mark)):
        yield text.lower().encode()
    yield mark.encode("utf-16-le")


def _in_base64(mark: str) -> Iterator[bytes]:
    """What of it stands in Base64 whatever is around it, at each of the three places where it can begin."""
    for before in range(3):
        raw = bytes(before) + mark.encode()
        whole = len(raw) // 3 * 3
        yield base64.b64encode(raw[:whole])[(0, 2, 3)[before] :]


def scan_topics(bootstrap: str, marks: Marks, namespace: str = "") -> list[str]:
    """Read every partition of every topic from its start, keys, values and headers, uncommitted ones too.

    `namespace`: of a broker that many tests share, whose topics.
    """
    reader = begin(
        KafkaConsumer,
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_uncommitted",
    )
    try:
        partitions = [
            TopicPartition(topic, number)
            for topic in reader.topics()
            if topic.startswith(namespace)
            for number in reader.partitions_for_topic(topic) or ()
        ]
        assert partitions, "there is no topic to read"
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        return [f"{at.topic}/{at.partition}/{at.offset}" for at in _records(reader, partitions) if _says(at, marks)]
    finally:
        reader.close()


def _records(reader: KafkaConsumer, partitions: list[TopicPartition]) -> Iterator[Any]:
    ends = reader.end_offsets(partitions)
    while any(reader.position(partition) < ends[partition] for partition in partitions):
        for records in reader.poll(timeout_ms=200).values():
            yield from records


def _says(record: Any, marks: Marks) -> bool:
    parts = [record.key, record.value, *(part for name, value in record.headers for part in (name.encode(), value))]
    return any(marks.stand_in(part) for part in parts if part)


def scan_redis(url: str, marks: Marks) -> list[str]:
    """Look at every key, its name and all it holds."""
    client: Any = redis.Redis.from_url(url)
    try:
        return [
            key.decode(errors="replace")
            for key in client.scan_iter(count=1000)
            if any(map(marks.stand_in, (key, *_held(client, key))))
        ]
    finally:
        client.close()


def _held(client: Any, key: bytes) -> Iterable[bytes]:
    kind = client.type(key).decode()
    if kind == "hash":
        return (part for pair in client.hgetall(key).items() for part in pair)
    if kind == "list":
        return list(client.lrange(key, 0, -1))
    if kind == "set":
        return list(client.smembers(key))
    if kind == "zset":
        return list(client.zrange(key, 0, -1))
    if kind == "stream":
        return (part for _, fields in client.xrange(key) for pair in fields.items() for part in pair)
    return [client.get(key) or b""]


def scan_files(folder: Path, marks: Marks) -> list[str]:
    """Look at every file in a folder and below, and at its name."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in WITHOUT_RECORDS]
    assert files, "there is no file to read"
    return [str(path.relative_to(folder)) for path in files if any(map(marks.stand_in, (str(path.name).encode(), _bytes(path))))]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # a segment that was rolled or a log that was rotated in between
        return b""

"""A topic read whole, once: from its first record to where it ends when the reading begins."""

import time
from collections.abc import Iterator
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError

from schemas.topics import Topic
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings

POLL_MS = 500
LOOK_SECONDS = 0.2
UNKNOWN_SECONDS = 3.0
"""A topic that the broker doesn't know for so long is not there."""
SILENT_SECONDS = 10.0
"""A broker that brings nothing for so long, with more to come, is away."""


def whole_topic(settings: ServiceSettings, topic: Topic, service: str) -> Iterator[Any]:
    """Its records, each partition in its order. Raises KafkaError when it can't be read, also in the middle."""
    clock = Clock()
    reader = kafka.consumer(settings, service)
    try:
        name = topic.name(settings.namespace)
        begun = clock.monotonic()
        while not reader.partitions_for_topic(name):  # one made a moment ago is not known to every thread of the broker yet
            if clock.monotonic() - begun > UNKNOWN_SECONDS:
                raise UnknownTopicOrPartitionError(name)
            time.sleep(LOOK_SECONDS)
        partitions = [TopicPartition(name, number) for number in range(topic.partitions)]
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        ends = reader.end_offsets(partitions)
        heard = clock.monotonic()
        while any(reader.position(partition) < ends[partition] for partition in partitions):
            for records in reader.poll(timeout_ms=POLL_MS).values():
                heard = clock.monotonic()
                yield from records
            if clock.monotonic() - heard > SILENT_SECONDS:
                raise KafkaTimeoutError(f"nothing came of {name}")
    finally:
        reader.close()

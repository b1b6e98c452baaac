"""Some partitions of a topic, read from their first records to their present ends, for a service that may be stopped meanwhile."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

from kafka import TopicPartition

from schemas.topics import Topic
from services.runtime import kafka
from services.runtime.settings import ServiceSettings
from services.runtime.stopping import StoppedError

POLL_MS = 200


def up_to_now(
    settings: ServiceSettings, service: str, topic: Topic, numbers: Iterable[int], stopping: threading.Event
) -> Iterator[Any]:
    """Yield their records, each partition in its order. Raises KafkaError, and StoppedError once `stopping` is set."""
    partitions = [TopicPartition(topic.name(settings.namespace), number) for number in numbers]
    reader = kafka.consumer(settings, service, allow_auto_create_topics=False)
    try:
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        ends = reader.end_offsets(partitions)
        while any(reader.position(partition) < end for partition, end in ends.items()):
            if stopping.is_set():
                raise StoppedError
            for records in reader.poll(timeout_ms=POLL_MS).values():
                yield from records
    finally:
        reader.close()

"""A topic read from its start and kept up with: each `news` goes on from where the last one ended."""

from collections.abc import Iterator
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from schemas.topics import Topic
from services.runtime.kafka import begin


class Reading:
    """One topic of an installation, all partitions. `committed`: only what no open or aborted transaction wrote."""

    def __init__(self, bootstrap: str, namespace: str, topic: Topic, *, committed: bool = True) -> None:
        self._reader = begin(
            KafkaConsumer,
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed" if committed else "read_uncommitted",
        )
        self._partitions = [TopicPartition(topic.name(namespace), number) for number in range(topic.partitions)]
        self._reader.assign(self._partitions)
        self._reader.seek_to_beginning(*self._partitions)

    def news(self) -> Iterator[Any]:
        """Yield what is there by now and was not read yet, each partition in its order."""
        ends = self._reader.end_offsets(self._partitions)
        while any(self._reader.position(tp) < ends[tp] for tp in self._partitions):
            for records in self._reader.poll(timeout_ms=100, max_records=5000).values():
                yield from records

    def ends(self) -> dict[int, int]:
        """Where each partition ends now."""
        return {tp.partition: end for tp, end in self._reader.end_offsets(self._partitions).items()}

    def close(self) -> None:
        """Let go of the broker."""
        self._reader.close()

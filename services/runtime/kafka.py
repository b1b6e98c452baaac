"""Kafka clients with the settings that the invariants need, and topics kept as tables."""

import threading
from collections.abc import Callable

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from schemas.topics import Topic
from services.runtime.settings import ServiceSettings

ACK_SECONDS = 5.0
"""How long a caller waits for the broker before it says so."""


def producer(settings: ServiceSettings, service: str, **options: object) -> KafkaProducer:
    """Build a producer that is idempotent and acknowledged by all replicas (I4). It partitions by murmur2 of the key."""
    return KafkaProducer(
        **{
            "bootstrap_servers": settings.kafka_bootstrap,
            "client_id": f"{settings.namespace}-{service}-{settings.instance}",
            "linger_ms": 0,
            "max_block_ms": int(ACK_SECONDS * 1000),
            "request_timeout_ms": int(ACK_SECONDS * 1000),
            "delivery_timeout_ms": int(ACK_SECONDS * 2000),
            "max_request_size": 8 * 1024 * 1024,
            **options,
            "acks": "all",
            "enable_idempotence": True,
        }
    )


def consumer(settings: ServiceSettings, service: str, **options: object) -> KafkaConsumer:
    """Build a consumer that commits only when told to and reads committed records from the start."""
    return KafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        client_id=f"{settings.namespace}-{service}-{settings.instance}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        **options,
    )


class TopicTable:
    """A compacted topic, followed by a thread of its own: the last value per key, handed to `apply` as it comes.

    `apply(key, value)` runs on that thread; a tombstone comes as None. It must not raise: what it can't read it counts
    and leaves. A broker that is away is waited for; what was read stays readable.
    """

    def __init__(self, settings: ServiceSettings, topic: Topic, apply: Callable[[str, bytes | None], None]) -> None:
        self._settings, self._topic, self._apply = settings, topic, apply
        self._stopping = threading.Event()
        self._caught_up = threading.Event()
        self._thread = threading.Thread(target=self._follow, name=f"table-{topic.suffix}", daemon=True)

    def start(self) -> None:
        """Begin to read, from the topic's first record."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; waits for it, for 5 s at most."""
        self._stopping.set()
        self._thread.join(5)

    @property
    def ready(self) -> bool:
        """Whether all that the topic held at the start has been applied."""
        return self._caught_up.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until ready."""
        return self._caught_up.wait(seconds)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                self._read()
            except KafkaError:
                self._stopping.wait(1)

    def _read(self) -> None:
        reader = consumer(self._settings, f"table-{self._topic.suffix}")
        try:
            name = self._topic.name(self._settings.namespace)
            partitions = [TopicPartition(name, number) for number in range(self._topic.partitions)]
            reader.assign(partitions)
            reader.seek_to_beginning(*partitions)
            ends = reader.end_offsets(partitions)
            while not self._stopping.is_set():
                for records in reader.poll(timeout_ms=200).values():
                    for record in records:
                        self._apply(record.key.decode(errors="replace"), record.value)
                if not self._caught_up.is_set() and all(reader.position(tp) >= ends[tp] for tp in partitions):
                    self._caught_up.set()
        finally:
            reader.close()

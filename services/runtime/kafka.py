"""Kafka clients with the settings that the invariants need, and topics kept as tables."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from schemas.topics import Topic
from services.runtime.settings import ServiceSettings

ACK_SECONDS = 5.0
"""How long a caller waits for the broker before it says so."""
RECONNECT_MS = 2000
"""At most so long between two tries to reach a broker that is away; kafka-python's own limit is 30 s."""


def producer(settings: ServiceSettings, service: str, **options: object) -> KafkaProducer:
    """Build a producer that is idempotent and acknowledged by all replicas (I4). It partitions by murmur2 of the key."""
    return _begin(
        KafkaProducer,
        settings,
        service,
        {
            "linger_ms": 0,
            "max_block_ms": int(ACK_SECONDS * 1000),
            "request_timeout_ms": int(ACK_SECONDS * 1000),
            "delivery_timeout_ms": int(ACK_SECONDS * 2000),
            "max_request_size": 8 * 1024 * 1024,
            **options,
            "acks": "all",
            "enable_idempotence": True,
        },
    )


def consumer(settings: ServiceSettings, service: str, **options: object) -> KafkaConsumer:
    """Build a consumer that commits only when told to and reads committed records from the start."""
    return _begin(
        KafkaConsumer,
        settings,
        service,
        {
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "isolation_level": "read_committed",
            "metadata_max_age_ms": 10_000,  # a topic made a moment ago must not stay unknown for five minutes
            **options,
        },
    )


def admin(settings: ServiceSettings, service: str, **options: object) -> KafkaAdminClient:
    """Build an admin client."""
    return _begin(KafkaAdminClient, settings, service, options)


def _begin(kind: Callable[..., Any], settings: ServiceSettings, service: str, options: dict[str, object]) -> Any:
    return begin(
        kind,
        bootstrap_servers=settings.kafka_bootstrap,
        client_id=f"{settings.namespace}-{service}-{settings.instance}",
        **{"bootstrap_timeout_ms": int(ACK_SECONDS * 1000), "reconnect_backoff_max_ms": RECONNECT_MS, **options},
    )


def begin(kind: Callable[..., Any], **options: object) -> Any:
    """Build a kafka-python client. A constructor that can't reach the broker leaves its I/O thread running; that is ended here."""
    begun: list[KafkaNetClient] = []

    def connect(**config: object) -> KafkaNetClient:
        begun.append(KafkaNetClient(**config))
        return begun[-1]

    try:
        return kind(kafka_client=connect, **options)
    except BaseException:
        for client in begun:
            client.close()
        raise


def drop(producer: KafkaProducer) -> None:
    """End a producer without waiting: what it still held is sent again by another one, or the process ends."""
    with contextlib.suppress(KafkaError):
        producer.close(timeout=0)


class TopicTable:
    """A compacted topic, followed by a thread of its own: the last value per key, handed to `apply` as it comes.

    `apply(key, value)` runs on that thread; a tombstone comes as None. It must not raise: what it can't read it counts
    and leaves. A broker that is away is waited for; what was read stays readable. After that, records that were applied already
    may come again, from the first on. `partition` and `offset` are those of the record which `apply` has just now.
    """

    def __init__(self, settings: ServiceSettings, topic: Topic, apply: Callable[[str, bytes | None], None]) -> None:
        self._settings, self._topic, self._apply = settings, topic, apply
        self.partition, self.offset = 0, -1
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
                        self.partition, self.offset = record.partition, record.offset
                        self._apply(record.key.decode(errors="replace"), record.value)
                if not self._caught_up.is_set() and all(reader.position(tp) >= ends[tp] for tp in partitions):
                    self._caught_up.set()
        finally:
            reader.close()

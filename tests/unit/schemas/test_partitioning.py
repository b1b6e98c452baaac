"""All of a site lives in one partition, whichever client wrote it: kafka-python, aiokafka or Java. Flow knows which."""

import warnings
from collections.abc import Iterable

import pytest
from aiokafka.partitioner import DefaultPartitioner as AiokafkaPartitioner
from aiokafka.partitioner import murmur2 as aiokafka_murmur2
from hypothesis import given
from hypothesis import strategies as st

from schemas.partitioning import murmur2, partition_of
from schemas.topics import VISIT_PARTITIONS, VISITS

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # kafka-python reads its own files by a deprecated call at import
    from kafka import KafkaProducer
    from kafka.partitioner import murmur2 as kafka_python_murmur2

TOPIC = VISITS.name("clinicflow")
PARTITIONS = list(range(VISIT_PARTITIONS))

JAVA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}
"""What Apache Kafka's own UtilsTest.testMurmur2 expects."""


class TwelvePartitions:
    """What kafka-python's partitioner asks of a cluster."""

    def topics(self) -> Iterable[str]:
        return {TOPIC}

    def partitions_for_topic(self, topic: str) -> Iterable[int]:
        return PARTITIONS if topic == TOPIC else []

    def available_partitions_for_topic(self, topic: str) -> Iterable[int]:
        return PARTITIONS if topic == TOPIC else []


def by_kafka_python(key: bytes) -> int:
    partition: int = KafkaProducer.DEFAULT_CONFIG["partitioner"].partition(TOPIC, None, key, None, b"", TwelvePartitions())
    return partition


def by_aiokafka(key: bytes) -> int:
    partition: int = AiokafkaPartitioner()(key, PARTITIONS, PARTITIONS)
    return partition


@pytest.mark.parametrize("key", JAVA)
def test_both_clients_hash_as_java_does(key: bytes) -> None:
    assert kafka_python_murmur2(key) == aiokafka_murmur2(key) == murmur2(key) == JAVA[key] & 0xFFFFFFFF
    assert by_kafka_python(key) == by_aiokafka(key) == partition_of(key) == (JAVA[key] & 0x7FFFFFFF) % VISIT_PARTITIONS


@given(st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,39}\Z") | st.text(min_size=1))
def test_both_clients_put_a_key_into_the_same_partition(key: str) -> None:
    assert by_kafka_python(key.encode()) == by_aiokafka(key.encode()) == partition_of(key.encode())


@given(st.binary(min_size=1, max_size=60))
def test_any_bytes_are_hashed_as_the_clients_do(key: bytes) -> None:
    assert murmur2(key) == kafka_python_murmur2(key) & 0xFFFFFFFF


def test_both_clients_agree_on_thousands_of_sites_and_use_every_partition() -> None:
    keys = [f"site-{number}".encode() for number in range(5000)]
    assert [by_kafka_python(key) for key in keys] == [by_aiokafka(key) for key in keys]
    assert {by_aiokafka(key) for key in keys} == set(PARTITIONS)

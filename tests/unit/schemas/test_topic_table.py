"""The table of topics keeps its own conventions."""

import re

import pytest

from schemas.catalogue import KINDS, REDIS, WEBHOOK
from schemas.topics import ALERTS, CONTACTS, DELIVERIES, NOTIFICATIONS, PEOPLE, SNAPSHOTS, TOPICS, VISIT_PARTITIONS, VISITS, Topic

SERVICES = {"billing", "board", "checkin", "cli", "ehr", "flow", "history", "notify", "replay", "simulator"}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.suffix)
def test_a_topic_keeps_the_conventions(topic: Topic) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.v[1-9][0-9]*(\.dlq)?", topic.suffix)
    assert topic.name("clinicflow") == f"clinicflow.{topic.suffix}"
    assert topic.key
    assert topic.holds
    assert topic.written_by
    assert topic.read_by
    assert {*topic.written_by, *topic.read_by} <= SERVICES
    assert topic.compacted != (topic.kept_days is not None), "kept by key or by time, one of the two"


def test_no_topic_is_declared_twice() -> None:
    assert len({topic.suffix for topic in TOPICS}) == len(TOPICS)


def test_all_of_a_site_lives_in_one_partition() -> None:
    assert VISITS.partitions == SNAPSHOTS.partitions == ALERTS.partitions == VISIT_PARTITIONS == 12


def test_every_topic_but_flows_own_has_its_kinds_declared() -> None:
    assert set(KINDS) - {REDIS, WEBHOOK} == {topic.suffix for topic in TOPICS} - {SNAPSHOTS.suffix}


def test_what_must_survive_a_power_cut_is_flushed_by_a_broker_alone_and_by_no_cluster() -> None:
    facts = {topic.suffix for topic in TOPICS if topic.settings(replicas=1).get("flush.messages") == "1"}
    assert facts == {topic.suffix for topic in (VISITS, PEOPLE, CONTACTS, NOTIFICATIONS, DELIVERIES)}
    for topic in TOPICS:
        assert topic.settings(replicas=3)["min.insync.replicas"] == "2"
        assert "flush.messages" not in topic.settings(replicas=3)


def test_a_topic_is_kept_as_long_as_it_says() -> None:
    assert VISITS.settings(1) == {
        "cleanup.policy": "delete", "retention.ms": "34560000000", "message.timestamp.type": "LogAppendTime", "flush.messages": "1",
    }  # fmt: skip
    assert PEOPLE.settings(1)["cleanup.policy"] == "compact"
    assert "retention.ms" not in PEOPLE.settings(1)

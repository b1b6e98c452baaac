"""Topics on a real broker: made once, and set right at each later start."""

import uuid

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from schemas.topics import DEAD_LETTERS, TOPICS
from services.runtime.settings import ServiceSettings
from services.runtime.topics import create
from tests.waiting import wait_until

LONGEST = "max.message.bytes"


def test_a_topic_of_an_earlier_release_gets_the_settings_of_this_one(kafka: str) -> None:
    settings = ServiceSettings(kafka_bootstrap=kafka, namespace=f"topics-{uuid.uuid4().hex[:8]}")
    name, wanted = DEAD_LETTERS.name(settings.namespace), DEAD_LETTERS.config[LONGEST]
    admin = KafkaAdminClient(bootstrap_servers=kafka)

    def longest() -> object:
        asked = ConfigResource(ConfigResourceType.TOPIC, name, {LONGEST: ""})
        return admin.describe_configs([asked], config_filter="all")["topic"][name].get(LONGEST, {}).get("value")

    assert len(create(settings)) == len(TOPICS)
    wait_until(lambda: longest() == wanted, 10, "the setting of a new topic")
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {LONGEST: "1000000"})])
    wait_until(lambda: longest() == "1000000", 10, "the setting of an earlier release")
    assert create(settings) == []
    wait_until(lambda: longest() == wanted, 10, "the setting of this release")
    admin.close()

"""`python -m services.runtime.topics create`: makes the topics of schemas.topics, and mends their settings."""

import sys

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic

from schemas.topics import TOPICS
from services.runtime.settings import ServiceSettings


def create(settings: ServiceSettings) -> list[str]:
    """Make what is missing and set what differs; returns the names made.

    Raises RuntimeError on a wrong partition count, or a setting that the broker does not take.
    """
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    try:
        brokers = len(admin.describe_cluster()["brokers"])
        replicas = min(3, brokers)
        existing = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
        made, standing = [], []
        for topic in TOPICS:
            name, config = topic.name(settings.namespace), topic.settings(replicas)
            if name in existing:
                if existing[name] != topic.partitions:
                    raise RuntimeError(f"{name} has {existing[name]} partitions instead of {topic.partitions}")
                standing.append(ConfigResource(ConfigResourceType.TOPIC, name, config))
                continue
            admin.create_topics([NewTopic(name, topic.partitions, replicas, topic_configs=config)])
            made.append(name)
        if standing:
            _set(admin, standing)
        return made
    finally:
        admin.close()


def _set(admin: KafkaAdminClient, wanted: list[ConfigResource]) -> None:
    answers = admin.alter_configs(wanted)["topic"]
    if refused := {name: said for name, said in answers.items() if said != "OK"}:
        raise RuntimeError(f"the broker did not take the settings of {refused}")


def main() -> int:
    """Create the topics and say which."""
    made = create(ServiceSettings())
    sys.stderr.write(f"topics made: {', '.join(made) or 'none, all were there'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

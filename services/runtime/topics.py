"""`python -m services.runtime.topics create`: makes the topics of schemas.topics, and mends their settings."""

import sys

from kafka.admin import KafkaAdminClient, NewTopic

from schemas.topics import TOPICS
from services.runtime.settings import ServiceSettings


def create(settings: ServiceSettings) -> list[str]:
    """Make what is missing and set what differs; returns the names made. Raises RuntimeError on a wrong partition count."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    try:
        brokers = len(admin.describe_cluster()["brokers"])
        replicas = min(3, brokers)
        existing = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
        made = []
        for topic in TOPICS:
            name, config = topic.name(settings.namespace), topic.settings(replicas)
            if name in existing:
                if existing[name] != topic.partitions:
                    raise RuntimeError(f"{name} has {existing[name]} partitions instead of {topic.partitions}")
                continue
            admin.create_topics([NewTopic(name, topic.partitions, replicas, topic_configs=config)])
            made.append(name)
        return made
    finally:
        admin.close()


def main() -> int:
    """Create the topics and say which."""
    made = create(ServiceSettings())
    sys.stderr.write(f"topics made: {', '.join(made) or 'none, all were there'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Looks after the broker from the side, for /readyz: whether it is there, and keeps what it acknowledges."""

import threading
from collections.abc import Mapping

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError

from schemas.topics import VISITS
from services.runtime import kafka
from services.runtime.settings import ServiceSettings

_LOOK_SECONDS = 2.0
_LOOKS_PER_CONFIG = 30
_ANSWER_MS = 2000
_ASKED = ("min.insync.replicas", "flush.messages")


def is_durable(config: Mapping[str, str]) -> bool:
    """Whether an acknowledged record survives a power cut: two replicas have it, or the one broker's disk (I4)."""
    return int(config.get("min.insync.replicas", 1)) >= 2 or int(config.get("flush.messages", 0)) == 1


class BrokerWatch:
    """`reachable` and `durable` as of the last look, at most a few seconds old."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._topic = VISITS.name(settings.namespace)
        self._admin: KafkaAdminClient | None = None
        self._looks = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="broker-watch", daemon=True)
        self.reachable = False
        self.durable = False

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; waits 5 s at most."""
        self._stopping.set()
        self._thread.join(5)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except (KafkaError, OSError, ValueError):
                self.reachable = False
                self._leave()
            self._stopping.wait(_LOOK_SECONDS)
        self._leave()

    def _look(self) -> None:
        if self._admin is None:
            self._admin = kafka.admin(
                self._settings, "checkin-watch", bootstrap_timeout_ms=_ANSWER_MS, request_timeout_ms=_ANSWER_MS
            )
            self._looks = 0
        partitions = self._admin.describe_topics([self._topic])[0]["partitions"]
        leaders = [partition["leader_id"] for partition in partitions]
        if self._looks % _LOOKS_PER_CONFIG == 0:
            self.durable = is_durable(self._config(self._admin))
        self._looks += 1
        self.reachable = len(leaders) == VISITS.partitions and min(leaders) >= 0

    def _config(self, admin: KafkaAdminClient) -> dict[str, str]:
        asked = ConfigResource(ConfigResourceType.TOPIC, self._topic, dict.fromkeys(_ASKED))
        found = admin.describe_configs([asked], config_filter="all")["topic"][self._topic]
        return {name: entry["value"] for name, entry in found.items()}

    def _leave(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None

"""Which deliveries somebody wants to have tried again, as deliveries.v1 says."""

import threading

from pydantic import ValidationError

from schemas.deliveries import RetryAsked, retry_key
from schemas.topics import DELIVERIES
from services.runtime.kafka import TopicTable
from services.runtime.settings import ServiceSettings


class Retries:
    """By visit, what was asked last."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._asked: dict[str, RetryAsked] = {}
        self._touched: set[str] = set()
        self._lock = threading.Lock()
        self.unreadable = 0
        self.table = TopicTable(settings, DELIVERIES, self._apply)

    def get(self, visit: str) -> RetryAsked | None:
        """What was asked last of this visit."""
        return self._asked.get(visit)

    def touched(self) -> set[str]:
        """Hand over the visits of which something was asked since the last call."""
        with self._lock:
            touched, self._touched = self._touched, set()
        return touched

    def _apply(self, key: str, value: bytes | None) -> None:
        if value is None or not key.endswith(retry_key("")):
            return
        try:
            asked = RetryAsked.model_validate_json(value)
        except ValidationError:
            self.unreadable += 1
            return
        with self._lock:
            known = self._asked.get(asked.visit)
            if known is None or known.asked_at < asked.asked_at:  # after an outage an older one may come again
                self._asked[asked.visit] = asked
                self._touched.add(asked.visit)

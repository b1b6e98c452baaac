"""What the billing system was told, as deliveries.v1 says: all that waits or failed, and the last that were sent."""

import threading
from collections import OrderedDict

from pydantic import ValidationError

from schemas.deliveries import Delivery, DeliveryState, retry_key
from schemas.topics import DELIVERIES
from services.runtime.kafka import TopicTable
from services.runtime.settings import ServiceSettings

SENT_KEPT = 2000
"""Of what is over, so many are remembered."""


class DeliveryBook:
    """The last word on each visit."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._open: dict[str, Delivery] = {}
        self._sent: OrderedDict[str, Delivery] = OrderedDict()
        self._lock = threading.Lock()
        self.unreadable = 0
        self.table = TopicTable(settings, DELIVERIES, self._apply)

    def of(self, site: str) -> list[Delivery]:
        """Every entry of this clinic, newest first."""
        with self._lock:
            entries = [*self._open.values(), *self._sent.values()]
        return sorted((entry for entry in entries if entry.site == site), key=lambda entry: entry.begun_at, reverse=True)

    def get(self, visit: str) -> Delivery | None:
        """The entry of a visit."""
        with self._lock:
            return self._open.get(visit) or self._sent.get(visit)

    def _apply(self, key: str, value: bytes | None) -> None:
        if key.endswith(retry_key("")):
            return
        try:
            entry = Delivery.model_validate_json(value) if value is not None else None
        except ValidationError:
            self.unreadable += 1
            return
        with self._lock:
            self._open.pop(key, None)
            self._sent.pop(key, None)
            if entry is not None:
                self._keep(entry)

    def _keep(self, entry: Delivery) -> None:
        if entry.state is not DeliveryState.SENT:
            self._open[entry.visit] = entry
            return
        self._sent[entry.visit] = entry
        if len(self._sent) > SENT_KEPT:
            self._sent.popitem(last=False)

"""The ledger of texts: notifications.v1 read whole at start, and written before and after each text (I7)."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from kafka import KafkaProducer
from kafka.errors import KafkaError
from pydantic import ValidationError
from structlog.stdlib import BoundLogger

from schemas.notifications import Notification, TextState
from schemas.topics import NOTIFICATIONS
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings
from services.runtime.stopping import StoppedError
from services.runtime.up_to_now import up_to_now

MEMORY = timedelta(days=7)
"""How long an entry is remembered: alerts.v1 holds no alert for longer."""
RETRY_SECONDS = 1.0


class Ledger:
    """The last word on every text of the last days. One thread uses it.

    A broker that is away is waited for, without end; only a stop (StoppedError) gets in between.
    """

    def __init__(self, settings: ServiceSettings, clock: Clock, stopping: threading.Event, log: BoundLogger) -> None:
        self._settings, self._clock, self._stopping, self._log = settings, clock, stopping, log
        self._topic = NOTIFICATIONS.name(settings.namespace)
        self._entries: OrderedDict[str, tuple[datetime, bytes]] = OrderedDict()
        """As bytes, a third of the size; in the order of their times."""
        self._unacknowledged: list[tuple[bytes, bytes]] = []
        self._producer: KafkaProducer | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> Notification | None:
        """Return the last word on the text of this dedupe key. One that can't be read counts as `unknown`: never sent again."""
        found = self._entries.get(key)
        if found is None:
            return None
        at, value = found
        try:
            return Notification.model_validate_json(value)
        except ValidationError:
            site, visit, template, _ = key.split("/", 3)
            return Notification.model_construct(
                dedupe_key=key, state=TextState.UNKNOWN, site=site, visit=visit, template=template, alert="unreadable", at=at
            )

    def note(self, entry: Notification) -> None:
        """Write an entry that nothing waits for; it is kept once `settle` has returned."""
        value = entry.model_dump_json(exclude_none=True).encode()
        self._remember(entry.dedupe_key, entry.at, value)
        self._unacknowledged.append((entry.dedupe_key.encode(), value))

    def record(self, entry: Notification) -> None:
        """Write an entry, and return when it and all noted before are acknowledged by every replica."""
        self.note(entry)
        self.settle()

    def settle(self) -> None:
        """Return when all that was noted is acknowledged. Sending it again is safe: per key the last record counts."""
        while self._unacknowledged:
            try:
                self._send_all()
            except KafkaError as problem:
                self._log.warning("ledger not acknowledged", reason=type(problem).__name__)
                self._drop_producer()
                self._pause()
            else:
                self._unacknowledged.clear()

    def load(self) -> None:
        """Forget everything, and read the topic up to its present end."""
        while True:
            try:
                self._read()
            except KafkaError as problem:
                self._log.warning("ledger not readable", reason=type(problem).__name__)
                self._pause()
            else:
                return

    def close(self) -> None:
        """Let go of the broker."""
        self._drop_producer()

    def _send_all(self) -> None:
        if self._producer is None:
            self._producer = kafka.producer(self._settings, "notify")
        sent = [self._producer.send(self._topic, key=key, value=value) for key, value in self._unacknowledged]
        for future in sent:
            future.get(timeout=kafka.ACK_SECONDS)

    def _drop_producer(self) -> None:
        if self._producer is not None:
            kafka.drop(self._producer)
        self._producer = None

    def _read(self) -> None:
        found: dict[str, tuple[datetime, bytes]] = {}
        oldest, everything = self._clock.now() - MEMORY, range(NOTIFICATIONS.partitions)
        for record in up_to_now(self._settings, "notify-ledger", NOTIFICATIONS, everything, self._stopping):
            key, at = record.key.decode(errors="replace"), self._time_of(record.value)
            found.pop(key, None)
            if record.value is not None and at >= oldest:
                found[key] = at, record.value
        self._entries = OrderedDict(sorted(found.items(), key=lambda entry: entry[1][0]))
        self._prune()

    def _time_of(self, value: bytes | None) -> datetime:
        try:
            return Notification.model_validate_json(value or b"").at
        except ValidationError:
            return self._clock.now()

    def _remember(self, key: str, at: datetime, value: bytes) -> None:
        self._entries[key] = at, value
        self._entries.move_to_end(key)
        self._prune()

    def _prune(self) -> None:
        oldest = self._clock.now() - MEMORY
        while self._entries and next(iter(self._entries.values()))[0] < oldest:
            self._entries.popitem(last=False)

    def _pause(self) -> None:
        if self._stopping.wait(RETRY_SECONDS):
            raise StoppedError

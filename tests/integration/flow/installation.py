"""One installation on a real broker and a real Redis: its clinics, its log, its flow workers, and whether all is right."""

import contextlib
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson
from kafka import KafkaAdminClient, KafkaProducer
from redis import Redis

from schemas import redis_keys, topics
from schemas.codec import encode
from schemas.sites import SiteClock
from services.flow.format import group
from services.flow.settings import FlowSettings
from services.runtime import kafka
from services.runtime.topics import create
from tests.integration.flow.clinic_days import Clinic
from tests.integration.flow.outputs import Outputs
from tests.integration.flow.reading import Reading
from tests.integration.flow.saved import Saved
from tests.integration.flow.undisturbed import Undisturbed
from tests.integration.flow.workers import FlowWorker
from tests.waiting import comes_about, wait_until

SITES = 18
LIVING_NOW = 2
SETTLE_SECONDS = 60.0
WIPE = """
local keys = redis.call('KEYS', ARGV[1])
for _, key in ipairs(keys) do redis.call('DEL', key) end
for i = 2, #ARGV, 2 do redis.call('SET', ARGV[i], ARGV[i + 1]) end
return #keys
"""
"""What FLUSHALL does, to one installation of those that share this Redis, at one instant."""


class Installation:
    """A fresh namespace. `close` stops what was started in it."""

    def __init__(self, bootstrap: str, redis_url: str, namespace: str, folder: Path) -> None:
        self.environment = {
            "CLINICFLOW_ENVIRONMENT": "local", "CLINICFLOW_KAFKA_BOOTSTRAP": bootstrap, "CLINICFLOW_REDIS_URL": redis_url,
            "CLINICFLOW_NAMESPACE": namespace, "CLINICFLOW_SECRETS_DIR": str(folder / "secrets"),
            "CLINICFLOW_FLOW_SNAPSHOT_SECONDS": "0.5", "CLINICFLOW_FLOW_SESSION_SECONDS": "6",
            "CLINICFLOW_FLOW_BATCH_RECORDS": "100", "CLINICFLOW_LOG_FORMAT": "console",
        }  # fmt: skip
        self.namespace, self.bootstrap, self._folder = namespace, bootstrap, folder
        self.settings = FlowSettings(kafka_bootstrap=bootstrap, redis_url=redis_url, namespace=namespace)
        create(self.settings)
        self.log_name = topics.VISITS.name(namespace)
        self.redis = Redis.from_url(redis_url)
        self.undisturbed = Undisturbed(Reading(bootstrap, namespace, topics.VISITS, committed=False))
        self.saved = Saved(Reading(bootstrap, namespace, topics.SNAPSHOTS))
        self.outputs = Outputs(bootstrap, self.redis, namespace)
        self._producer: KafkaProducer = kafka.producer(self.settings, "contract-test", linger_ms=20)
        self._random = Random(namespace)  # made-up days, no secret
        self._workers: list[FlowWorker] = []
        clocks = [SiteClock.WALL] * LIVING_NOW + [SiteClock.LOG] * (SITES - LIVING_NOW)
        self.days = {f"clinic-{n}": Clinic(f"clinic-{n}", 1, clock).events() for n, clock in enumerate(clocks)}

    def close(self) -> None:
        """Stop the workers and let go of broker and Redis."""
        for worker in self._workers:
            worker.thaw()
            worker.kill()
        self._producer.close()
        for reading in (self.undisturbed.log, self.saved.log, self.outputs):
            reading.close()
        self.redis.close()

    # -- the log -----------------------------------------------------------------------------------------------------

    def happens(self, events: int, producer: KafkaProducer | None = None) -> None:
        """Let so many things happen, spread over the clinics; each is acknowledged by the broker."""
        sender = producer or self._producer
        sites = list(self.days)
        sent = []
        for _ in range(events):
            key, value = encode(next(self.days[self._random.choice(sites)]))
            sent.append(sender.send(self.log_name, value, key=key))
        sender.flush(20)
        for each in sent:
            each.get(10)

    def put(self, key: bytes | None, value: bytes | None, **more: Any) -> tuple[int, int]:
        """Put one record on the log as it is; says where it stands. `more`: headers, or another partition than the key's."""
        stored = self._producer.send(self.log_name, value, key=key, **more).get(10)
        return stored.partition, stored.offset

    def put_all(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Put many records, of key and value, on the log."""
        for sent in [self._producer.send(self.log_name, value, key=key) for key, value in records]:
            sent.get(20)

    @contextlib.contextmanager
    def busy(self, events_a_second: int = 200) -> Iterator[None]:
        """Let things happen all the while."""
        over = threading.Event()

        def go_on() -> None:
            while not over.wait(0.1):
                self.happens(events_a_second // 10)

        thread = threading.Thread(target=go_on, name="busy-clinics", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(30)
            assert not thread.is_alive(), "the broker took nothing any more"

    # -- workers -----------------------------------------------------------------------------------------------------

    def flow(self, instance: str = "1", *under: str, **settings: object) -> FlowWorker:
        """Start a worker; `under` names circumstances of launch.py, `settings` goes to its environment."""
        told = {f"CLINICFLOW_{name.upper()}": str(value) for name, value in settings.items()}
        worker = FlowWorker({**self.environment, **told}, self._folder, instance, under)
        self._workers.append(worker)
        return worker

    def look_at_format(self, number: int) -> None:
        """From now on, look at what workers with this format of state save and show."""
        self.saved.log.close()
        self.saved = Saved(Reading(self.bootstrap, self.namespace, topics.SNAPSHOTS), format=number)
        setattr(redis_keys, "LIVE_FORMAT", number)  # noqa: B010  # it is not exported; the test puts it back

    # -- is all right? -----------------------------------------------------------------------------------------------

    def is_saved(self) -> bool:
        """Whether every partition's last snapshot reaches the end of the log."""
        self.saved.catch_up()
        return all(self.saved.markers.get(number, 0) >= end for number, end in self.log_ends().items())

    def has_saved(self) -> bool:
        """Whether any snapshot was committed."""
        self.saved.catch_up()
        return bool(self.saved.markers)

    def is_shown(self) -> bool:
        """Whether Redis says that it shows every partition up to the end of the log."""
        ends = self.log_ends()
        return all(reached >= ends[number] for number, reached in self.outputs.shown_up_to().items())

    def wait_folded(self, within: float = SETTLE_SECONDS) -> None:
        """Wait until all of the log is folded, shown and saved; where it never is, that is what failed."""
        wait_until(lambda: self.is_saved() and self.is_shown(), within, "the fold of the whole log")

    def is_committed(self) -> bool:
        """Whether the group's offsets, which nobody may trust, stand at the end of the log."""
        name = group(self.namespace)
        with contextlib.closing(kafka.begin(KafkaAdminClient, bootstrap_servers=self.bootstrap)) as admin:
            offsets = admin.list_group_offsets([name])[name]
        return {tp.partition: each.offset for tp, each in offsets.items()} == {n: end for n, end in self.log_ends().items() if end}

    def is_saved_up_to_end(self, number: int) -> bool:
        """Whether a partition's last snapshot reaches the end of the log."""
        self.saved.catch_up()
        return self.saved.markers.get(number, 0) >= self.log_ends()[number]

    def is_all_on_the_screens(self) -> bool:
        """Whether Redis shows what an undisturbed fold of the log would show now."""
        self.undisturbed.catch_up()
        return not self.outputs.screen_differences(self.undisturbed)

    def log_ends(self) -> dict[int, int]:
        """Where each partition of the log ends now."""
        return self.undisturbed.log.ends()

    def wipe_screens(self, written_by: str | None = None) -> None:
        """Make Redis forget all of this installation, and have a sentinel of another worker's instead if one is named."""
        beats = {redis_keys.sentinel(self.namespace, number): {"incarnation": written_by, "next": reached, "as_of_ms": 0, "partition": number}
                 for number, reached in self.outputs.shown_up_to().items()}  # fmt: skip
        told = [part for key, beat in beats.items() for part in (key, orjson.dumps(beat))] if written_by else []
        assert self.redis.eval(WIPE, 0, f"{self.namespace}:*", *told)

    def differences(self) -> list[str]:
        """Compare everything with an undisturbed fold of the log as it is now."""
        self.undisturbed.catch_up()
        self.saved.catch_up()
        self.outputs.catch_up()
        ends = self.log_ends()
        found = [f"partition {n}: snapshot up to {self.saved.markers.get(n, 0)} of {end}"
                 for n, end in ends.items() if self.saved.markers.get(n, 0) != end]  # fmt: skip
        return found + self.saved.differences(self.undisturbed) + self.outputs.differences(self.undisturbed)

    def assert_right(self, worker: FlowWorker | None = None, within: float = SETTLE_SECONDS) -> None:
        """Assert that what flow has, shows and told equals an undisturbed fold of the log; `worker` must be ready first."""
        if worker is not None:
            worker.wait_ready(within)
        self.wait_folded(within)
        comes_about(lambda: not self.differences(), 3)
        found = self.differences()
        assert not found, f"{len(found)} differences, such as {found[:12]}"

    def assert_wrong(self, *words: str, within: float = SETTLE_SECONDS) -> None:
        """Assert that flow, with all of the log behind it, is wrong and stays wrong in one of these words: a sabotage was seen."""
        self.wait_folded(within)
        comes_about(lambda: not self.differences(), 3)
        found = self.differences()
        assert [said for said in found if any(word in said for word in words)], f"nothing of it was seen, only {found[:5]}"

"""Whether the system is fresh again, and what it shows then."""

from collections.abc import Sequence
from typing import Any

import httpx
import orjson
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from redis import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from schemas.topics import ALERTS, SNAPSHOTS, VISITS, Topic
from services.runtime import kafka
from services.runtime.settings import ServiceSettings
from services.stack.service_parts import answers_ready
from tests.chaos.desks import now_ms
from tests.chaos.evidence import Seen
from tests.chaos.installation import Installation

OLD_WALL_MS = 2500
WAITS = {"bootstrap_timeout_ms": 2000, "request_timeout_ms": 3000}


class Look:
    """Asks Kafka, Redis and the services, each with a bound; whatever doesn't answer is not fresh."""

    def __init__(self, installation: Installation, sites: Sequence[str]) -> None:
        self._installation, self.sites = installation, sites
        around = installation.stack.around
        self._settings = ServiceSettings(kafka_bootstrap=around.kafka_bootstrap, namespace=around.namespace)
        self._namespace = around.namespace
        self._redis = Redis.from_url(around.redis_url, socket_timeout=2, socket_connect_timeout=1)
        self._reader: KafkaConsumer | None = None
        self.partitions: dict[str, int] = {}
        self.missing = ""
        """What was not as it should be at the last look."""

    def close(self) -> None:
        """Let go of everything."""
        self._redis.close()
        self._drop_reader()

    def find_partitions(self) -> bool:
        """Learn from the live state where each site lives; whether all are shown."""
        for site in self.sites:
            meta: Any = self._redis.hget(redis_keys.site(self._namespace, site), "meta")
            if meta is not None:
                self.partitions[site] = orjson.loads(meta)["partition"]
        return len(self.partitions) == len(self.sites)

    def ends(self, topic: Topic) -> dict[int, int] | None:
        """Where the partitions of a topic that hold our sites end now; None: the broker doesn't say."""
        try:
            if self._reader is None:
                self._reader = kafka.consumer(self._settings, "chaos", **WAITS)
            asked = [TopicPartition(topic.name(self._namespace), number) for number in sorted(set(self.partitions.values()))]
            return {tp.partition: end for tp, end in self._reader.end_offsets(asked, timeout_ms=3000).items()}
        except KafkaError:
            self._drop_reader()
            return None

    def _drop_reader(self) -> None:
        if self._reader is not None:
            self._reader.close(timeout_ms=500)
            self._reader = None

    # -- fresh? ------------------------------------------------------------------------------------------------------

    def is_fresh(self, ends: dict[int, int], since_ms: int) -> bool:
        """Whether all that was on the log is shown, as of later than an instant, on the walls too, and every service is ready."""
        self.missing = self._not_fresh(ends, since_ms)
        return not self.missing

    def _not_fresh(self, ends: dict[int, int], since_ms: int) -> str:
        try:
            for number, end in ends.items():
                kept: Any = self._redis.get(redis_keys.sentinel(self._namespace, number))
                beat = orjson.loads(kept) if kept else {"next": -1, "as_of_ms": 0}
                if beat["next"] < end or beat["as_of_ms"] < since_ms:
                    return f"partition {number} is shown up to {beat['next']} of {end}"
            for site in self.sites:
                if not self._redis.exists(redis_keys.site(self._namespace, site)):
                    return f"{site} is not shown"
        except RedisError:
            return "Redis does not answer"
        for part in ("checkin", "board", "notify"):
            if not answers_ready(self._installation.stack.ports[part]):
                return f"{part} is not ready"
        return next((f"the wall of {site} is old" for site in self.sites if not self._is_wall_fresh(site)), "")

    def _is_wall_fresh(self, site: str) -> bool:
        try:
            told = self._installation.board.get(f"/v1/sites/{site}/wall")
        except httpx.TransportError:
            return False
        age = told.json()["time"]["age_ms"] if told.status_code == httpx.codes.OK else None
        return age is not None and age < OLD_WALL_MS

    def is_all_texted(self) -> bool:
        """Whether notify has handled every alert, by what its group committed."""
        ends = self.ends(ALERTS)
        if ends is None:
            return False
        try:
            admin = kafka.admin(self._settings, "chaos", **WAITS)
            try:
                group = f"{self._namespace}-notify"
                offsets = {tp.partition: each.offset for tp, each in admin.list_group_offsets([group])[group].items()}
            finally:
                admin.close()
        except KafkaError:
            return False
        behind = [number for number, end in ends.items() if offsets.get(number, 0) < end]
        self.missing = f"alerts of partitions {behind} are not handled" if behind else ""
        return not behind

    def is_any_saved(self) -> bool:
        """Whether each partition that holds a site has a snapshot."""
        ends = self.ends(SNAPSHOTS)
        return ends is not None and all(ends.values())

    def wipe(self) -> None:
        """FLUSHALL."""
        self._redis.flushall()

    def log_ends(self) -> dict[int, int] | None:
        """Where the log ends now."""
        return self.ends(VISITS)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def views(self, **marks: bool) -> list[Seen]:
        """What Redis shows of every site, each as of one instant."""
        seen = []
        for site in self.sites:
            kept: Any = self._redis.hgetall(redis_keys.site(self._namespace, site))
            fields = {name.decode(): value for name, value in kept.items()}
            if "version" in fields:
                offset, clock = map(int, fields["version"].split())
                shown = {name: orjson.loads(value) for name, value in fields.items() if name not in {"version", "meta", "profile"}}
                seen.append(Seen(site, now_ms(), offset, clock, shown, **marks))
        return seen

    def wall(self, site: str) -> dict[str, Any]:
        """What a wall shows to somebody who only now looks."""
        told = self._installation.board.get(f"/v1/sites/{site}/wall")
        return dict(told.json()["wall"]) if told.status_code == httpx.codes.OK else {}

    def outcomes(self, events: Sequence[str]) -> dict[str, dict[str, Any] | None]:
        """What is found at the outcomes' addresses."""
        if not events:
            return {}
        kept: Any = self._redis.mget([redis_keys.outcome(self._namespace, event) for event in events])
        return {event: orjson.loads(value) if value else None for event, value in zip(events, kept, strict=True)}

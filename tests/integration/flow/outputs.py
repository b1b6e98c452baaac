"""What flow told the others: Redis, alerts, summaries, profiles and dead letters, compared with an undisturbed fold."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import orjson
from redis import Redis

from schemas import redis_keys, topics
from schemas.sites import SiteClock
from services.flow import live
from services.flow.domain.effects import Answer
from services.flow.domain.site import Site
from tests.integration.flow.reading import Reading
from tests.integration.flow.undisturbed import Undisturbed, shown


@dataclass
class Newest:
    """By key, the record with the highest source offset, as readers of these topics keep it (DESIGN §4)."""

    reading: Reading
    kept: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def take(self, key: str, offset: int, value: Any) -> None:
        """Keep a record unless a newer one is known."""
        if key not in self.kept or self.kept[key][0] <= offset:
            self.kept[key] = (offset, value)


class Outputs:
    """All that leaves flow, kept up with."""

    def __init__(self, bootstrap: str, redis: Redis, namespace: str) -> None:
        self._redis, self._namespace = redis, namespace
        self.said: dict[str, list[str]] = {}
        """By alert id, each time that it was raised or retracted, in order."""
        self._alerts, self._summaries, self._sites, self._dead = (
            Newest(Reading(bootstrap, namespace, topic))
            for topic in (topics.ALERTS, topics.SUMMARIES, topics.SITES, topics.DEAD_LETTERS)
        )

    def close(self) -> None:
        """Let go of the broker."""
        for each in (self._alerts, self._summaries, self._sites, self._dead):
            each.reading.close()

    def catch_up(self) -> None:
        """Read what came since."""
        for record in self._alerts.reading.news():
            said = orjson.loads(record.value)
            self.said.setdefault(said["id"], []).append(said["type"])
            self._alerts.take(said["id"], said["source_offset"], said)
        for record in self._summaries.reading.news():
            self._summaries.take(record.key.decode(), int(dict(record.headers)["source_offset"]), record.value)
        for record in self._sites.reading.news():
            said = orjson.loads(record.value)
            self._sites.take(record.key.decode(), said["source_offset"], said)
        for record in self._dead.reading.news():
            said = orjson.loads(record.value)
            self._dead.take(f"{said['source_partition']}/{said['source_offset']}", 0, said)

    def said_twice(self) -> list[str]:
        """The alerts that were raised while they stood, or retracted while they didn't."""
        return [alert for alert, types in self.said.items() if any(one == other for one, other in pairwise(types))]

    def dead(self) -> set[tuple[int, int, str]]:
        """(partition, offset, reason) of each dead letter."""
        letters = [said for _, said in self._dead.kept.values()]
        return {(said["source_partition"], said["source_offset"], said["reason"]) for said in letters}

    def differences(self, right: Undisturbed) -> list[str]:
        """Say what others were told wrongly, or not told."""
        raised = [said for _, said in self._alerts.kept.values() if said["type"].endswith("raised.v1")]
        told = {(said["site"], said["id"], said["kind"], said.get("visit", ""), said.get("room", "")) for said in raised}
        profiles = {site.id: site.profile_offset for _, site in right.sites}
        summaries = {visit: value for visit, (_, value) in self._summaries.kept.items()}
        found = [f"alert {alert[1]} stands and was not raised" for alert in sorted(right.alerts() - told)]
        found += [f"alert {alert[1]} was raised and does not stand" for alert in sorted(told - right.alerts())]
        found += _differing("summary of", right.summaries, summaries)
        found += _differing("profile offset of", profiles, {site: offset for site, (offset, _) in self._sites.kept.items()})
        found += [f"dead letter {letter} is missing or one too many" for letter in sorted(right.dead ^ self.dead())]
        return found + self.screen_differences(right)

    def screen_differences(self, right: Undisturbed) -> list[str]:
        """Say what Redis shows wrongly."""
        found: list[str] = []
        for _, site in right.sites:
            stored: Any = self._redis.hgetall(redis_keys.site(self._namespace, site.id))
            seen = {name.decode(): orjson.loads(value) for name, value in stored.items() if name not in {b"meta", b"version"}}
            found += _differing(f"on the screens of {site.id}:", shown(site), seen)
            if site.profile.clock is SiteClock.WALL:
                found += self._outcome_differences(site)
        return found

    def _outcome_differences(self, site: Site) -> list[str]:
        right = {event: orjson.loads(live._outcome(Answer(site.id, event, said))) for event, said in site.decisions.items()}
        told: Any = self._redis.mget([redis_keys.outcome(self._namespace, event) for event in right])
        known = {event: said and orjson.loads(said) for event, said in zip(right, told, strict=True)}
        return _differing(f"at {site.id}: outcome of", right, known)

    def shown_up_to(self) -> dict[int, int]:
        """How far Redis says that each partition is shown."""
        keys = [redis_keys.sentinel(self._namespace, number) for number in range(topics.VISIT_PARTITIONS)]
        beats: Any = self._redis.mget(keys)
        return {number: orjson.loads(beat)["next"] if beat else -1 for number, beat in enumerate(beats)}


def _differing(what: str, right: dict[str, Any], told: dict[str, Any]) -> list[str]:
    names = sorted(name for name in right.keys() | told.keys() if right.get(name) != told.get(name))
    return [f"{what} {name} differs" for name in names]

"""Flow's side of the live state, for tests of who reads it: writes a site to Redis and publishes changes and beats."""

import threading
from contextlib import suppress
from datetime import datetime
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from schemas.live import Beat, Change, LiveMeta, LiveQueue, LiveRoom, LiveVisit, Version
from schemas.rooms import RoomStatus
from schemas.sites import Room, SiteProfile
from schemas.summaries import Stage
from services.runtime.clock import Clock

PARTITION = 3


def a_clinic(site: str = "maple", **more: Any) -> SiteProfile:
    """A clinic with three rooms, in New York."""
    rooms = tuple(Room(id=f"r{number}", name=f"Room {number}") for number in (1, 2, 3))
    return SiteProfile(**{"site": site, "name": "Maple Street Clinic", "timezone": "America/New_York", "rooms": rooms, **more})


def a_visit(ticket: str, at_ms: int, stage: Stage = Stage.WAITING, **more: Any) -> LiveVisit:
    """A visit that checked in at an instant."""
    return LiveVisit(
        **{"visit": f"visit-{ticket}", "ticket": ticket, "queue": ticket[0], "stage": stage, "checked_in_ms": at_ms, **more}
    )


class FlowStandIn:
    """One site as flow would show it. Every method is one change, unless `together` is used."""

    def __init__(self, redis_url: str, namespace: str, profile: SiteProfile, partition: int = PARTITION) -> None:
        self.redis = Redis.from_url(redis_url)
        self.namespace, self.site, self.partition = namespace, profile.site, partition
        self.incarnation = "flow-1"
        self._fields: dict[str, str] = {"profile": profile.model_dump_json()}
        self._clock = Clock()
        self.version: Version = (self._clock.now_ms(), 0)  # beyond those of a stand-in before this one
        self._beating = threading.Event()
        self._thread: threading.Thread | None = None

    def close(self) -> None:
        """Stop beating and let go of Redis."""
        self.stop_beating()
        self.redis.close()

    # the site

    def publish(self) -> None:
        """Show the site whole, as after a start or a wipe."""
        self.version = self._next()
        self._write(Change(site=self.site, before=None, version=self.version))
        self.beat()

    def show(self, *things: LiveVisit | LiveRoom | LiveQueue | SiteProfile, gone: tuple[str, ...] = ()) -> str:
        """Change what is shown, and say which version that is."""
        named = {_name(thing): thing.model_dump_json(exclude_none=True) for thing in things}
        self._fields |= named
        for name in gone:
            self._fields.pop(name, None)
        before, self.version = self.version, self._next()
        self._write(Change(site=self.site, before=before, version=self.version, set=named, gone=gone))
        return f"{self.version[0]}-{self.version[1]}"

    def show_unheard(self, *things: LiveVisit | LiveRoom) -> None:
        """Change what is shown, but lose the message."""
        self._fields |= {_name(thing): thing.model_dump_json(exclude_none=True) for thing in things}
        self.version = self._next()
        self._write(None)

    def waits(self, ticket: str, **more: Any) -> str:
        """Somebody checked in just now."""
        return self.show(a_visit(ticket, self._clock.now_ms(), **more))

    def calls(self, ticket: str, to: str | None = None) -> str:
        """Somebody is called to a room, or to the desk."""
        now = self._clock.now_ms()
        return self.show(a_visit(ticket, now - 60_000, called_ms=now, called_to=to))

    def rooms(self, ticket: str, room: str) -> str:
        """Somebody is in a room."""
        visit = a_visit(ticket, self._clock.now_ms() - 60_000, Stage.IN_ROOM, roomed_ms=self._clock.now_ms(), room=room)
        return self.show(visit, LiveRoom(room=room, status=RoomStatus.READY, visits=(visit.visit,)))

    def _next(self) -> Version:
        return self.version[0] + 1, max(self.version[1], self._clock.now_ms())

    def _write(self, change: Change | None) -> None:
        meta = LiveMeta(partition=self.partition, version=self.version).model_dump_json()
        key = redis_keys.site(self.namespace, self.site)
        with self.redis.pipeline(transaction=True) as pipe:
            pipe.delete(key)
            pipe.hset(key, "meta", meta)
            for name, value in self._fields.items():
                pipe.hset(key, name, value)
            if change is not None:
                pipe.publish(redis_keys.changes(self.namespace), change.model_dump_json(by_alias=True))
            pipe.execute()

    # beats

    def beat(self, as_of: datetime | None = None) -> None:
        """Say once that all was read."""
        as_of_ms = int(as_of.timestamp() * 1000) if as_of else self._clock.now_ms()
        beat = Beat(partition=self.partition, incarnation=self.incarnation, as_of_ms=as_of_ms).model_dump_json()
        self.redis.set(redis_keys.sentinel(self.namespace, self.partition), beat)
        self.redis.publish(redis_keys.beats(self.namespace), beat)

    def keep_beating(self) -> None:
        """Beat by itself, twice a second, until told to stop."""
        self._beating.clear()
        self._thread = threading.Thread(target=self._beat_on, name="beats", daemon=True)
        self._thread.start()

    def stop_beating(self) -> None:
        """Fall silent."""
        self._beating.set()
        if self._thread is not None:
            self._thread.join(5)

    def _beat_on(self) -> None:
        while not self._beating.wait(0.5):
            with suppress(RedisError):  # flow goes on, too, when Redis is away
                self.beat()


def _name(thing: LiveVisit | LiveRoom | LiveQueue | SiteProfile) -> str:
    if isinstance(thing, LiveVisit):
        return f"visit:{thing.visit}"
    if isinstance(thing, LiveQueue):
        return f"queue:{thing.queue}"
    return f"room:{thing.room}" if isinstance(thing, LiveRoom) else "profile"

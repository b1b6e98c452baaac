"""Clients that look all the time, as screens do: the versions of the live state in Redis, and the walls by their streams."""

import contextlib
import threading
from collections.abc import Sequence
from typing import Any

import httpx
from redis import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from tests.chaos.desks import now_ms
from tests.chaos.evidence import Version
from tests.wall_screen import Screen

LIFE = "chaos:life"
LOOK_SECONDS = 0.05


class Lives:
    """Looks at every site's version again and again. A Redis that has lost what we put there begins a new life."""

    def __init__(self, redis_url: str, namespace: str, sites: Sequence[str]) -> None:
        self._redis = Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1)
        self._keys = {site: redis_keys.site(namespace, site) for site in sites}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="follow-redis", daemon=True)
        self._last: dict[str, tuple[int, int, int]] = {}
        self.life = 0
        self.versions: list[Version] = []

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join(5)
        self._redis.close()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            with contextlib.suppress(RedisError):
                self._look()

    def _look(self) -> None:
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.get(LIFE)
        for key in self._keys.values():
            pipeline.hget(key, "version")
        life, *versions = pipeline.execute()
        if life is None:
            self.life += 1
            self._redis.set(LIFE, self.life)
        for site, version in zip(self._keys, versions, strict=True):
            if version is not None:
                offset, clock = map(int, version.split())
                if self._last.get(site) != (self.life, offset, clock):
                    self._last[site] = (self.life, offset, clock)
                    self.versions.append(Version(f"redis/{site}", now_ms(), self.life, offset, clock))


class WallWatcher:
    """A screen before one wall; it comes back by itself, with a snapshot."""

    def __init__(self, url: str, token: str, site: str, lives: Lives) -> None:
        self.site, self._lives = site, lives
        self._address = f"{url}/v1/sites/{site}/wall/events"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"screen-{site}", daemon=True)
        self.wall: dict[str, Any] = {}
        self.versions: list[Version] = []

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join(5)

    def _watch(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(httpx.HTTPError, EOFError):
                self._follow()
            self._over.wait(0.5)

    def _follow(self) -> None:
        with httpx.stream("GET", self._address, headers=self._headers, timeout=4) as response:
            if response.status_code != httpx.codes.OK:
                return
            screen = Screen(response.iter_lines())
            while not self._over.is_set():
                event = screen.next()
                screen.seen.clear()
                self.wall = screen.wall
                if event.id is not None:
                    offset, clock = map(int, event.id.split("-"))
                    self.versions.append(Version(f"wall/{self.site}", now_ms(), self._lives.life, offset, clock))

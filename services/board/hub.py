"""The feeds of all watched sites, brought up to date from Redis and shown to their screens."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from schemas.live import Beat, Change
from schemas.sites import SiteProfile
from services.board.freshness import Freshness
from services.board.metrics import Metrics
from services.board.pages import Pages
from services.board.screen import Screen
from services.board.settings import BoardSettings
from services.board.wall_feed import WallFeed
from services.runtime.clock import Clock
from services.runtime.live import read_site

LOOK_SECONDS = 1.0
"""How often a site that could not be read is tried again."""
TOGETHER_SECONDS = 0.02
"""Changes of one moment reach the screens together."""


class Hub:
    """Knows who watches which site. The subscription tells it what was published; `run` reads what is missing, and shows."""

    def __init__(self, redis: Redis, settings: BoardSettings, clock: Clock, metrics: Metrics, pages: Pages) -> None:
        self._redis, self._settings, self._clock, self._metrics, self._pages = redis, settings, clock, metrics, pages
        self._feeds: dict[str, WallFeed] = {}
        self._freshness = Freshness(clock)
        self._wake = asyncio.Event()
        self._subscriptions = 0
        self.subscribed = False
        self.closing = False
        metrics.watch_ages(self._ages)

    @contextmanager
    def watching(self, profile: SiteProfile, last_id: str | None = None) -> Iterator[tuple[WallFeed, Screen]]:
        """Follow a site for the time of one screen, which last saw the event `last_id`."""
        site = profile.site
        feed = self._feeds.get(site)
        if feed is None:
            feed = self._feeds[site] = WallFeed(profile, self._clock, self._pages.texts, self._pages.version)
            self._wake.set()
        screen = Screen(self._settings.board_queue)
        feed.join(screen, last_id)
        self._metrics.screens.labels(site).inc()
        try:
            yield feed, screen
        finally:
            feed.leave(screen)
            self._metrics.screens.labels(site).dec()
            if screen.too_slow:
                self._metrics.slow.labels("queue").inc()

    def close(self) -> None:
        """Let every screen go; they come back to whoever serves next."""
        self.closing = True
        for feed in self._feeds.values():
            for screen in feed.screens:
                screen.end()

    # what the subscription tells

    def begin(self) -> None:
        """A subscription begins. What was published before is lost, so all is read anew."""
        self.subscribed = True
        self._subscriptions += 1
        self._metrics.subscriptions.inc()
        self.doubt()

    def lose(self) -> None:
        """The subscription is over."""
        self.subscribed = False

    def doubt(self) -> None:
        """Something can't be relied on any more: read all anew."""
        for feed in self._feeds.values():
            feed.state.in_step = False
        self._wake.set()

    def change(self, change: Change) -> None:
        """A site changed."""
        feed = self._feeds.get(change.site)
        if feed is not None:
            feed.state.hear(change)
            self._wake.set()

    def beat(self, beat: Beat) -> None:
        """Flow had read all of a partition."""
        if self._freshness.heard(beat):
            for feed in self._feeds.values():
                feed.state.caught_up(beat.partition, self._freshness.caught_up_at(beat.partition))

    # what follows from it

    async def run(self) -> None:
        """Read what is missing and show what changed, until cancelled. An exception from here is a bug."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)
            self._wake.clear()
            self._forget()
            with suppress(RedisError, OSError):
                for feed in [feed for feed in self._feeds.values() if not feed.state.in_step]:
                    await self._read(feed)
            for feed in self._feeds.values():
                if feed.state.touched:
                    feed.show()
            await asyncio.sleep(TOGETHER_SECONDS)

    def _forget(self) -> None:
        now = self._clock.monotonic()
        for site, feed in list(self._feeds.items()):
            if not feed.screens and now - feed.unwatched_since > self._settings.board_forget_seconds:
                del self._feeds[site]

    async def _read(self, feed: WallFeed) -> None:
        """Read a site anew. Where it is missing or can't be read, it stays as it is and is tried again at the next look."""
        state, subscription, outcome = feed.state, self._subscriptions, "failed"
        state.begin_read()
        try:
            live = await read_site(self._redis, self._settings.namespace, feed.site)
            if live is None:
                outcome = "missing"
                return
            await self._find_beat(live.meta.partition)
            state.take(live, self._freshness.caught_up_at(live.meta.partition))
            state.in_step = state.in_step and self.subscribed and subscription == self._subscriptions
            outcome = "read"
        except ValidationError:
            self._metrics.unreadable.inc()
        finally:
            self._metrics.reads.labels(outcome).inc()
            if outcome != "read":
                state.abandon()

    async def _find_beat(self, partition: int) -> None:
        """At the start no beat was heard yet: the last one is kept in Redis."""
        if self._freshness.caught_up_at(partition) is None:
            kept = await self._redis.get(redis_keys.sentinel(self._settings.namespace, partition))
            if kept is not None:
                self._freshness.found(Beat.model_validate_json(kept))

    def _ages(self) -> dict[str, float]:
        ages = {site: feed.state.age_seconds() for site, feed in list(self._feeds.items())}
        return {site: age for site, age in ages.items() if age is not None}

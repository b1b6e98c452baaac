"""All watched sites, brought up to date from Redis and shown to their screens."""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from schemas.live import Beat, Change
from schemas.sites import SiteProfile
from services.runtime.clock import Clock
from services.runtime.live.channel import Channel, View
from services.runtime.live.feed import LiveFeed
from services.runtime.live.freshness import Freshness
from services.runtime.live.metrics import LiveMetrics
from services.runtime.live.screen import Screen
from services.runtime.live.settings import LiveSettings
from services.runtime.live.site import LiveSite, read_site

LOOK_SECONDS = 1.0
"""How often a site that could not be read is tried again."""
TOGETHER_SECONDS = 0.02
"""Changes of one moment reach the screens together."""

Watching = AbstractContextManager[tuple[Channel[Any], Screen]]


class _Glance:
    """Sees that something is known of a site, and nothing else."""

    kind = key = "glance"

    def of(self, _live: LiveSite) -> bool:
        return True

    def change(self, _old: bool, _new: bool) -> None:
        return None


class Watched:
    """A site somebody watches: its feed, and a channel for each view of it."""

    def __init__(self, profile: SiteProfile, clock: Clock) -> None:
        self.feed = LiveFeed(profile.site, profile.timezone, clock)
        self.channels: dict[str, Channel[Any]] = {}
        self._left_at: dict[str, float] = {}

    def left(self, key: str) -> None:
        """Note when the last screen of a view went."""
        if not self.channels[key].screens:
            self._left_at[key] = self.feed.clock.monotonic()

    def forget(self, before: float) -> None:
        """Drop the views that nobody has watched since then."""
        for key, left_at in list(self._left_at.items()):
            if self.channels[key].screens:
                del self._left_at[key]
            elif left_at < before:
                del self._left_at[key], self.channels[key]

    def screens(self) -> Iterator[Screen]:
        """Every screen before the site."""
        for channel in self.channels.values():
            yield from channel.screens


class Hub:
    """Knows who watches which site. The subscription tells it what was published; `run` reads what is missing, and shows."""

    def __init__(self, redis: Redis, settings: LiveSettings, clock: Clock, metrics: LiveMetrics, page: str) -> None:
        self._redis, self._settings, self._clock, self._metrics, self._page = redis, settings, clock, metrics, page
        self._sites: dict[str, Watched] = {}
        self._freshness = Freshness(clock)
        self._wake = asyncio.Event()
        self._subscriptions = 0
        self._closing = False
        self.subscribed = False
        metrics.watch_ages(self._ages)

    @contextmanager
    def watching(self, profile: SiteProfile, view: View[Any], last_id: str | None = None) -> Generator[tuple[Channel[Any], Screen]]:
        """Follow a view of a site for the time of one screen, which last saw the event `last_id`."""
        watched = self._sites.get(profile.site)
        if watched is None:
            watched = self._sites[profile.site] = Watched(profile, self._clock)
            self._wake.set()
        channel = watched.channels.get(view.key)
        if channel is None:
            channel = watched.channels[view.key] = Channel(watched.feed, view, self._page)
        screen = Screen(self._settings.live_queue)
        if self._closing:
            screen.end()
        channel.join(screen, last_id)
        connected = self._metrics.screens.labels(profile.site, view.kind)
        connected.inc()
        try:
            yield channel, screen
        finally:
            channel.leave(screen)
            watched.left(view.key)
            connected.dec()
            if screen.too_slow:
                self._metrics.slow.labels("queue").inc()

    def live(self, site: str) -> LiveSite | None:
        """Return a site that is watched as it is now; None where nothing is known of it. It changes under who keeps it."""
        watched = self._sites.get(site)
        return watched.feed.live if watched is not None else None

    async def look(self, profile: SiteProfile, seconds: float) -> LiveSite | None:
        """Return a site as it is now, waiting so long at most where nobody has watched it lately."""
        with self.watching(profile, _Glance()) as (channel, screen):
            if channel.seen is None:
                await screen.next(seconds)
            return self.live(profile.site)

    def close(self) -> None:
        """Let every screen go; they come back to whoever serves next."""
        self._closing = True
        for watched in self._sites.values():
            for screen in watched.screens():
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
        for feed in self._feeds():
            feed.in_step = False
        self._wake.set()

    def change(self, change: Change) -> None:
        """A site changed."""
        watched = self._sites.get(change.site)
        if watched is not None:
            watched.feed.hear(change)
            self._wake.set()

    def beat(self, beat: Beat) -> None:
        """Flow had read all of a partition."""
        if self._freshness.heard(beat):
            for feed in self._feeds():
                feed.caught_up(beat.partition, self._freshness.caught_up_at(beat.partition))

    # what follows from it

    async def run(self) -> None:
        """Read what is missing and show what changed, until cancelled. An exception from here is a bug."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)
            self._wake.clear()
            self._forget()
            with suppress(RedisError, OSError):
                for feed in [feed for feed in self._feeds() if not feed.in_step]:
                    await self._read(feed)
            for watched in self._sites.values():
                if watched.feed.touched:
                    watched.feed.touched = False
                    for channel in watched.channels.values():
                        channel.show()
            await asyncio.sleep(TOGETHER_SECONDS)

    def _feeds(self) -> list[LiveFeed]:
        return [watched.feed for watched in self._sites.values()]

    def _forget(self) -> None:
        before = self._clock.monotonic() - self._settings.live_forget_seconds
        for site, watched in list(self._sites.items()):
            watched.forget(before)
            if not watched.channels:
                del self._sites[site]

    async def _read(self, feed: LiveFeed) -> None:
        """Read a site anew. Where it is missing or can't be read, it stays as it is and is tried again at the next look."""
        subscription, outcome = self._subscriptions, "failed"
        feed.begin_read()
        try:
            live = await read_site(self._redis, self._settings.namespace, feed.site)
            if live is None:
                outcome = "missing"
                return
            await self._find_beat(live.meta.partition)
            feed.take(live, self._freshness.caught_up_at(live.meta.partition))
            feed.in_step = feed.in_step and self.subscribed and subscription == self._subscriptions
            outcome = "read"
        except ValidationError:
            self._metrics.unreadable.inc()
        finally:
            self._metrics.reads.labels(outcome).inc()
            if outcome != "read":
                feed.abandon()

    async def _find_beat(self, partition: int) -> None:
        """At the start no beat was heard yet: the last one is kept in Redis."""
        if self._freshness.caught_up_at(partition) is None:
            kept = await self._redis.get(redis_keys.sentinel(self._settings.namespace, partition))
            if kept is not None:
                self._freshness.found(Beat.model_validate_json(kept))

    def _ages(self) -> dict[str, float]:
        ages = {feed.site: feed.age_seconds() for feed in self._feeds()}
        return {site: age for site, age in ages.items() if age is not None}

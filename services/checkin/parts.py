"""The running parts of the service, started and stopped together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from schemas.topics import ACCESS, SITES
from services.checkin.broker_watch import BrokerWatch
from services.checkin.metrics import Metrics
from services.checkin.outcomes import Outcomes
from services.checkin.publisher import Publisher
from services.checkin.settings import CheckinSettings
from services.runtime import redis
from services.runtime.auth import TokenBook
from services.runtime.clock import Clock
from services.runtime.health import Checks
from services.runtime.profiles import SiteBook


@dataclass(frozen=True)
class Parts:
    """What the routes work with."""

    settings: CheckinSettings
    clock: Clock
    metrics: Metrics
    tokens: TokenBook
    sites: SiteBook
    redis: Redis
    publisher: Publisher
    outcomes: Outcomes
    watch: BrokerWatch

    @classmethod
    def build(cls, settings: CheckinSettings, clock: Clock) -> "Parts":
        """Make them; nothing connects before `running`."""
        metrics, shown = Metrics(), redis.connect(settings)
        tokens, sites = TokenBook(settings, clock), SiteBook(settings)
        metrics.records_unreadable.labels(ACCESS.suffix).set_function(lambda: tokens.unreadable)
        metrics.records_unreadable.labels(SITES.suffix).set_function(lambda: sites.unreadable)
        return cls(
            settings=settings,
            clock=clock,
            metrics=metrics,
            tokens=tokens,
            sites=sites,
            redis=shown,
            publisher=Publisher(settings, clock, metrics),
            outcomes=Outcomes(shown, settings.namespace, metrics),
            watch=BrokerWatch(settings),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run them; at the end, what was handed to Kafka is sent before they stop."""
        self.tokens.table.start()
        self.sites.table.start()
        self.watch.start()
        tasks = [asyncio.create_task(self.publisher.keep_connected()), asyncio.create_task(self.outcomes.listen())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            # Bounded: a client that is just connecting may swallow the cancellation; the loop's end cancels once more.
            await asyncio.wait(tasks, timeout=2)
            await self.publisher.close()
            await self.redis.aclose()
            await asyncio.gather(*(asyncio.to_thread(part.stop) for part in (self.tokens.table, self.sites.table, self.watch)))

    def checks(self) -> Checks:
        """Name what must hold to be ready."""
        return {
            "kafka": lambda: self.watch.reachable,
            "kafka-keeps-what-it-acks": lambda: self.watch.durable,
            "access": lambda: self.tokens.table.ready,
            "sites": lambda: self.sites.table.ready,
        }

    def shown(self) -> Checks:
        """Name what is told along with it; without Redis commands are answered 202."""
        return {"outcomes": lambda: self.outcomes.listening}

"""The running parts of the service, started and stopped together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from schemas.topics import ACCESS, AUDIT, DELIVERIES, PEOPLE, SITES, VISITS
from services.checkin.broker_watch import BrokerWatch
from services.checkin.delivery_book import DeliveryBook
from services.checkin.happenings import Watchers
from services.checkin.importing.desk import KEY_FILE as IMPORTS_KEY
from services.checkin.log_reader import LogReader
from services.checkin.metrics import Metrics
from services.checkin.outcomes import Outcomes
from services.checkin.pages import FOLDER
from services.checkin.people_index import PeopleIndex
from services.checkin.publisher import Publisher
from services.checkin.screens import ScreenDesk
from services.checkin.sessions import KEY_FILE as SESSION_KEY
from services.checkin.settings import CheckinSettings
from services.checkin.sign_in.provider import Client, Provider
from services.runtime import redis, secret
from services.runtime.access_book import AccessBook
from services.runtime.access_log import AccessLog
from services.runtime.clock import Clock
from services.runtime.health import Checks
from services.runtime.lasting import Lasting
from services.runtime.live.hub import Hub
from services.runtime.live.subscription import Subscription
from services.runtime.people import PeopleBook
from services.runtime.phone_link import KEY, PhoneLinks
from services.runtime.pin import KEY_FILE as PIN_PEPPER
from services.runtime.pin import Pins
from services.runtime.profiles import SiteBook
from services.runtime.vault import Vault
from services.runtime.web.pages import Pages


@dataclass(frozen=True)
class Parts:
    """What the routes work with."""

    settings: CheckinSettings
    clock: Clock
    metrics: Metrics
    access: AccessBook
    access_log: AccessLog
    session_key: bytes
    imports_key: bytes
    pins: Pins
    provider: Provider | None
    watchers: Watchers
    sites: SiteBook
    people: PeopleBook
    vault: Vault
    index: PeopleIndex
    deliveries: DeliveryBook
    redis: Redis
    publisher: Publisher
    audit_publisher: Publisher
    """Apart from the other, so that what befalls the audit trail befalls no command."""
    outcomes: Outcomes
    watch: BrokerWatch
    pages: Pages
    hub: Hub
    subscription: Subscription
    log: LogReader
    links: PhoneLinks
    screens: ScreenDesk
    lasting: Lasting

    @classmethod
    def build(cls, settings: CheckinSettings, clock: Clock, lasting: Lasting) -> "Parts":
        """Make them; nothing connects before `running`. Raises MissingSecretError where a key is missing."""
        metrics, shown = Metrics(), redis.connect(settings)
        access, sites, people = AccessBook(settings, clock), SiteBook(settings), PeopleBook(settings)
        vault, deliveries = Vault(settings), DeliveryBook(settings)
        pages, access_log = Pages(FOLDER), AccessLog(settings, "checkin")
        hub = Hub(shown, settings, clock, metrics.live, pages.version)
        metrics.records_unreadable.labels(ACCESS.suffix).set_function(lambda: access.unreadable)
        metrics.records_unreadable.labels(SITES.suffix).set_function(lambda: sites.unreadable)
        metrics.records_unreadable.labels(PEOPLE.suffix).set_function(lambda: people.unreadable)
        metrics.records_unreadable.labels(DELIVERIES.suffix).set_function(lambda: deliveries.unreadable)
        return cls(
            settings=settings,
            clock=clock,
            metrics=metrics,
            access=access,
            session_key=secret.load(settings, SESSION_KEY),
            imports_key=secret.load(settings, IMPORTS_KEY),
            pins=Pins(secret.load(settings, PIN_PEPPER)),
            provider=_provider(settings, clock),
            watchers=Watchers(),
            sites=sites,
            people=people,
            vault=vault,
            index=PeopleIndex(people, vault),
            deliveries=deliveries,
            redis=shown,
            publisher=Publisher(settings, clock, metrics, VISITS, PEOPLE),
            audit_publisher=Publisher(settings, clock, metrics, AUDIT),
            outcomes=Outcomes(shown, settings.namespace, metrics),
            watch=BrokerWatch(settings),
            pages=pages,
            hub=hub,
            subscription=Subscription(shown, settings.namespace, clock, hub, metrics.live),
            log=LogReader(settings, clock),
            access_log=access_log,
            lasting=lasting,
            screens=ScreenDesk(access, access_log, shown, clock, settings.namespace),
            links=PhoneLinks(secret.load(settings, KEY)),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run them; at the end, what was handed to Kafka is sent before they stop."""
        followed = (self.access.table, self.sites.table, self.people.table, self.deliveries.table, self.watch)
        for part in followed:
            part.start()
        publishers = (self.publisher, self.audit_publisher)
        kept_up = [publisher.keep_connected() for publisher in publishers]
        self.lasting.start(*kept_up, self.outcomes.listen(), self.hub.run(), self.subscription.run(), self.index.keep())
        try:
            yield
        finally:
            await self.lasting.stop()
            await asyncio.gather(*(publisher.close() for publisher in publishers))
            self.pins.close()
            if self.provider is not None:
                await self.provider.close()
            await self.redis.aclose()
            await asyncio.gather(*(asyncio.to_thread(part.stop) for part in followed))
            await asyncio.to_thread(self.log.close)
            await self.access_log.close()

    def checks(self) -> Checks:
        """Name what must hold to be ready."""
        return {
            "kafka": lambda: self.watch.reachable,
            "kafka-keeps-what-it-acks": lambda: self.watch.durable,
            "access": lambda: self.access.table.ready,
            "sites": lambda: self.sites.table.ready,
            "people": lambda: self.people.table.ready,
        }

    def shown(self) -> Checks:
        """Name what is told along with it; without Redis commands are answered 202."""
        return {"outcomes": lambda: self.outcomes.listening}


def _provider(settings: CheckinSettings, clock: Clock) -> Provider | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    file = settings.oidc_client_secret_file
    secret_text = file.read_text(encoding="utf-8").strip() if file else None
    return Provider(Client(settings.oidc_issuer, settings.oidc_client_id, secret_text), clock)

"""What the board is made of, built together. Nothing connects before it is run."""

from dataclasses import dataclass

from redis.asyncio import Redis

from services.board.hearing import HearingBook
from services.board.metrics import Metrics
from services.board.pages import FOLDER
from services.board.pairing import PairingDesk
from services.board.phone_desk import PhoneDesk
from services.board.session import WallAccess
from services.board.settings import BoardSettings
from services.runtime import phone_link, redis, secret
from services.runtime.access_book import AccessBook
from services.runtime.access_log import AccessLog
from services.runtime.clock import Clock
from services.runtime.live.hub import Hub
from services.runtime.live.subscription import Subscription
from services.runtime.phone_book import PhoneBook
from services.runtime.profiles import SiteBook
from services.runtime.web.pages import Pages


@dataclass(frozen=True)
class Parts:
    """What the routes work with."""

    settings: BoardSettings
    clock: Clock
    metrics: Metrics
    pages: Pages
    redis: Redis
    book: AccessBook
    log: AccessLog
    sites: SiteBook
    hub: Hub
    subscription: Subscription
    access: WallAccess
    pairing: PairingDesk
    hearing: HearingBook
    phones: PhoneDesk

    @classmethod
    def build(cls, settings: BoardSettings, clock: Clock) -> "Parts":
        """Make them."""
        metrics, pages, client = Metrics(), Pages(FOLDER), redis.connect(settings)
        book, sites, log = AccessBook(settings, clock), SiteBook(settings), AccessLog(settings, "board")
        sealer = secret.Sealer(secret.load(settings, "board-session"), "1")
        hub = Hub(client, settings, clock, metrics.live, pages.version)
        links = phone_link.PhoneLinks(secret.load(settings, phone_link.KEY))
        return cls(
            settings=settings,
            clock=clock,
            metrics=metrics,
            pages=pages,
            redis=client,
            book=book,
            log=log,
            sites=sites,
            hub=hub,
            subscription=Subscription(client, settings.namespace, clock, hub, metrics.live),
            access=WallAccess(book, sites, sealer),
            pairing=PairingDesk(book, log, sealer, clock),
            hearing=HearingBook(client, settings.namespace, clock),
            phones=PhoneDesk(hub, sites, PhoneBook(links), clock),
        )

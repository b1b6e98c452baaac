"""`python -m services.board`: the only wiring. SIGTERM lets the screens go and exits 0."""

import asyncio
import signal
import sys
from socket import socket

import uvicorn

from services.board.app import build
from services.board.hub import Hub
from services.board.metrics import Metrics
from services.board.pages import Pages
from services.board.session import WallAccess
from services.board.settings import BoardSettings
from services.board.subscription import Subscription
from services.runtime import log, redis, secret
from services.runtime.auth import TokenBook
from services.runtime.clock import Clock
from services.runtime.profiles import SiteBook

DRAIN_SECONDS = 5


class _Server(uvicorn.Server):
    """Lets the screens go as soon as it is told to stop, so that it has nothing to wait for."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Let go, then wait for what is under way."""
        self._hub.close()
        await super().shutdown(sockets)


async def serve(settings: BoardSettings) -> None:
    """Serve until a signal. Raises what a task raised that was to run for ever."""
    clock = Clock.from_file(settings.clock_file)
    metrics, pages = Metrics(), Pages()
    tokens, sites = TokenBook(settings, clock), SiteBook(settings)
    client = redis.connect(settings)
    hub = Hub(client, settings, clock, metrics, pages)
    sealer = secret.Sealer(secret.load(settings, "board-session"), "1")
    access = WallAccess(tokens, sites, sealer)
    app = build(settings, clock=clock, hub=hub, tokens=tokens, sites=sites, access=access, pages=pages, metrics=metrics)
    server = _Server(
        uvicorn.Config(
            app, host=settings.host, port=settings.port, log_config=None, access_log=False, lifespan="off",
            server_header=False, timeout_graceful_shutdown=DRAIN_SECONDS,
        ),
        hub,
    )  # fmt: skip
    subscription = Subscription(client, settings.namespace, clock, hub, metrics)
    tokens.table.start()
    sites.table.start()
    try:
        async with asyncio.TaskGroup() as group:
            lasting = [group.create_task(hub.run()), group.create_task(subscription.run())]
            await server.serve()
            for task in lasting:
                task.cancel()
    finally:
        await client.aclose()
        tokens.table.stop()
        sites.table.stop()


def main() -> int:
    """Run; 0 after a signal."""
    settings = BoardSettings()
    log.configure(settings, "board")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises them once more when it has stopped
    asyncio.run(serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())

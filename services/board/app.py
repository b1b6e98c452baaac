"""The board as a web application."""

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.board.hub import Hub
from services.board.metrics import Metrics
from services.board.pages import HEADERS, Pages
from services.board.routes import page_routes, screen_routes
from services.board.session import WallAccess
from services.board.settings import BoardSettings
from services.runtime import health, problems
from services.runtime.auth import TokenBook
from services.runtime.clock import Clock
from services.runtime.profiles import SiteBook


def build(
    settings: BoardSettings,
    *,
    clock: Clock,
    hub: Hub,
    tokens: TokenBook,
    sites: SiteBook,
    access: WallAccess,
    pages: Pages,
    metrics: Metrics,
) -> FastAPI:
    """Put the application together. It starts nothing."""
    app = FastAPI(title="clinicflow board", docs_url=None, redoc_url=None)
    problems.install(app)
    app.add_middleware(_SafeHeaders)
    app.include_router(page_routes(pages, sites))
    app.include_router(screen_routes(hub, access, settings, clock, metrics))
    checks: health.Checks = {
        "redis": lambda: hub.subscribed,
        "access": lambda: tokens.table.ready,
        "sites": lambda: sites.table.ready,
    }
    app.router.routes.extend(health.routes(checks, metrics.registry))
    return app


class _SafeHeaders:
    """Gives every answer the pages' security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)

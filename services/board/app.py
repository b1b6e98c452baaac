"""The board as a web application."""

from fastapi import FastAPI

from services.board.pages import wall_pages
from services.board.pairing import pairing_routes
from services.board.parts import Parts
from services.board.phone_routes import phone_routes
from services.board.wall_routes import wall_routes
from services.runtime import health, problems
from services.runtime.web.serving import SafeHeaders, safety_headers, static_routes


def build(parts: Parts) -> FastAPI:
    """Put the application together. It starts nothing."""
    app = FastAPI(title="clinicflow board", docs_url=None, redoc_url=None, redirect_slashes=False)
    problems.install(app)
    app.add_middleware(SafeHeaders, headers=safety_headers())
    app.include_router(wall_pages(parts.pages, parts.sites))
    app.include_router(static_routes(parts.pages))
    app.include_router(wall_routes(parts))
    app.include_router(pairing_routes(parts.pairing, parts.access))
    app.include_router(phone_routes(parts))
    checks: health.Checks = {
        "redis": lambda: parts.hub.subscribed,
        "access": lambda: parts.book.table.ready,
        "sites": lambda: parts.sites.table.ready,
    }
    app.router.routes.extend(health.routes(checks, parts.metrics.registry))
    return app

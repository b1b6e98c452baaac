"""The wall's page: a public, empty shell, which says nothing of the clinic."""

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from schemas.languages import FALLBACK, chosen
from services.board.address import Site
from services.runtime.profiles import SiteBook
from services.runtime.web.pages import Pages
from services.runtime.web.serving import page

FOLDER = Path(__file__).parent
Theme = Literal["dark", "light", "auto"]


def wall_pages(pages: Pages, sites: SiteBook) -> APIRouter:
    """Serve the pages."""
    router = APIRouter(include_in_schema=False)

    def shell(site: str | None, language: str, theme: Theme) -> str:
        return pages.render("wall.html", language, site=site, theme=theme)

    @router.get("/")
    async def about(request: Request) -> Response:
        return page(request, pages.render("about.html", FALLBACK))

    @router.get("/wall")
    async def unpaired(request: Request, theme: Theme = "dark", lang: Annotated[str, Query(max_length=8)] = FALLBACK) -> Response:
        return page(request, shell(None, chosen([lang]), theme))

    @router.get("/wall/{site}")
    async def wall(request: Request, site: Site, theme: Theme = "dark") -> Response:
        """The waiting area stands in the address, where the page itself reads it: nothing is echoed."""
        profile = sites.get(site)
        return page(request, shell(site, chosen(profile.languages if profile else ()), theme))

    return router

"""The pages for staff: public, empty shells; what they show is asked for by whoever has signed in."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from schemas.envelope import SiteId
from schemas.languages import LANGUAGES, chosen
from services.runtime.web.accept_language import wanted
from services.runtime.web.pages import Pages
from services.runtime.web.serving import page

FOLDER = Path(__file__).parent
LANGUAGE_COOKIE = "clinicflow_language"


def language_of(request: Request) -> str:
    """Return the language that was chosen on this device, else the first that the browser prefers and that there is."""
    return chosen([request.cookies.get(LANGUAGE_COOKIE, ""), *wanted(request.headers.get("accept-language"))])


def routes(pages: Pages) -> APIRouter:
    """Serve the pages."""
    router = APIRouter(include_in_schema=False)

    def shell(request: Request, template: str, **values: object) -> Response:
        return page(request, pages.render(template, language_of(request), languages=LANGUAGES, **values))

    @router.get("/")
    async def start() -> Response:
        return RedirectResponse("/sign-in", 303)

    @router.get("/sign-in")
    async def sign_in(request: Request) -> Response:
        return shell(request, "sign_in.html")

    @router.get("/desk/{site}")
    async def desk(request: Request, site: SiteId) -> Response:
        return shell(request, "desk.html", site=site)

    @router.get("/book/{site}")
    async def book(request: Request, site: SiteId) -> Response:
        return shell(request, "book.html", site=site)

    @router.get("/corridor/{site}")
    async def corridor(request: Request, site: SiteId) -> Response:
        return shell(request, "corridor.html", site=site)

    @router.get("/admin/{site}")
    async def admin(request: Request, site: SiteId) -> Response:
        return shell(request, "admin.html", site=site)

    return router

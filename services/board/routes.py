"""The addresses of the board."""

from pathlib import PurePath
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Request
from pydantic import ConfigDict, Field, ValidationError
from starlette.responses import HTMLResponse, Response

from schemas.envelope import Frozen, SiteId
from services.board.domain.language import chosen
from services.board.hub import Hub
from services.board.metrics import Metrics
from services.board.pages import TYPES, Pages
from services.board.session import COOKIE, WallAccess
from services.board.settings import BoardSettings
from services.board.sse import WallStream, events
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook

BODY_BYTES = 4096
FIRST_SECONDS = 2.0
"""How long a reader of one wall waits where the site is being read for the first time."""

Site = Annotated[SiteId, Path(description="The clinic's id, as in the address of its wall.")]


class ScreenSession(Frozen):
    """What a screen says to be connected: for which site, and the token of its link."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: SiteId
    key: Annotated[str, Field(min_length=1, max_length=200)]


def page_routes(pages: Pages, sites: SiteBook) -> APIRouter:
    """Build the pages, which are public and empty."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def about() -> HTMLResponse:
        return HTMLResponse(pages.about(), headers={"cache-control": "no-cache"})

    @router.get("/wall/{site}")
    async def wall(site: Site, theme: Literal["dark", "light"] = "dark") -> HTMLResponse:
        profile = sites.get(site)
        language = chosen(profile.languages if profile else (), pages.texts)
        return HTMLResponse(pages.wall(site, language, theme), headers={"cache-control": "no-cache"})

    @router.get("/static/{version}/{name}")
    async def static(version: str, name: str) -> Response:
        content = pages.static.get(name)
        if content is None:
            raise Problem(404, "not-found", "There is nothing at this address", "There is nothing at this address.")
        kept = "public, max-age=31536000, immutable" if version == pages.version else "no-store"
        return Response(content, headers={"cache-control": kept}, media_type=TYPES[PurePath(name).suffix])

    return router


def screen_routes(hub: Hub, access: WallAccess, settings: BoardSettings, clock: Clock, metrics: Metrics) -> APIRouter:
    """Build what a screen connects to."""
    router = APIRouter(prefix="/v1")

    @router.post("/screens/session", status_code=204)
    async def connect(request: Request) -> Response:
        """Connect a screen: takes {"site", "key"} and gives a cookie that reads this site's wall and nothing else."""
        wanted = await _session(request)
        access.admit(wanted.key, wanted.site)
        response = Response(status_code=204, headers={"cache-control": "no-store"})
        access.remember(response, request, wanted.key, wanted.site)
        return response

    @router.get("/sites/{site}/wall")
    async def wall(site: Site, request: Request) -> Response:
        """Return the wall as it is now: the id and the data of a `snapshot` event."""
        profile = access.admit(access.credential(request, site), site)
        with hub.watching(profile) as (feed, screen):
            if feed.wall is None:
                await screen.next(FIRST_SECONDS)
            if feed.wall is None:
                raise Problem(503, "no-data", "No data yet", "Nothing is known of this clinic at the moment. Please try again.",
                              headers={"retry-after": "2"})  # fmt: skip
            frame = feed.snapshot()
            body = f'{{"id":"{frame.id}",{feed.data(frame)[1:]}'
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    @router.get("/sites/{site}/wall/events")
    async def wall_events(
        site: Site, request: Request, last_event_id: Annotated[str | None, Header(max_length=64)] = None
    ) -> Response:
        """Stream the wall: `snapshot`, then `change` as it happens, and `beat` every second."""
        token = access.credential(request, site)
        profile = access.admit(token, site)
        stream = events(
            hub, profile, last_event_id, admitted=lambda: access.still_admitted(token, site), clock=clock, metrics=metrics
        )
        response = WallStream(stream, settings.board_send_seconds, metrics)
        if token is not None and COOKIE in request.cookies and "authorization" not in request.headers:
            access.remember(response, request, token, site)
        return response

    return router


async def _session(request: Request) -> ScreenSession:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise Problem(413, "too-large", "Too much was sent", "A screen sends its clinic and its key, nothing more.")
    try:
        return ScreenSession.model_validate_json(body)
    except ValidationError:
        raise Problem(422, "invalid", "Something is missing or wrong",
                      "Please send JSON with the fields site and key, as they are in the link.") from None  # fmt: skip

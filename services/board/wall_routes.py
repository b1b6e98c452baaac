"""What a wall display connects to."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from schemas.envelope import Frozen, SiteId, ThingId
from schemas.languages import LANGUAGES
from schemas.screens import Hearing
from schemas.sites import SiteProfile
from services.board.address import Site
from services.board.parts import Parts
from services.board.session import COOKIE
from services.board.wall_view import WallView
from services.runtime.live.stream import LiveStream, events
from services.runtime.problems import Problem

BODY_BYTES = 4096
FIRST_SECONDS = 2.0
"""How long a reader of one wall waits where the site is being read for the first time."""

Body = TypeVar("Body", bound=BaseModel)
Area = Annotated[ThingId | None, Query(description="The waiting area; without one, the whole clinic.")]


class ScreenSession(Frozen):
    """What a screen says to be connected: for which site, and the token of its link."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: SiteId
    key: Annotated[str, Field(min_length=1, max_length=200)]


class SoundReport(Frozen):
    """What a display says of its sound."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sound: Hearing
    area: ThingId | None = None


def wall_routes(parts: Parts) -> APIRouter:
    """Build what a display connects to."""
    router = APIRouter(prefix="/v1")
    hub, access = parts.hub, parts.access

    @router.post("/screens/session", status_code=204)
    async def connect(request: Request) -> Response:
        """Connect a screen: takes {"site", "key"} and gives a cookie that reads this site's wall and nothing else."""
        wanted = await small_body(request, ScreenSession, "the fields site and key, as they are in the link")
        access.admit(wanted.key, wanted.site)
        response = Response(status_code=204, headers={"cache-control": "no-store"})
        access.remember(response, request, wanted.key, wanted.site)
        return response

    @router.get("/sites/{site}/wall")
    async def wall(site: Site, request: Request, area: Area = None) -> Response:
        """Return the wall as it is now: the id and the data of a `snapshot` event."""
        profile = access.admit(access.credential(request, site), site).profile
        with hub.watching(profile, WallView(_known(area, profile), LANGUAGES)) as (channel, screen):
            if channel.seen is None:
                await screen.next(FIRST_SECONDS)
            if channel.seen is None:
                raise Problem(503, "no-data", "No data yet", "Nothing is known of this clinic at the moment. Please try again.",
                              headers={"retry-after": "2"})  # fmt: skip
            frame = channel.snapshot()
            body = f'{{"id":"{frame.id}",{channel.data(frame)[1:]}'
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    @router.get("/sites/{site}/wall/events")
    async def wall_events(
        site: Site, request: Request, area: Area = None, last_event_id: Annotated[str | None, Header(max_length=64)] = None
    ) -> Response:
        """Stream the wall: `snapshot`, then `change` as it happens, and `beat` every second."""
        token = access.credential(request, site)
        profile = access.admit(token, site).profile
        stream = events(
            hub.watching(profile, WallView(_known(area, profile), LANGUAGES), last_event_id),
            admitted=lambda: access.still_admitted(token, site), clock=parts.clock, metrics=parts.metrics.live,
        )  # fmt: skip
        response = LiveStream(stream, parts.settings.live_send_seconds, parts.metrics.live)
        if token is not None and COOKIE in request.cookies and "authorization" not in request.headers:
            access.remember(response, request, token, site)
        return response

    @router.post("/sites/{site}/wall/sound", status_code=204)
    async def sound(site: Site, request: Request) -> Response:
        """Take what a display says of its sound, so that the desk sees one that can't be heard."""
        looker = access.admit(access.credential(request, site), site)
        report = await small_body(request, SoundReport, "the field sound: on, off, quiet or none")
        await parts.hearing.tell(site, looker.subject, _known(report.area, looker.profile), report.sound)
        return Response(status_code=204)

    return router


def _known(area: str | None, profile: SiteProfile) -> str | None:
    """Give the area if the clinic has it; else the whole clinic is meant, and what was said is forgotten."""
    return area if area in {known.id for known in profile.areas} else None


async def small_body(request: Request, model: type[Body], wanted: str) -> Body:
    """Read the small JSON body of a display. Raises Problem 413 or 422, which echoes nothing of it."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise Problem(413, "too-large", "Too much was sent", "A screen sends a few words about itself, nothing more.")
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise Problem(422, "invalid", "Something is missing or wrong", f"Please send JSON with {wanted}.") from None

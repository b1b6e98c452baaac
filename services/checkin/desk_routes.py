"""The live site of a console: once, or as a stream."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import Response

from services.checkin.answers import ERRORS
from services.checkin.desk_view import DeskView
from services.checkin.domain.commands import SITE
from services.checkin.metrics import Metrics
from services.checkin.security import Asker, Gate
from services.checkin.settings import CheckinSettings
from services.runtime.clock import Clock
from services.runtime.live.hub import Hub
from services.runtime.live.stream import LiveStream, events


def routes(gate: Gate, hub: Hub, settings: CheckinSettings, clock: Clock, metrics: Metrics) -> APIRouter:
    """Make the routes of the console's live site."""
    router = APIRouter(tags=["reads"], responses=ERRORS)

    @router.get(f"{SITE}/desk/events", summary="The site, live, for a console", response_class=Response)
    async def desk_events(
        request: Request,
        asker: Annotated[Asker, Depends(gate.asker)],
        last_event_id: Annotated[str | None, Header(max_length=64)] = None,
    ) -> Response:
        """Stream `snapshot`, then `change` as it happens, and `beat` every second. It names nobody."""
        assert asker.profile is not None
        stream = events(
            hub.watching(asker.profile, DeskView(), last_event_id),
            admitted=lambda: gate.still_admits(request, asker.site), clock=clock, metrics=metrics.live,
        )  # fmt: skip
        return LiveStream(stream, settings.live_send_seconds, metrics.live)

    return router

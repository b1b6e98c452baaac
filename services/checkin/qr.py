"""The patient's own page as a QR code, for the desk's screen and the printed ticket."""

import io
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Path
from redis.asyncio import Redis
from starlette.responses import Response

from schemas.envelope import VisitId
from services.checkin.answers import ERRORS
from services.checkin.domain.commands import SITE
from services.checkin.reads import from_redis
from services.checkin.security import Asker, Gate
from services.checkin.settings import CheckinSettings
from services.runtime.live.site import read_visit
from services.runtime.phone_link import PhoneLinks
from services.runtime.problems import Problem


def routes(gate: Gate, redis: Redis, settings: CheckinSettings, links: PhoneLinks) -> APIRouter:
    """Make the route of QR codes."""
    router = APIRouter(tags=["reads"], responses=ERRORS)

    @router.get(
        f"{SITE}/visits/{{visit}}/qr.svg", summary="The address of the patient's own page, as a QR code", response_class=Response
    )
    async def code(asker: Annotated[Asker, Depends(gate.asker)], visit: Annotated[VisitId, Path()]) -> Response:
        """Answer with an SVG. Whoever reads it can follow this one visit, until it is over."""
        if await from_redis(read_visit(redis, settings.namespace, asker.site, visit)) is None:
            raise Problem(404, "unknown-visit", "No such visit", "No such visit is open here, or departed not long ago.")
        drawn = io.BytesIO()
        address = f"{settings.public_url.rstrip('/')}{links.path(asker.site, visit)}"
        segno.make(address, error="m").save(drawn, kind="svg", scale=4, border=2, xmldecl=False)
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"cache-control": "no-store"})

    return router

"""A site's profile: read it, and make or change a site."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from schemas.envelope import SiteId
from schemas.sites import SiteProfile
from services.checkin.answers import COMMAND_ANSWERS, ERRORS
from services.checkin.commands import CommandDesk, body_of
from services.checkin.domain.bodies import ChangeProfile
from services.checkin.domain.commands import CHANGE_PROFILE, READERS
from services.checkin.requests import idempotency_key, read_body
from services.checkin.security import Asker, Gate
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook

MAX_BYTES = 500_000
"""Well below what one Kafka record may hold."""
_SEEN_SECONDS = 2.0
_LOOK_SECONDS = 0.02


def routes(gate: Gate, desk: CommandDesk, sites: SiteBook) -> APIRouter:
    """Make the routes of the profile."""
    router = APIRouter(tags=["sites"])

    @router.get(CHANGE_PROFILE.path, responses=ERRORS, summary="The profile in force")
    async def read(asker: Annotated[Asker, Depends(gate.allows(READERS))]) -> SiteProfile:
        assert asker.profile is not None
        return asker.profile

    @router.put(
        CHANGE_PROFILE.path,
        status_code=201,
        response_class=Response,
        responses=COMMAND_ANSWERS,
        summary=CHANGE_PROFILE.summary,
        operation_id=CHANGE_PROFILE.name,
        openapi_extra=body_of(ChangeProfile),
    )
    async def change(
        request: Request,
        asker: Annotated[Asker, Depends(gate.allows(CHANGE_PROFILE.roles, unknown_site=True))],
        site: Annotated[SiteId, Path(description="Small letters, digits and hyphens, 40 at most.")],
        key: Annotated[str, Depends(idempotency_key)],
    ) -> Response:
        body = await read_body(request, ChangeProfile)
        if len(await request.body()) > MAX_BYTES:
            raise Problem(413, "too-large", "Too large", "A profile may have 500 kB at most.")
        if body.site and body.site != site:
            raise Problem(422, "invalid", "Two different clinics", "Please correct: site: is not the clinic of the address.")
        response = await desk.take(CHANGE_PROFILE, asker, key, None, body)
        if response.status_code == 201:
            await _seen(sites, site, body)
        return response

    return router


async def _seen(sites: SiteBook, site: str, body: ChangeProfile) -> None:
    """Wait, bounded, until this process knows the profile too, so that the next command finds the site."""
    wanted = body.model_dump(exclude={"site"})
    try:
        async with asyncio.timeout(_SEEN_SECONDS):
            while (known := sites.get(site)) is None or known.model_dump(exclude={"site"}) != wanted:  # noqa: ASYNC110  # a thread fills the book
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        return

"""A site's profile: read it, and make or change a site."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request
from starlette.responses import Response

from schemas.envelope import SiteId
from schemas.sites import SiteProfile
from services.checkin.answers import COMMAND_ANSWERS, ERRORS, ProblemBody
from services.checkin.commands import CommandDesk, body_of
from services.checkin.domain.bodies import ChangeProfile
from services.checkin.domain.commands import CHANGE_PROFILE
from services.checkin.profile_changes import ProfileChanges, etag
from services.checkin.requests import idempotency_key, read_body
from services.checkin.security import Asker, Gate
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook

MAX_BYTES = 500_000
"""Well below what one Kafka record may hold."""
_CHANGED: dict[int | str, dict[str, Any]] = {
    412: {"model": ProblemBody, "description": "Somebody changed the profile after the one that If-Match names."}
}


def routes(gate: Gate, desk: CommandDesk, sites: SiteBook, changes: ProfileChanges) -> APIRouter:
    """Make the routes of the profile."""
    router = APIRouter(tags=["sites"])

    @router.get(CHANGE_PROFILE.path, responses=ERRORS, summary="The profile in force")
    async def read(asker: Annotated[Asker, Depends(gate.asker)], response: Response) -> SiteProfile:
        """Answer with the profile; its ETag is what `If-Match` of a change takes."""
        known = sites.published(asker.site)
        assert known is not None
        response.headers["etag"] = etag(known)
        response.headers["cache-control"] = "no-store"
        return known.profile

    @router.put(
        CHANGE_PROFILE.path,
        dependencies=[Depends(desk.auditor.watching(gate, CHANGE_PROFILE.name))],
        status_code=201,
        response_class=Response,
        responses={**COMMAND_ANSWERS, **_CHANGED},
        summary=CHANGE_PROFILE.summary,
        operation_id=CHANGE_PROFILE.name,
        openapi_extra=body_of(ChangeProfile),
    )
    async def change(
        request: Request,
        asker: Annotated[Asker, Depends(gate.founder)],
        site: Annotated[SiteId, Path(description="Small letters, digits and hyphens, 40 at most.")],
        key: Annotated[str, Depends(idempotency_key)],
        if_match: Annotated[str | None, Header(max_length=64, description="The ETag of the profile that was changed.")] = None,
    ) -> Response:
        body = await read_body(request, ChangeProfile)
        if len(await request.body()) > MAX_BYTES:
            raise Problem(413, "too-large", "Too large", "A profile may have 500 kB at most.")
        if body.site and body.site != site:
            raise Problem(422, "invalid", "Two different clinics", "Please correct: site: is not the clinic of the address.")
        async with changes.of(site, body, if_match) as under_way:
            response = await desk.take(CHANGE_PROFILE, asker, key, None, body)
            await under_way.answered(response.status_code)
        return response

    return router

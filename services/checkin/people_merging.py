"""Two patients turn out to be one, or not after all."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.responses import Response

from schemas.envelope import VisitId
from services.checkin.answers import COMMAND_ANSWERS, not_recorded
from services.checkin.commands import body_of
from services.checkin.domain.commands import SITE
from services.checkin.domain.people import MergePeople, PartPeople
from services.checkin.people_desk import MERGED, PARTED, PeopleDesk
from services.checkin.publisher import NotRecordedError
from services.checkin.requests import read_body
from services.checkin.security import Asker, Gate

_WRITTEN = {status: said for status, said in COMMAND_ANSWERS.items() if status not in {201, 202}}
BODIES = (MergePeople, PartPeople)


class Kept(BaseModel):
    """The person who stays, and what was changed since the two were made one, which they keep."""

    person: str
    kept: list[str] = []


def routes(gate: Gate, desk: PeopleDesk) -> APIRouter:
    """Make the routes of merging. Each may be sent again: it changes nothing more."""
    router = APIRouter(tags=["people"])

    @router.post(
        f"{SITE}/people/{{person}}/merge", response_class=Response, operation_id=MERGED, openapi_extra=body_of(MergePeople),
        responses={**_WRITTEN, 200: {"model": Kept, "description": "They are one."}}, summary="Two patients are one",
        dependencies=[Depends(desk.auditor.watching(gate, MERGED))],
    )  # fmt: skip
    async def merge(request: Request, asker: Annotated[Asker, Depends(gate.asker)], person: Annotated[VisitId, Path()]) -> Response:
        body = await read_body(request, MergePeople)
        try:
            await desk.merge(asker, person, body.into, body.take)
        except NotRecordedError:
            raise not_recorded() from None
        return JSONResponse(Kept(person=body.into).model_dump())

    @router.post(
        f"{SITE}/people/{{person}}/unmerge", response_class=Response, operation_id=PARTED, openapi_extra=body_of(PartPeople),
        responses={**_WRITTEN, 200: {"model": Kept, "description": "They are two again."}}, summary="Two are two after all",
        dependencies=[Depends(desk.auditor.watching(gate, PARTED))],
    )  # fmt: skip
    async def unmerge(
        request: Request, asker: Annotated[Asker, Depends(gate.asker)], person: Annotated[VisitId, Path()]
    ) -> Response:
        body = await read_body(request, PartPeople)
        try:
            kept = await desk.part(asker, person, body.into)
        except NotRecordedError:
            raise not_recorded() from None
        return JSONResponse(Kept(person=body.into, kept=kept).model_dump())

    return router

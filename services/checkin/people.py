"""The addresses of people: add and change them, and look at them, which is recorded before anything is shown."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.responses import Response

from schemas.envelope import Language, VisitId
from schemas.people import Person
from services.checkin.answers import COMMAND_ANSWERS, ERRORS, not_recorded
from services.checkin.commands import body_of
from services.checkin.domain.audit import VIEWED_NAME, VIEWED_PERSON, Act
from services.checkin.domain.commands import SITE
from services.checkin.domain.people import MAX_NAMES, AddPerson, AskNames, ChangePerson
from services.checkin.people_desk import ADDED, CHANGED, PeopleDesk
from services.checkin.people_search import names_away
from services.checkin.publisher import NotRecordedError
from services.checkin.requests import idempotency_key, read_body
from services.checkin.security import Asker, Gate
from services.runtime.problems import Problem

_HIDDEN = {"Cache-Control": "no-store"}
_WRITTEN = {status: said for status, said in COMMAND_ANSWERS.items() if status not in {201, 202}}


class Named(BaseModel):
    """The person whom the address was about."""

    person: str


class Name(BaseModel):
    """What a person is called, and in which language."""

    person: str
    name: str
    language: Language


class Names(BaseModel):
    """Each id that was asked for, once, in one of the three."""

    people: list[Name]
    unknown: list[str]
    """Nobody of this clinic."""
    closed: list[str]
    """Whose records can't be opened with the keys that are here."""


def routes(gate: Gate, desk: PeopleDesk) -> APIRouter:
    """Make the routes of people."""
    router = APIRouter(tags=["people"])

    @router.post(
        f"{SITE}/people",
        dependencies=[Depends(desk.auditor.watching(gate, ADDED))],
        status_code=201,
        response_class=Response,
        responses={**_WRITTEN, 201: {"model": Named, "description": "Added; or was already, by this command."}},
        summary="Add a patient",
        operation_id=ADDED,
        openapi_extra=body_of(AddPerson),
    )
    async def add(
        request: Request,
        asker: Annotated[Asker, Depends(gate.asker)],
        key: Annotated[str, Depends(idempotency_key)],
    ) -> Response:
        body = await read_body(request, AddPerson)
        try:
            person = await desk.add(asker, key, body)
        except NotRecordedError:
            raise not_recorded() from None
        return JSONResponse({"person": person}, 201, headers={"Location": f"/v1/sites/{asker.site}/people/{person}"})

    @router.put(
        f"{SITE}/people/{{person}}",
        dependencies=[Depends(desk.auditor.watching(gate, CHANGED))],
        response_class=Response,
        responses={**_WRITTEN, 200: {"model": Named, "description": "Changed."}},
        summary="Change what is known of a patient",
        operation_id=CHANGED,
        openapi_extra=body_of(ChangePerson),
    )
    async def change(
        request: Request, asker: Annotated[Asker, Depends(gate.asker)], person: Annotated[VisitId, Path()]
    ) -> Response:
        body = await read_body(request, ChangePerson)
        try:
            await desk.change(asker, person, body)
        except NotRecordedError:
            raise not_recorded() from None
        return JSONResponse({"person": person})

    @router.post(
        f"{SITE}/people/names",
        dependencies=[Depends(desk.auditor.watching(gate, VIEWED_NAME))],
        response_class=Response,
        responses={**ERRORS, 200: {"model": Names, "description": "Their names. Who asked for them is recorded."}},
        summary="What up to 1000 patients are called",
        operation_id="names",
        openapi_extra=body_of(AskNames),
    )
    async def names(request: Request, asker: Annotated[Asker, Depends(gate.asker)]) -> Response:
        asked = (await read_body(request, AskNames)).people
        if not 1 <= len(asked) <= MAX_NAMES:
            wanted = f"people: needs 1 to {MAX_NAMES} ids"
            raise Problem(422, "invalid", "Something is missing or wrong", f"Please correct: {wanted}.")
        found = await desk.open(asker.site, asked)
        try:
            await desk.auditor.saw(asker, [person.person for person in found.people])
        except NotRecordedError:
            raise names_away() from None
        shown = [Name(person=person.person, name=person.name, language=person.language) for person in found.people]
        answer = Names(people=shown, unknown=found.unknown, closed=found.closed)
        return JSONResponse(answer.model_dump(mode="json"), headers=_HIDDEN)

    @router.get(
        f"{SITE}/people/{{person}}",
        dependencies=[Depends(desk.auditor.watching(gate, VIEWED_PERSON))],
        response_class=Response,
        responses={**ERRORS, 200: {"model": Person, "description": "All that is known. Who asked for it is recorded."}},
        summary="All that is known of a patient",
        operation_id="person",
    )
    async def one(asker: Annotated[Asker, Depends(gate.asker)], person: Annotated[VisitId, Path()]) -> Response:
        found = await desk.open_one(asker.site, person)
        try:
            await desk.auditor.surely(asker, Act(VIEWED_PERSON, person=person))
        except NotRecordedError:
            raise names_away() from None
        return JSONResponse(found.model_dump(mode="json"), headers=_HIDDEN)

    return router

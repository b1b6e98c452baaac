"""Finding patients who were here before, and whoever could be one of them. Who is shown to somebody is recorded first."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.responses import Response

from services.checkin.answers import ERRORS
from services.checkin.audit import Auditor
from services.checkin.commands import body_of
from services.checkin.domain import finding
from services.checkin.domain.commands import SITE
from services.checkin.domain.finding import MOST, Entry
from services.checkin.domain.people import Search
from services.checkin.people_index import PeopleIndex
from services.checkin.publisher import NotRecordedError
from services.checkin.requests import read_body
from services.checkin.security import Asker, Gate
from services.runtime.problems import Problem

SEARCHED = "search-people"
"""As which it stands on the audit trail that somebody was not let; who was shown stands there one by one."""
MOST_TYPED = 200


class Match(BaseModel):
    """Somebody who could be meant, with what tells them from another of the same name."""

    person: str
    name: str
    born: date | None
    phone_ends: str


class Matches(BaseModel):
    """Who could be meant, the likeliest first. `more`: there are others; please type more."""

    people: list[Match]
    more: bool


@dataclass(frozen=True)
class Finder:
    """Looks patients up. Its methods raise NotRecordedError where it can't be recorded who is shown."""

    index: PeopleIndex
    auditor: Auditor

    async def search(self, asker: Asker, text: str) -> Matches:
        """Find who could be meant, the likeliest first."""
        assert asker.profile is not None
        wish = finding.wanted(text[:MOST_TYPED], month_first=asker.profile.phone_region == "US")
        entries = await self.index.of(asker.site)
        hits = await asyncio.to_thread(finding.found, entries, wish)
        return Matches(people=await self._shown(asker, hits[:MOST]), more=len(hits) > MOST)

    async def no_double(self, asker: Asker, name: str, born: date | None) -> None:
        """Raise Problem 409 where somebody of this name and date of birth is known, with what tells them apart."""
        known = list(finding.same(await self.index.of(asker.site), name, born))
        if known:
            matches = await self._shown(asker, known)
            raise Problem(
                409, "possible-duplicate", "Is this somebody who is known already?",
                "There is a patient with this name and date of birth. If it is somebody else, please say so.",
                matches=[match.model_dump(mode="json", exclude={"name"}) for match in matches],
            )  # fmt: skip

    async def _shown(self, asker: Asker, entries: list[Entry]) -> list[Match]:
        await self.auditor.saw(asker, [one.person for one in entries])
        return [Match(person=one.person, name=one.name, born=one.born, phone_ends=one.phone[-4:]) for one in entries]


def routes(gate: Gate, finder: Finder) -> APIRouter:
    """Make the route of the search."""
    router = APIRouter(tags=["people"])

    @router.post(
        f"{SITE}/people/search",
        dependencies=[Depends(finder.auditor.watching(gate, SEARCHED))],
        response_class=Response,
        responses={**ERRORS, 200: {"model": Matches, "description": "Who could be meant. Whose name is shown is recorded."}},
        summary="Find a patient who was here before",
        operation_id=SEARCHED,
        openapi_extra=body_of(Search),
    )
    async def search(request: Request, asker: Annotated[Asker, Depends(gate.asker)]) -> Response:
        body = await read_body(request, Search)
        try:
            found = await finder.search(asker, body.text)
        except NotRecordedError:
            raise names_away() from None
        return JSONResponse(found.model_dump(mode="json"), headers={"Cache-Control": "no-store"})

    return router


def names_away() -> Problem:
    """Say that nobody can be shown, because it can't be recorded who looks."""
    return Problem(
        503,
        "names-away",
        "Names can't be shown right now",
        "Whoever looks at a patient's details is recorded first, and nothing can be recorded at the moment. Nothing is lost."
        " Please try again in a moment.",
        headers={"Retry-After": "2"},
    )

"""The book as files: taken in from a CSV or a calendar, and given out as either, without a word of who the patients are."""

from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from schemas.envelope import ThingId
from schemas.sites import SiteClock, SiteProfile
from services.checkin.answers import COMMAND_ANSWERS, ERRORS, not_recorded
from services.checkin.audit import Auditor
from services.checkin.book import FirstDay
from services.checkin.calendar_export import calendar_of
from services.checkin.domain.audit import Act
from services.checkin.domain.book_lines import chosen, lines
from services.checkin.domain.commands import SITE
from services.checkin.domain.day_book import Days
from services.checkin.domain.own_words import foreign
from services.checkin.importing.answer import ImportAnswer
from services.checkin.importing.bookings import IMPORTED
from services.checkin.importing.desk import ImportDesk
from services.checkin.importing.file import BookFile
from services.checkin.publisher import NotRecordedError
from services.checkin.requests import refuse_fields
from services.checkin.security import Asker, Gate
from services.checkin.shown import shown
from services.runtime.clock import Clock
from services.runtime.live.hub import Hub
from services.runtime.problems import Problem
from services.runtime.sheet import sheet

EXPORTED = "export-book"
"""As which it stands on the audit trail that somebody took the book out."""
MOST_DAYS = 400
_KINDS: dict[str, Literal["csv", "calendar"]] = {"text/csv": "csv", "text/calendar": "calendar"}
_TEXT = {"schema": {"type": "string"}}
_BODY = {"requestBody": {"required": True, "content": dict.fromkeys(_KINDS, _TEXT)}}
_TAKEN = {
    **{status: said for status, said in COMMAND_ANSWERS.items() if status not in {201, 202, 400}},
    200: {"model": ImportAnswer, "description": "Taken; see what is said of each row that was not."},
}


@dataclass(frozen=True)
class Wish:
    """Which part of the book is asked for."""

    first: FirstDay = None
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 28
    provider: Annotated[ThingId | None, Query(description="Whose visits; everybody's where none is given.")] = None

    def wanted(self, asker: Asker, clock: Clock) -> Days:
        """Say which days those are. Raises Problem 422 where nobody knows the provider."""
        assert asker.profile is not None
        refuse_fields(foreign({"provider": self.provider}, asker.profile))
        zone = ZoneInfo(asker.profile.timezone)
        return Days(self.first or clock.now().astimezone(zone).date(), self.days, zone)


def import_routes(gate: Gate, desk: ImportDesk) -> APIRouter:
    """Make the route that takes files in."""
    router = APIRouter(tags=["book"])

    @router.post(
        f"{SITE}/book/import",
        dependencies=[Depends(desk.auditor.watching(gate, IMPORTED))],
        response_class=Response,
        responses=_TAKEN,
        summary="Take in the book from a CSV or a calendar",
        operation_id=IMPORTED,
        openapi_extra=_BODY,
    )
    async def import_book(
        request: Request,
        asker: Annotated[Asker, Depends(gate.asker)],
        dry: Annotated[bool, Query(description="Judge the file, and change nothing.")] = False,
        provider: Annotated[ThingId | None, Query(description="Whose visits these are, where a row doesn't say.")] = None,
    ) -> Response:
        """Take up to 10,000 visits. Each row is judged on its own; sending a file again is safe, and books nothing twice."""
        kind = _KINDS.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
        if kind is None:
            said = "Please send a CSV file as text/csv, or a calendar as text/calendar."
            raise Problem(415, "unknown-file", "This kind of file can't be read", said)
        assert asker.profile is not None
        _judge(asker.profile, kind, provider)
        answer = await desk.take(asker, BookFile(kind, await request.body(), provider), dry=dry)
        return JSONResponse(answer.model_dump(mode="json", exclude_none=True), headers={"Cache-Control": "no-store"})

    return router


def _judge(profile: SiteProfile, kind: str, provider: str | None) -> None:
    if profile.clock is SiteClock.LOG:
        said = "This clinic replays a log: its steps come from there alone, and nothing can be entered by hand."
        raise Problem(409, "follows-its-log", "Nothing can be entered here", said)
    if kind == "calendar" and provider is None and profile.providers:
        raise Problem(422, "invalid", "Something is missing or wrong", "Please correct: provider: must say whose calendar it is.")
    refuse_fields(foreign({"provider": provider}, profile))


def export_routes(gate: Gate, hub: Hub, auditor: Auditor, clock: Clock) -> APIRouter:
    """Make the routes that give the book out."""
    router = APIRouter(tags=["book"], responses=ERRORS, dependencies=[Depends(auditor.watching(gate, EXPORTED))])

    async def taken_out(asker: Asker) -> None:
        try:
            await auditor.surely(asker, Act(EXPORTED))
        except NotRecordedError:
            raise not_recorded() from None

    @router.get(f"{SITE}/book.csv", response_class=Response, summary="The book as a table")
    async def as_csv(asker: Annotated[Asker, Depends(gate.asker)], wish: Annotated[Wish, Depends()]) -> Response:
        live, wanted = await shown(hub, asker), wish.wanted(asker, clock)
        table = sheet(lines(chosen(live.visits.values(), live.profile, wanted, wish.provider), live.profile, wanted))
        await taken_out(asker)
        return Response(table, media_type="text/csv; charset=utf-8", headers=_headers(asker, wanted, "csv"))

    @router.get(f"{SITE}/book.ics", response_class=Response, summary="The book as a calendar")
    async def as_calendar(asker: Annotated[Asker, Depends(gate.asker)], wish: Annotated[Wish, Depends()]) -> Response:
        live, wanted = await shown(hub, asker), wish.wanted(asker, clock)
        found = chosen(live.visits.values(), live.profile, wanted, wish.provider)
        calendar = calendar_of(found, live.profile, wanted, clock.now())
        await taken_out(asker)
        return Response(calendar, media_type="text/calendar; charset=utf-8", headers=_headers(asker, wanted, "ics"))

    return router


def _headers(asker: Asker, days: Days, ending: str) -> dict[str, str]:
    name = f"book-{asker.site}-{days.first.isoformat()}.{ending}"
    return {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}

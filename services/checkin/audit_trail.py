"""The audit trail, read back at its address. To look at it is on the trail itself."""

import asyncio
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from kafka.errors import KafkaError
from pydantic import BaseModel, Field
from starlette.responses import Response

from schemas.audit import AuditRecord
from schemas.envelope import Frozen, UtcTime, VisitId
from services.checkin.answers import ERRORS
from services.checkin.audit import Auditor
from services.checkin.domain.audit import VIEWED_AUDIT, Act, made_here
from services.checkin.domain.commands import SITE
from services.checkin.publisher import NotRecordedError
from services.checkin.security import Asker, Gate
from services.runtime.audit_log import DEFAULT_LIMIT, Trail, Wanted, rows, trail
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.settings import ServiceSettings
from services.runtime.sheet import sheet

MAX_LIMIT = 100_000
SINCE = timedelta(days=30)
READ_SECONDS = 20.0
"""What was found by then is the answer, which says that it is not complete."""
AT_ONCE = 2


class AuditQuery(Frozen):
    """What is asked for. What isn't said is not looked at; without `since` it is the last 30 days."""

    person: VisitId | None = None
    visit: VisitId | None = None
    actor: VisitId | None = None
    """`user:…` or `token:…`."""
    since: UtcTime | None = None
    until: UtcTime | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    format: Literal["json", "csv"] = "json"


class AuditPage(BaseModel):
    """Newest first. `complete` is false where there is more: say a later `since`, an earlier `until`, or a higher `limit`."""

    records: list[AuditRecord]
    complete: bool


def routes(gate: Gate, auditor: Auditor, settings: ServiceSettings, clock: Clock) -> APIRouter:
    """Make the route of the audit trail."""
    router = APIRouter(tags=["audit"])
    readers = asyncio.Semaphore(AT_ONCE)

    async def read(wanted: Wanted) -> Trail:
        async with readers:
            return await asyncio.to_thread(trail, settings, clock, wanted, READ_SECONDS)

    @router.get(
        f"{SITE}/audit",
        dependencies=[Depends(auditor.watching(gate, VIEWED_AUDIT))],
        response_class=Response,
        responses={
            **ERRORS,
            200: {"model": AuditPage, "description": "As JSON, or as CSV for a spreadsheet.", "content": {"text/csv": {}}},
        },
        summary="Who did or looked at what",
        operation_id="audit",
    )
    async def look(
        asker: Annotated[Asker, Depends(gate.asker)],
        asked: Annotated[AuditQuery, Query()],
    ) -> Response:
        since = asked.since or clock.now() - SINCE
        wanted = Wanted(asker.site, since, asked.until, asked.person, asked.visit, asked.actor, asked.limit)
        try:
            found = await read(wanted)
            await auditor.surely(asker, Act(VIEWED_AUDIT, visit=made_here(asked.visit), person=made_here(asked.person)))
        except (KafkaError, NotRecordedError):
            raise _away() from None
        return _as_csv(found, asker.site) if asked.format == "csv" else _as_json(found)

    return router


def _as_json(found: Trail) -> Response:
    page = AuditPage(records=found.records, complete=found.complete)
    return JSONResponse(page.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


def _as_csv(found: Trail, site: str) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="audit-{site}.csv"',
        "Clinicflow-Complete": "true" if found.complete else "false",
    }
    return Response(sheet(rows(found.records)), media_type="text/csv; charset=utf-8", headers=headers)


def _away() -> Problem:
    return Problem(
        503,
        "audit-away",
        "The audit trail can't be shown right now",
        "It can't be read, or nothing can be recorded, at the moment. Nothing is lost. Please try again in a moment.",
        headers={"Retry-After": "5"},
    )

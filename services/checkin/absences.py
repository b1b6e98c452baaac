"""A provider is away: their visits are moved, given to another provider or called off in one reviewed action, undone in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from schemas.codec import SiteEvent
from schemas.envelope import ThingId
from schemas.outcomes import Outcome, OutcomeStatus
from schemas.sites import SiteProfile
from services.checkin.answers import COMMAND_ANSWERS, not_recorded
from services.checkin.audit import Auditor
from services.checkin.commands import body_of
from services.checkin.domain.audit import act_of
from services.checkin.domain.commands import SITE
from services.checkin.domain.day_book import Span, minutes_of
from services.checkin.domain.day_plan import PlanAbsence, Planned, UndoPlan, events_of_plan, events_of_undo, objections
from services.checkin.domain.events import Asked
from services.checkin.domain.free_slots import Occupied
from services.checkin.domain.own_words import foreign
from services.checkin.domain.people import Wrong
from services.checkin.domain.refusals import sentence
from services.checkin.domain.replanning import Proposal, concerned, proposals
from services.checkin.publisher import NotRecordedError
from services.checkin.recorder import Recorder
from services.checkin.requests import idempotency_key, read_body, refuse, refuse_fields
from services.checkin.security import Asker, Gate
from services.runtime.clock import Clock
from services.runtime.live.hub import Hub
from services.runtime.live.site import LiveSite
from services.runtime.problems import Problem

PLANNED, UNPLANNED = "plan-absence", "undo-plan"
"""As which they stand on the audit trail."""
WAIT_SECONDS = 10.0
"""A whole day of visits is decided in far less."""
LOOK_SECONDS = 2.0
BODIES = (PlanAbsence, UndoPlan)


class Became(BaseModel):
    """What became of one visit: `applied`, `refused` with the reason in plain words, or `kept` until flow decides."""

    visit: str
    event: str
    status: str
    code: str | None = None
    title: str | None = None
    detail: str | None = None
    holder: str | None = None


class Proposed(BaseModel):
    """A visit that an absence hits, and a time that is free for it; without one none was found within four weeks."""

    visit: str
    ticket: str | None
    person: str | None
    visit_type: str | None
    scheduled_ms: int
    minutes: int
    to_ms: int | None
    to_provider: str | None


class ProposedPlan(BaseModel):
    """What could become of each visit. It is to be looked through; nothing was changed."""

    visits: list[Proposed]


class PlanAnswer(BaseModel):
    """The absence by the id of its event, and what became of each visit. What was refused stayed as it was."""

    absence: str
    visits: list[Became]


@dataclass(frozen=True)
class AbsenceDesk:
    """Where absences are planned. Safe to run twice: the same key makes the same events."""

    recorder: Recorder
    auditor: Auditor
    hub: Hub
    clock: Clock

    async def plan(self, asker: Asker, key: str, provider: str, plan: PlanAbsence) -> PlanAnswer:
        """Record the absence, then what becomes of each visit."""
        absence, steps = events_of_plan(self._asked(asker, key), provider, plan)
        return await self._take(asker, PLANNED, absence, steps, absence.id)

    async def propose(self, asker: Asker, provider: str, away: Span) -> ProposedPlan:
        """Say what could become of each visit of an absence."""
        live = await self._live(asker)
        profile, visits = live.profile, live.visits.values()
        hit = concerned(visits, profile, provider, away)
        others = [visit for visit in visits if visit not in hit]
        occupied = Occupied(others, live.providers, profile)
        occupied.leave(provider, away)
        found = proposals(profile, hit, occupied, self.clock.now_ms())
        return ProposedPlan(visits=[_proposed(one, profile) for one in found])

    async def undo(self, asker: Asker, key: str, provider: str, undo: UndoPlan) -> PlanAnswer:
        """Take the absence back, and then what was done for it, where nothing else was done since."""
        absence, steps = events_of_undo(self._asked(asker, key), provider, undo, (await self._live(asker)).visits.values())
        return await self._take(asker, UNPLANNED, absence, steps, undo.event)

    def _asked(self, asker: Asker, key: str) -> Asked:
        return Asked(asker.site, key, asker.principal.actor, self.clock.now())

    async def _live(self, asker: Asker) -> LiveSite:
        assert asker.profile is not None
        live = await self.hub.look(asker.profile, LOOK_SECONDS)
        if live is None:
            raise Problem(
                503, "not-shown-yet", "Not shown yet", "This clinic's live view is being built. Please try again in a moment.",
                headers={"Retry-After": "1"},
            )  # fmt: skip
        return live

    async def _take(self, asker: Asker, action: str, absence: SiteEvent, steps: list[Planned], name: str) -> PlanAnswer:
        events = [absence, *(step.event for step in steps)]
        try:
            first, *outcomes = await self.recorder.record(events, WAIT_SECONDS)
        except NotRecordedError:
            raise not_recorded() from None
        await self.auditor.did(
            asker, *(act_of(action, event, outcome) for event, outcome in zip(events, (first, *outcomes), strict=True))
        )
        if first is not None and first.status is not OutcomeStatus.APPLIED and not steps:
            title, detail = sentence(first.reason)
            raise Problem(409, first.reason or "refused", title, detail)
        return PlanAnswer(absence=name, visits=[_became(step, outcome) for step, outcome in zip(steps, outcomes, strict=True)])


def _proposed(one: Proposal, profile: SiteProfile) -> Proposed:
    visit, free = one
    return Proposed(
        visit=visit.visit, ticket=visit.ticket, person=visit.person, visit_type=visit.visit_type,
        scheduled_ms=visit.scheduled_ms or 0, minutes=minutes_of(visit, profile),
        to_ms=free.start if free is not None else None, to_provider=free.provider if free is not None else None,
    )  # fmt: skip


def _became(step: Planned, outcome: Outcome | None) -> Became:
    if outcome is None:
        return Became(visit=step.visit, event=step.event.id, status="kept")
    if outcome.status is OutcomeStatus.APPLIED:
        return Became(visit=step.visit, event=step.event.id, status="applied")
    title, detail = sentence(outcome.reason, outcome.held_by)
    return Became(
        visit=step.visit, event=step.event.id, status="refused", code=outcome.reason, title=title, detail=detail,
        holder=outcome.holder,
    )  # fmt: skip


Provider = Annotated[ThingId, Path()]
_LAST_MS = 7_258_118_400_000
"""The end of the century to come."""
_LONGEST_MS = 14 * 24 * 60 * 60 * 1000


def routes(gate: Gate, desk: AbsenceDesk) -> APIRouter:
    """Make the routes of planned absences."""
    router = APIRouter(tags=["book"])
    answers = {**COMMAND_ANSWERS, 201: {"model": PlanAnswer, "description": "Recorded; each visit says what became of it."}}

    @router.get(f"{SITE}/providers/{{provider}}/absences/proposal", summary="What could become of the visits of an absence")
    async def propose(
        asker: Annotated[Asker, Depends(gate.asker)],
        provider: Provider,
        from_ms: Annotated[int, Query(ge=0, le=_LAST_MS)],
        until_ms: Annotated[int, Query(ge=0, le=_LAST_MS)],
    ) -> ProposedPlan:
        _refuse_foreign(asker, {"provider": provider})
        if not from_ms < until_ms <= from_ms + _LONGEST_MS:
            refuse_fields([Wrong("until_ms", "must come after from_ms, and within two weeks")])
        return await desk.propose(asker, provider, Span(from_ms, until_ms))

    @router.post(
        f"{SITE}/providers/{{provider}}/absences/plan", status_code=201, operation_id=PLANNED, response_class=Response,
        responses=answers, openapi_extra=body_of(PlanAbsence), dependencies=[Depends(desk.auditor.watching(gate, PLANNED))],
        summary="A provider is away, and this becomes of their visits",
    )  # fmt: skip
    async def plan(
        request: Request,
        asker: Annotated[Asker, Depends(gate.asker)],
        provider: Provider,
        key: Annotated[str, Depends(idempotency_key)],
    ) -> Response:
        body = await read_body(request, PlanAbsence)
        _refuse_foreign(asker, {"provider": provider, "reason": body.reason})
        refuse_fields(objections(body))
        for moved in body.visits:
            _refuse_foreign(asker, moved.model_dump())
        try:
            answer = await desk.plan(asker, key, provider, body)
        except ValidationError as problem:
            refuse(problem, PlanAbsence)
        return JSONResponse(answer.model_dump(mode="json", exclude_none=True), 201)

    @router.post(
        f"{SITE}/providers/{{provider}}/absences/undo-plan", status_code=201, operation_id=UNPLANNED, response_class=Response,
        responses=answers, openapi_extra=body_of(UndoPlan), dependencies=[Depends(desk.auditor.watching(gate, UNPLANNED))],
        summary="Take an absence back, and what was done for it",
    )  # fmt: skip
    async def undo_plan(
        request: Request,
        asker: Annotated[Asker, Depends(gate.asker)],
        provider: Provider,
        key: Annotated[str, Depends(idempotency_key)],
    ) -> Response:
        body = await read_body(request, UndoPlan)
        _refuse_foreign(asker, {"provider": provider, **body.model_dump()})
        answer = await desk.undo(asker, key, provider, body)
        return JSONResponse(answer.model_dump(mode="json", exclude_none=True), 201)

    return router


def _refuse_foreign(asker: Asker, said: Mapping[str, object]) -> None:
    assert asker.profile is not None
    refuse_fields(foreign(said, asker.profile))

"""What became of a command, as an answer over HTTP."""

from typing import Any, Literal

from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.responses import Response

from schemas.codec import SiteEvent
from schemas.outcomes import Outcome, OutcomeStatus, Refusal
from schemas.summaries import Stage
from services.checkin.domain.refusals import sentence
from services.runtime.problems import Problem


class Applied(BaseModel):
    """Done. `event` names the step for an undo or a correction."""

    status: Literal["applied"] = "applied"
    event: str
    visit: str | None
    ticket: str | None
    stage: Stage | None
    room: str | None


class Kept(BaseModel):
    """Recorded; what becomes of it can be read at `result`, from when flow has got to it."""

    status: Literal["kept"] = "kept"
    event: str
    visit: str | None
    result: str


class ProblemBody(BaseModel):
    """RFC 9457. `code` is for programs, `title` and `detail` are for people."""

    type: str
    code: str
    title: str
    status: int
    detail: str


class Offer(BaseModel):
    """What the desk may say of whoever is in the way: `title` for people, `visit` for the command's `forgotten`."""

    title: str
    visit: str


class Refused(ProblemBody):
    """A refusal by flow: nothing was changed. `held_by` is the ticket of who holds what was asked for.

    `offer` is there where a forgotten patient may be in the way: the same command with `forgotten`, their visit and when they
    left, says so and goes on, in one step.
    """

    event: str
    visit: str | None
    ticket: str | None
    stage: Stage | None
    room: str | None
    held_by: str | None
    offer: Offer | None


def _problem(description: str, model: type[ProblemBody] = ProblemBody) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": model.model_json_schema()}}}


ERRORS: dict[int | str, dict[str, Any]] = {
    401: _problem("No valid token."),
    403: _problem("The token is for another clinic, or for something else."),
    404: _problem("No such clinic, or none of what was asked for there."),
    422: _problem("Something in the address has a form that is not allowed."),
    503: _problem("Can't be answered now; Retry-After says when to try again."),
}
COMMAND_ANSWERS: dict[int | str, dict[str, Any]] = {
    201: {"model": Applied, "description": "Applied."},
    202: {"model": Kept, "description": "Recorded, not applied yet."},
    400: _problem("Not JSON, or no Idempotency-Key."),
    409: _problem("Refused; `code` says why: one of the refusals.", Refused),
    413: _problem("Too large."),
    **ERRORS,
    422: _problem("A field is missing, unknown or wrong, or the event could not be used."),
}


def outcome_url(site: str, event: str) -> str:
    """Give the address of an event's outcome."""
    return f"/v1/sites/{site}/outcomes/{event}"


def answer(event: SiteEvent, outcome: Outcome | None) -> Response:
    """Answer a command whose event is on the log."""
    where = outcome_url(event.site, event.id)
    if outcome is None:
        visit = event.subject if event.type.startswith("clinicflow.visit.") else None
        kept = Kept(event=event.id, visit=visit, result=where)
        return JSONResponse(kept.model_dump(mode="json"), 202, headers={"Location": where, "Retry-After": "1"})
    if outcome.status is OutcomeStatus.APPLIED:
        return JSONResponse(applied(outcome).model_dump(mode="json"), 201, headers={"Location": where})
    return refusal(outcome).response()


def applied(outcome: Outcome) -> Applied:
    """Say what is so now."""
    return Applied(event=outcome.event, visit=outcome.visit, ticket=outcome.ticket, stage=outcome.stage, room=outcome.room)


def refusal(outcome: Outcome) -> Problem:
    """Say no in plain words: 409 for what flow refused, 422 for what it set aside."""
    title, detail = sentence(outcome.reason, outcome.held_by)
    return Problem(
        409 if outcome.status is OutcomeStatus.REFUSED else 422,
        outcome.reason or "refused",
        title,
        detail,
        event=outcome.event,
        visit=outcome.visit,
        ticket=outcome.ticket,
        stage=outcome.stage,
        room=outcome.room,
        held_by=outcome.held_by,
        offer=_offer(outcome),
    )


def _offer(outcome: Outcome) -> dict[str, str] | None:
    if outcome.reason != Refusal.ROOM_HELD or outcome.holder is None:
        return None
    who = f"Ticket {outcome.held_by}" if outcome.held_by else "The other patient"
    return {"title": f"{who} left at …", "visit": outcome.holder}


def not_recorded() -> Problem:
    """Say that the log can't be written now."""
    return Problem(
        503,
        "not-recorded",
        "The system can't record anything right now",
        "Please don't count this as saved. Try again in a moment with the same key; it will count only once.",
        headers={"Retry-After": "2"},
    )


def starting() -> Problem:
    """Say that the records aren't read yet."""
    return Problem(
        503,
        "starting",
        "Not ready yet",
        "The system is starting, or can't reach its records. Please try again in a moment.",
        headers={"Retry-After": "2"},
    )

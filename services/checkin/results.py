"""The result of a command that was kept: flow's outcome at its own address."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from schemas.envelope import EventId
from schemas.outcomes import OutcomeStatus
from schemas.summaries import Stage
from services.checkin.answers import ERRORS
from services.checkin.domain.commands import SITE
from services.checkin.domain.refusals import sentence
from services.checkin.outcomes import Outcomes
from services.checkin.reads import from_redis
from services.checkin.security import Asker, Gate
from services.runtime.problems import Problem


class Result(BaseModel):
    """What became of an event. For one that was not applied, `reason` says why, and `title` and `detail` in plain words."""

    status: Literal["applied", "refused", "dead-lettered"]
    event: str
    visit: str | None
    ticket: str | None
    stage: Stage | None
    room: str | None
    reason: str | None = None
    held_by: str | None = None
    holder: str | None = None
    title: str | None = None
    detail: str | None = None


def routes(gate: Gate, outcomes: Outcomes) -> APIRouter:
    """Make the route of outcomes."""
    router = APIRouter(tags=["commands"], responses=ERRORS)

    @router.get(f"{SITE}/outcomes/{{event}}", summary="What became of a command", operation_id="outcome")
    async def read(asker: Annotated[Asker, Depends(gate.asker)], event: Annotated[EventId, Path()]) -> Result:
        """Answer 200 for a day from when flow has decided; until then 404 with `code` not-known-yet and Retry-After."""
        found = await from_redis(outcomes.stored(event))
        if found is None or found.site != asker.site:
            raise Problem(
                404,
                "not-known-yet",
                "Not known yet",
                "Nothing is known of this yet. If it was sent not long ago, please ask again in a moment.",
                headers={"Retry-After": "1"},
            )
        result = Result.model_validate(found.model_dump(mode="json", exclude={"site", "fingerprint"}))
        if found.status is OutcomeStatus.APPLIED:
            return result
        title, detail = sentence(found.reason, found.held_by)
        return result.model_copy(update={"title": title, "detail": detail})

    return router

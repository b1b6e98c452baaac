"""The batch endpoint for feeds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from schemas.codec import SiteEvent
from schemas.outcomes import Outcome
from services.checkin.answers import COMMAND_ANSWERS, not_recorded
from services.checkin.audit import Auditor
from services.checkin.commands import body_of
from services.checkin.domain.audit import Act
from services.checkin.domain.batch import MAX_BYTES, MAX_ITEMS, Batch, BatchItem, Feed, item_event
from services.checkin.domain.commands import SITE
from services.checkin.domain.own_words import foreign
from services.checkin.metrics import Metrics
from services.checkin.publisher import NotRecordedError
from services.checkin.recorder import Recorder
from services.checkin.requests import errors_of, read_body
from services.checkin.security import Asker, Gate
from services.runtime.clock import Clock
from services.runtime.problems import Problem, field_problems

BATCH = "batch"
"""As which it stands on the audit trail."""


class BatchBody(BaseModel):
    """Facts, in the order they should have on the log; each is judged on its own."""

    events: list[BatchItem]


class AcceptedItem(BaseModel):
    """An item on the log. `status` and `reason` come with `?wait=true`."""

    index: int
    event: str
    status: Literal["applied", "refused", "dead-lettered", "kept"] | None = None
    reason: str | None = None


class RejectedItem(BaseModel):
    """An item that was left out, and why."""

    index: int
    problem: str


class BatchAnswer(BaseModel):
    """What became of each item, by its place in the batch."""

    accepted: list[AcceptedItem]
    rejected: list[RejectedItem]


@dataclass(frozen=True)
class FeedDesk:
    """Where batches are taken."""

    recorder: Recorder
    auditor: Auditor
    clock: Clock
    metrics: Metrics
    wait_seconds: float

    async def take(self, asker: Asker, batch: Batch, wait: bool) -> BatchAnswer:
        """Record the good items in their order, and list the others."""
        assert asker.profile is not None
        feed = Feed(asker.profile, asker.principal.actor, self.clock.now())
        read = [read_item(item, feed) for item in batch.events]
        good = {index: event for index, event in enumerate(read) if not isinstance(event, str)}
        rejected = [RejectedItem(index=index, problem=wrong) for index, wrong in enumerate(read) if isinstance(wrong, str)]
        try:
            outcomes = await self.recorder.record(list(good.values()), self.wait_seconds if wait else 0)
        except NotRecordedError:
            self.metrics.batch_items.labels("unrecorded").inc(len(good))
            raise not_recorded() from None
        self.metrics.batch_items.labels("accepted").inc(len(good))
        self.metrics.batch_items.labels("rejected").inc(len(rejected))
        await self.auditor.did(asker, Act(BATCH, "done" if good or not rejected else "refused"))
        return BatchAnswer(accepted=_accepted(good.items(), outcomes, wait), rejected=rejected)


def read_item(item: object, feed: Feed) -> SiteEvent | str:
    try:
        read = BatchItem.model_validate(item, extra="forbid")
        event = item_event(read, feed)
        wrong = [] if isinstance(event, str) else foreign({**read.data, "visit": read.visit}, feed.profile)
        return "; ".join(f"{one.field}: {one.problem}" for one in wrong) or event
    except ValidationError as problem:
        errors = field_problems(errors_of(problem, BatchItem))
        return "; ".join(f"{error['field'] or 'the item'}: {error['problem']}" for error in errors)


def _accepted(good: Iterable[tuple[int, SiteEvent]], outcomes: Iterable[Outcome | None], wait: bool) -> list[AcceptedItem]:
    listed = []
    for (index, event), outcome in zip(good, outcomes, strict=True):
        status = (outcome.status.value if outcome else "kept") if wait else None
        listed.append(AcceptedItem(index=index, event=event.id, status=status, reason=outcome.reason if outcome and wait else None))
    return listed


def routes(gate: Gate, desk: FeedDesk) -> APIRouter:
    """Make the batch's route."""
    router = APIRouter(tags=["feeds"])

    @router.post(
        f"{SITE}/events:batch",
        dependencies=[Depends(desk.auditor.watching(gate, BATCH))],
        status_code=202,
        response_class=Response,
        responses={**COMMAND_ANSWERS, 201: {}, 202: {"model": BatchAnswer, "description": "On the log; see each item."}},
        summary="Report up to 1000 facts of a feed",
        operation_id=BATCH,
        openapi_extra=body_of(BatchBody),
    )
    async def batch(
        request: Request,
        asker: Annotated[Asker, Depends(gate.asker)],
        wait: Annotated[bool, Query(description="Wait up to 10 s for what becomes of each item.")] = False,
    ) -> Response:
        if len(await request.body()) > MAX_BYTES:
            raise Problem(413, "too-large", "Too large", "A batch may have 5 MB at most. Please send it in parts.")
        body = await read_body(request, Batch)
        if len(body.events) > MAX_ITEMS:
            raise Problem(
                413, "too-many", "Too many items", f"A batch may have {MAX_ITEMS} items at most. Please send it in parts."
            )
        answer = await desk.take(asker, body, wait)
        return JSONResponse(answer.model_dump(mode="json", exclude_none=True), 202)

    return router

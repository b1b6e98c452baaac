"""The history of a visit, read from the log."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel
from redis.asyncio import Redis

from schemas.envelope import VisitId
from services.checkin.answers import ERRORS
from services.checkin.audit import Auditor
from services.checkin.domain.audit import Act
from services.checkin.domain.commands import SITE
from services.checkin.domain.history import Step, history
from services.checkin.log_reader import LogAwayError, LogReader
from services.checkin.reads import from_redis
from services.checkin.security import Asker, Gate
from services.runtime.live.site import read_visit
from services.runtime.problems import Problem

VIEWED_HISTORY = "viewed-history"


class History(BaseModel):
    """The steps of a visit, in the order in which they were recorded."""

    visit: str
    steps: list[Step]


def routes(gate: Gate, auditor: Auditor, redis: Redis, namespace: str, log: LogReader) -> APIRouter:
    """Make the route of histories."""
    router = APIRouter(tags=["reads"], responses=ERRORS)

    @router.get(f"{SITE}/visits/{{visit}}/history", summary="What happened to a visit: who said what, and when")
    async def read(asker: Annotated[Asker, Depends(gate.asker)], visit: Annotated[VisitId, Path()]) -> History:
        """Answer with the steps of a visit that is open, or departed not long ago."""
        found = await from_redis(read_visit(redis, namespace, asker.site, visit))
        if found is None:
            raise Problem(404, "unknown-visit", "No such visit", "No such visit is open here, or departed not long ago.")
        await auditor.did(asker, Act(VIEWED_HISTORY, visit=visit, person=found[1].person))
        partition, live = found
        try:
            events = await asyncio.to_thread(log.events, partition, live.offsets)
        except LogAwayError:
            raise Problem(
                503, "log-away", "The history can't be read now", "Please try again in a moment; the visit itself is not affected.",
                headers={"Retry-After": "2"},
            ) from None  # fmt: skip
        return History(visit=visit, steps=history(events))

    return router

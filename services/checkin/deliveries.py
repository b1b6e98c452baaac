"""The addresses of what the billing system was told: how that stands, and one tried again, which is audited."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from schemas.deliveries import DeliveryState
from schemas.envelope import VisitId
from services.checkin.answers import ERRORS, ProblemBody, not_recorded
from services.checkin.audit import Auditor
from services.checkin.delivery_desk import DeliveryDesk, DeliveryList, RetryKept
from services.checkin.domain.audit import Act, made_here
from services.checkin.domain.commands import SITE
from services.checkin.publisher import NotRecordedError
from services.checkin.security import Asker, Gate

RETRIED = "retried-delivery"


def routes(gate: Gate, desk: DeliveryDesk, auditor: Auditor) -> APIRouter:
    """Make the routes of deliveries."""
    router = APIRouter(tags=["billing"], responses=ERRORS)

    @router.get(f"{SITE}/deliveries", summary="What the billing system was told, and what it could not be told")
    async def list_deliveries(
        asker: Annotated[Asker, Depends(gate.asker)], response: Response, state: Annotated[DeliveryState | None, Query()] = None
    ) -> DeliveryList:
        """Answer with how it stands and why, and what to do; never with what is told."""
        response.headers["cache-control"] = "no-store"
        return desk.all(asker, state)

    @router.post(
        f"{SITE}/deliveries/{{visit}}/retry",
        dependencies=[Depends(auditor.watching(gate, RETRIED))],
        status_code=202,
        responses={409: {"model": ProblemBody, "description": "There is nothing to try again."}},
        summary="Have one tried again",
        operation_id="retry_delivery",
    )
    async def retry(asker: Annotated[Asker, Depends(gate.asker)], visit: Annotated[VisitId, Path()]) -> RetryKept:
        """Write it down; billing tries at once, with all attempts before it. To say so twice is safe: it counts once."""
        kept = await desk.retry(asker, visit)
        try:
            await auditor.surely(asker, Act(RETRIED, visit=made_here(visit)))
        except NotRecordedError:
            raise not_recorded() from None
        return kept

    return router

"""The addresses of what was set aside: which records of a clinic could not be used, and one tried again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from services.checkin.answers import ERRORS, ProblemBody
from services.checkin.audit import Auditor
from services.checkin.domain.audit import Act
from services.checkin.domain.commands import SITE
from services.checkin.security import Asker, Gate
from services.checkin.set_aside_desk import Retried, SetAsideDesk, SetAsideList

RETRIED = "retried-set-aside"
Letter = Annotated[str, Path(pattern=r"^[0-9]{1,6}-[0-9]{1,19}$", description="A record as it is listed.")]


def routes(gate: Gate, desk: SetAsideDesk, auditor: Auditor) -> APIRouter:
    """Make the routes of what was set aside."""
    router = APIRouter(tags=["set aside"], responses=ERRORS)

    @router.get(f"{SITE}/set-aside", summary="The records that could not be used")
    async def list_set_aside(asker: Annotated[Asker, Depends(gate.asker)], response: Response) -> SetAsideList:
        """Answer with why and when, and what to do; never with what a record says."""
        response.headers["cache-control"] = "no-store"
        return await desk.all(asker)

    @router.post(
        f"{SITE}/set-aside/{{letter}}/retry",
        dependencies=[Depends(auditor.watching(gate, RETRIED))],
        responses={409: {"model": ProblemBody, "description": "It can't be tried again."}},
        summary="Try one again",
        operation_id="retry_set_aside",
    )
    async def retry(asker: Annotated[Asker, Depends(gate.asker)], letter: Letter) -> Retried:
        """Put it on the log again; wait some seconds for what becomes of it. To do so twice is safe: an event counts once."""
        retried = await desk.retry(asker, letter)
        await auditor.did(asker, Act(RETRIED))
        return retried

    return router

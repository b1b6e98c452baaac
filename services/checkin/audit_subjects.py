"""Whom a question to the audit trail is about: the staff and programs of a clinic by name, and the visits behind a ticket by id."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel
from redis.asyncio import Redis
from starlette.responses import Response

from schemas.access import Token, User
from schemas.envelope import Ticket
from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.checkin.answers import ERRORS
from services.checkin.domain.commands import SITE
from services.checkin.reads import from_redis
from services.checkin.security import Asker, Gate
from services.runtime.access_book import AccessBook
from services.runtime.live.site import read_site
from services.runtime.problems import Problem


class Actor(BaseModel):
    """Somebody, or a program, as the trail names them; a program has no other name."""

    actor: str
    name: str | None


class ActorList(BaseModel):
    """Whoever reaches the clinic, or did until their access was taken back."""

    actors: list[Actor]


class TicketVisit(BaseModel):
    """A visit by its ids, and where it stands; nothing of who it is."""

    visit: str
    person: str | None
    stage: Stage
    since_ms: int | None


class TicketVisits(BaseModel):
    """The visits that have this ticket, the latest first: a ticket comes again each day."""

    visits: list[TicketVisit]


def routes(gate: Gate, access: AccessBook, redis: Redis, namespace: str) -> APIRouter:
    """Make the routes that whoever reads the audit trail needs to ask it."""
    router = APIRouter(tags=["audit"], responses=ERRORS)

    @router.get(f"{SITE}/audit/actors", summary="Who may stand on the audit trail")
    async def actors(asker: Annotated[Asker, Depends(gate.asker)], response: Response) -> ActorList:
        response.headers["cache-control"] = "no-store"
        people = [Actor(actor=user.subject, name=user.name) for user in access.all(User) if _reaches(user, asker.site)]
        programs = [Actor(actor=token.subject, name=None) for token in access.all(Token) if _reaches(token, asker.site)]
        return ActorList(actors=[*people, *programs])

    @router.get(f"{SITE}/audit/tickets/{{ticket}}", summary="The visits behind a ticket")
    async def ticket(
        asker: Annotated[Asker, Depends(gate.asker)], ticket: Annotated[Ticket, Path()], response: Response
    ) -> TicketVisits:
        """Answer with the visits that are shown at the clinic now. Raises 404 where none has this ticket."""
        response.headers["cache-control"] = "no-store"
        live = await from_redis(read_site(redis, namespace, asker.site))
        found = [visit for visit in live.visits.values() if visit.ticket == ticket] if live else []
        if not found:
            raise Problem(404, "unknown-ticket", "No such ticket", "No patient who is here, or left not long ago, has this ticket.")
        return TicketVisits(visits=[_ids(visit) for visit in sorted(found, key=_latest_first)])

    return router


def _reaches(one: User | Token, site: str) -> bool:
    return not one.sites or site in one.sites


def _latest_first(visit: LiveVisit) -> tuple[int, str]:
    return -(visit.checked_in_ms or visit.since_ms or 0), visit.visit


def _ids(visit: LiveVisit) -> TicketVisit:
    return TicketVisit(visit=visit.visit, person=visit.person, stage=visit.stage, since_ms=visit.checked_in_ms or visit.since_ms)

"""One route per command of the table."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from schemas.envelope import ThingId, VisitId
from schemas.sites import SiteClock
from services.checkin.answers import COMMAND_ANSWERS, answer, not_recorded
from services.checkin.audit import Auditor
from services.checkin.domain.audit import act_of
from services.checkin.domain.bodies import BookVisit, Exact, objection
from services.checkin.domain.booking import placed
from services.checkin.domain.commands import CHECK_OUT, COMMANDS, About, Command
from services.checkin.domain.events import Asked, about, events_of
from services.checkin.domain.own_words import IsUser, foreign
from services.checkin.domain.people import Wrong
from services.checkin.metrics import Metrics
from services.checkin.publisher import NotRecordedError
from services.checkin.recorder import Recorder
from services.checkin.requests import idempotency_key, read_body, refuse, refuse_fields
from services.checkin.security import Asker, Gate
from services.runtime.clock import Clock
from services.runtime.problems import Problem


async def _no_thing() -> None:
    return None


async def _visit(visit: Annotated[VisitId, Path()]) -> str:
    return visit


async def _room(room: Annotated[ThingId, Path()]) -> str:
    return room


async def _provider(provider: Annotated[ThingId, Path()]) -> str:
    return provider


async def _supply(supply: Annotated[ThingId, Path()]) -> str:
    return supply


_THINGS = {
    About.NEW_VISIT: _no_thing,
    About.SITE: _no_thing,
    About.VISIT: _visit,
    About.ROOM: _room,
    About.PROVIDER: _provider,
    About.SUPPLY: _supply,
}


@dataclass(frozen=True)
class CommandDesk:
    """Where commands are taken: makes the event, records it, answers."""

    recorder: Recorder
    auditor: Auditor
    clock: Clock
    metrics: Metrics
    wait_seconds: float
    is_user: IsUser

    async def take(self, command: Command, asker: Asker, key: str, thing: str | None, body: Exact) -> Response:
        """Record the command and answer with what became of it."""
        asked = Asked(asker.site, key, asker.principal.actor, self.clock.now())
        if wrong := objection(body, asked.now):
            raise Problem(422, "invalid", "Something is missing or wrong", f"Please correct: {wrong}.")
        try:
            events = events_of(command, asked, thing, body)
        except ValidationError as problem:
            refuse(problem, type(body))
        try:
            outcomes = await self.recorder.record(events, self.wait_seconds)
        except NotRecordedError:
            self.metrics.commands.labels(command.name, "unrecorded").inc()
            raise not_recorded() from None
        outcome = outcomes[-1]
        self.metrics.commands.labels(command.name, outcome.status if outcome else "kept").inc()
        names = [CHECK_OUT.name] * (len(events) - 1) + [command.name]
        await self.auditor.did(asker, *map(act_of, names, events, outcomes))
        return answer(events[-1], outcome)


def routes(gate: Gate, desk: CommandDesk) -> APIRouter:
    """Make the routes of all commands."""
    router = APIRouter(tags=["commands"])
    for command in COMMANDS:
        router.add_api_route(
            command.path,
            _endpoint(command, gate, desk),
            methods=["POST"],
            dependencies=[Depends(desk.auditor.watching(gate, command.name))],
            name=command.name,
            operation_id=command.name,
            summary=command.summary,
            description=(command.body.__doc__ or "") + f" Roles: {', '.join(sorted(command.roles))}.",
            status_code=201,
            response_class=Response,
            responses=COMMAND_ANSWERS,
            openapi_extra=body_of(command.body),
        )
    return router


def _endpoint(command: Command, gate: Gate, desk: CommandDesk) -> Any:
    async def endpoint(
        request: Request,
        asker: Annotated[Asker, Depends(gate.asker)],
        thing: Annotated[str | None, Depends(_THINGS[command.about])],
        key: Annotated[str, Depends(idempotency_key)],
    ) -> Response:
        if asker.profile and asker.profile.clock is SiteClock.LOG:  # a step of today would carry its clock away from the log's
            said = "This clinic replays a log: its steps come from there alone, and nothing can be entered by hand."
            raise Problem(409, "follows-its-log", "Nothing can be entered here", said)
        body = await read_body(request, command.body)
        assert asker.profile is not None
        refuse_fields(foreign({**body.model_dump(), **about(command, thing)}, asker.profile, desk.is_user))
        if isinstance(body, BookVisit):
            booking = placed(body, asker.profile, desk.clock.now())
            if isinstance(booking, Wrong):
                refuse_fields([booking])
            else:
                body = booking
        return await desk.take(command, asker, key, thing, body)

    return endpoint


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """Describe the body that a route reads itself, after it knows who asks. The app adds the schema."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    required = any(entry.is_required() for entry in model.model_fields.values())
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}

"""The API, built from its parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.checkin import commands, docs_page, feeds, profile, reads, results
from services.checkin.body_limit import BodyLimit
from services.checkin.domain.bodies import ChangeProfile
from services.checkin.domain.commands import COMMANDS
from services.checkin.observed import Observed
from services.checkin.parts import Parts
from services.checkin.recorder import Recorder
from services.checkin.requests import KEY_HEADER
from services.checkin.security import Gate
from services.runtime import health, problems

DESCRIPTION = """\
Every step of a visit is a command. A command needs a bearer token and an `Idempotency-Key`; sending it again with the same
key is safe. 201: done. 202: recorded, and the result follows at `Location`. 409: refused, nothing was changed. 503: could not
be recorded; try again with the same key. Errors are `application/problem+json`."""


class Api(FastAPI):
    """FastAPI, whose description also holds the bodies that the routes read themselves."""

    def openapi(self) -> dict[str, Any]:
        """Describe the API."""
        if self.openapi_schema is None:
            schema = super().openapi()
            bodies: set[type[BaseModel]] = {ChangeProfile, feeds.BatchBody, *(command.body for command in COMMANDS)}
            _, found = models_json_schema(
                [(model, "validation") for model in sorted(bodies, key=lambda model: model.__name__)],
                ref_template="#/components/schemas/{model}",
            )
            schema.setdefault("components", {}).setdefault("schemas", {}).update(found["$defs"])
            _require_key(schema)
        return super().openapi()


def _require_key(schema: dict[str, Any]) -> None:
    """Say of each command that it needs its key, which the route asks for itself, in words of its own."""
    operations = (operation for path in schema["paths"].values() for operation in path.values())
    for parameter in (parameter for operation in operations for parameter in operation.get("parameters", ())):
        if parameter["name"] == KEY_HEADER:
            parameter["required"] = True


def build(parts: Parts) -> FastAPI:
    """Build the app. Serving it runs the parts."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with parts.running():
            yield

    gate = Gate(parts.tokens, parts.sites)
    recorder = Recorder(parts.publisher, parts.outcomes)
    desk = commands.CommandDesk(recorder, parts.clock, parts.metrics, parts.settings.outcome_seconds)
    feed_desk = feeds.FeedDesk(recorder, parts.clock, parts.metrics, parts.settings.batch_outcome_seconds)
    app = Api(title="clinicflow", version="1", description=DESCRIPTION, lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    docs_page.install(app)
    app.include_router(commands.routes(gate, desk))
    app.include_router(profile.routes(gate, desk, parts.sites))
    app.include_router(feeds.routes(gate, feed_desk))
    app.include_router(results.routes(gate, parts.outcomes))
    app.include_router(reads.routes(gate, parts.sites, parts.redis, parts.settings.namespace))
    app.router.routes.extend(health.routes(parts.checks(), parts.metrics.registry, parts.shown()))
    app.add_middleware(BodyLimit)
    app.add_middleware(Observed, clock=parts.clock, metrics=parts.metrics)
    return app

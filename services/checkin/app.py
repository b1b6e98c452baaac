"""The API, built from its parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.checkin import (
    absences,
    audit_subjects,
    audit_trail,
    book,
    book_files,
    commands,
    deliveries,
    desk_routes,
    docs_page,
    feeds,
    history,
    oidc_routes,
    pages,
    people,
    people_merging,
    people_search,
    profile,
    qr,
    reads,
    results,
    screens,
    self_check_in,
    session_routes,
    set_aside,
    user_routes,
)  # fmt: skip
from services.checkin.access_audit import AccessAudit
from services.checkin.audit import Auditor
from services.checkin.body_limit import BodyLimit
from services.checkin.cookies import SetCookies
from services.checkin.delivery_desk import DeliveryDesk
from services.checkin.domain.bodies import ChangeProfile
from services.checkin.domain.commands import COMMANDS
from services.checkin.domain.people import AddPerson, AskNames, ChangePerson, Search
from services.checkin.importing.bookings import Bookings
from services.checkin.importing.desk import ImportDesk
from services.checkin.observed import Observed
from services.checkin.parts import Parts
from services.checkin.people_desk import PeopleDesk
from services.checkin.people_merger import PeopleMerger
from services.checkin.people_writer import PeopleWriter
from services.checkin.profile_changes import ProfileChanges
from services.checkin.recorder import Recorder
from services.checkin.requests import KEY_HEADER
from services.checkin.security import Gate
from services.checkin.set_aside_desk import SetAsideDesk
from services.checkin.sign_in_parts import SignInParts
from services.runtime import health, problems
from services.runtime.phone_book import PhoneBook
from services.runtime.web.serving import SafeHeaders, safety_headers, static_routes

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
            own = (
                ChangeProfile,
                AddPerson,
                ChangePerson,
                AskNames,
                Search,
                screens.PairScreen,
                feeds.BatchBody,
                *absences.BODIES,
                *people_merging.BODIES,
                *session_routes.BODIES,
                *user_routes.BODIES,
            )
            bodies: set[type[BaseModel]] = {*own, *(command.body for command in COMMANDS)}
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

    sign_in = SignInParts.build(parts)
    gate = Gate(parts.access, parts.sites, sign_in.sessions, parts.watchers, parts.settings.checkin_url)
    recorder = Recorder(parts.publisher, parts.outcomes)
    auditor = Auditor(parts.audit_publisher, parts.sites, parts.clock, parts.metrics)
    parts.watchers.add(AccessAudit(auditor, parts.access, parts.sites))
    desk = commands.CommandDesk(recorder, auditor, parts.clock, parts.metrics, parts.settings.outcome_seconds, parts.access.is_user)
    feed_desk = feeds.FeedDesk(recorder, auditor, parts.clock, parts.metrics, parts.settings.batch_outcome_seconds)
    finder = people_search.Finder(parts.index, auditor)
    writer = PeopleWriter(parts.people, parts.vault, parts.publisher, parts.clock)
    people_desk = PeopleDesk(parts.people, parts.vault, writer, auditor, parts.clock, parts.metrics, finder)
    bookings = Bookings(recorder, auditor, parts.clock, parts.settings.batch_outcome_seconds)
    import_desk = ImportDesk(bookings, people_desk, auditor, parts.hub, parts.clock, parts.metrics, parts.imports_key)
    app = Api(title="clinicflow", version="1", description=DESCRIPTION, lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    docs_page.install(app)
    app.include_router(commands.routes(gate, desk))
    app.include_router(profile.routes(gate, desk, parts.sites, ProfileChanges(parts.sites, parts.clock)))
    app.include_router(people.routes(gate, people_desk))
    app.include_router(people_merging.routes(gate, PeopleMerger(people_desk)))
    app.include_router(people_search.routes(gate, finder))
    app.include_router(audit_trail.routes(gate, auditor, parts.settings, parts.clock))
    app.include_router(audit_subjects.routes(gate, parts.access, parts.redis, parts.settings.namespace))
    app.include_router(absences.routes(gate, absences.AbsenceDesk(recorder, auditor, parts.hub, parts.clock)))
    app.include_router(feeds.routes(gate, feed_desk))
    app.include_router(book.routes(gate, parts.hub, parts.clock))
    app.include_router(book_files.import_routes(gate, import_desk))
    app.include_router(book_files.export_routes(gate, parts.hub, auditor, parts.clock))
    app.include_router(results.routes(gate, parts.outcomes))
    app.include_router(reads.routes(gate, parts.sites, parts.redis, parts.settings.namespace))
    app.include_router(history.routes(gate, auditor, parts.redis, parts.settings.namespace, parts.log))
    app.include_router(desk_routes.routes(gate, parts.hub, parts.settings, parts.clock, parts.metrics))
    app.include_router(screens.routes(gate, parts.screens, auditor))
    app.include_router(set_aside.routes(gate, SetAsideDesk.of(parts.settings, parts.sites, parts.clock), auditor))
    app.include_router(deliveries.routes(gate, DeliveryDesk.of(parts.settings, parts.deliveries), auditor))
    app.include_router(qr.routes(gate, parts.redis, parts.settings, parts.links))
    app.include_router(self_check_in.routes(self_check_in.SelfCheckIn(parts, desk, auditor, PhoneBook(parts.links))))
    app.include_router(pages.routes(parts.pages))
    app.include_router(static_routes(parts.pages))
    app.include_router(session_routes.routes(gate, sign_in.desk, sign_in.by_link, sign_in.by_pin))
    app.include_router(oidc_routes.routes(gate, sign_in.oidc))
    app.include_router(user_routes.routes(gate, sign_in.user_desk, parts.settings.checkin_url))
    app.router.routes.extend(health.routes(parts.checks(), parts.metrics.registry, parts.shown()))
    app.add_middleware(SetCookies)
    app.add_middleware(SafeHeaders, headers=safety_headers())
    app.add_middleware(BodyLimit)
    app.add_middleware(Observed, clock=parts.clock, metrics=parts.metrics)
    return app

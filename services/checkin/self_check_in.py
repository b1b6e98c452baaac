"""Self check-in: a booked patient says on their own phone when they were born, and is checked in.

The form comes from the patient's page, and the answer leads back there with one word. What was typed in is compared and forgotten:
it is in no log, no error and no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import structlog
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from schemas.access import Role
from schemas.envelope import SiteId
from schemas.languages import LANGUAGES
from schemas.live import LiveVisit
from schemas.self_check_in import Said, due, may_check_in
from schemas.sites import SiteProfile
from schemas.summaries import Stage
from services.checkin.audit import Auditor
from services.checkin.commands import CommandDesk
from services.checkin.domain import birth_date
from services.checkin.domain.audit import Act, Ended
from services.checkin.domain.bodies import CheckInPatient
from services.checkin.domain.commands import CHECK_IN
from services.checkin.domain.tries import Tries
from services.checkin.parts import Parts
from services.checkin.security import Asker
from services.runtime.auth import Principal
from services.runtime.one_person import open_person
from services.runtime.phone_book import PhoneBook
from services.runtime.problems import Problem
from services.runtime.vault import Unopenable

ACTOR, ACTION = "patient", "self-check-in"
"""As which it stands on the audit trail."""
FORM_BYTES = 2000
FORM_FIELDS = 10
LOOK_SECONDS = 2.0

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{22}$", description="The token of the patient's link.")]

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("clinicflow.checkin.self-check-in")


@dataclass(frozen=True)
class SelfCheckIn:
    """Safe to run twice: the command's key is made of the visit as it stands, so two taps are one check-in."""

    parts: Parts
    desk: CommandDesk
    auditor: Auditor
    book: PhoneBook
    tries: Tries = field(default_factory=Tries)

    async def take(self, site: str, token: str, form: Mapping[str, str]) -> Said | None:
        """Check the patient of a link in, if they say their date of birth. None: the link leads nowhere."""
        profile = self.parts.sites.get(site)
        if profile is None:
            return None if self.parts.sites.table.ready else Said.TRY_AGAIN
        live = await self.parts.hub.look(profile, LOOK_SECONDS)
        if live is None:
            return Said.TRY_AGAIN
        visit = self.book.find(live, token)
        if visit is None:
            return None
        asker = Asker(Principal(ACTOR, Role.DISPLAY, (site,)), site, live.profile)
        said = self._judge(live.profile, visit, form) or await self._check_in(asker, visit)
        if said is not Said.TRY_AGAIN:
            outcome: Ended = "done" if said is Said.CHECKED_IN else "denied"
            await self.auditor.did(asker, Act(ACTION, outcome, visit=visit.visit, person=visit.person))
        return said

    def _judge(self, profile: SiteProfile, visit: LiveVisit, form: Mapping[str, str]) -> Said | None:
        """Say why not; None: the patient is who they say they are. It waits for nothing, so no try can slip past the count."""
        site, now = profile.site, self.parts.clock.monotonic()
        if not self.parts.people.table.ready or not self.tries.take(site, now):
            return Said.TRY_AGAIN
        if not may_check_in(visit, profile, due(visit.scheduled_ms, profile.timezone, self.parts.clock.now_ms())):
            return Said.CHECKED_IN if visit.stage is Stage.WAITING and visit.arrived_by == "page" else Said.NOT_EXPECTED
        if self.tries.closed(site, visit.visit, now):
            return Said.TOO_MANY
        born = self._born(site, visit.person)
        if born is None:
            return Said.NO_RECORD
        if birth_date.same(birth_date.said(form), born):
            return None
        self.tries.wrong(site, visit.visit, now)
        return Said.WRONG

    def _born(self, site: str, person: str | None) -> date | None:
        sealed = self.parts.people.get(person) if person is not None else None
        if sealed is None or sealed.site != site:
            return None
        try:
            return open_person(self.parts.people, self.parts.vault, sealed).born
        except Unopenable:
            self.parts.metrics.people_closed.inc()
            _log.error("person-closed", key=sealed.key_id)
            return None

    async def _check_in(self, asker: Asker, visit: LiveVisit) -> Said:
        try:
            answer = await self.desk.take(CHECK_IN, asker, _key(visit), visit.visit, CheckInPatient(channel="page"))
        except Problem:
            return Said.TRY_AGAIN
        return Said.CHECKED_IN if answer.status_code in _TAKEN else Said.NOT_EXPECTED


_TAKEN = frozenset({201, 202})


def _key(visit: LiveVisit) -> str:
    """Make the command's key of the booking and of what has happened since, so that an undone one can be done again."""
    last = visit.offsets[-1] if visit.offsets else 0
    return f"self-check-in/{visit.visit}/{visit.scheduled_ms}/{last}"


def routes(check_in: SelfCheckIn) -> APIRouter:
    """Make the route of self check-in."""
    router = APIRouter(tags=["phone"])

    @router.post("/v1/phone/{site}/{token}/check-in", status_code=303, response_class=Response, summary="Self check-in by a form")
    async def self_check_in(request: Request, site: Annotated[SiteId, Path()], token: Token) -> Response:
        """Take `day`, `month` and `year`, and lead back to the patient's page, which says what became of it."""
        form = await _form(request)
        said = await check_in.take(site, token, form)
        check_in.parts.metrics.self_check_ins.labels(said or "unknown").inc()
        told = {"said": said, "lang": form.get("lang") if form.get("lang") in LANGUAGES else None}
        query = urlencode({name: value for name, value in told.items() if value})
        pages = f"{check_in.parts.settings.public_url.rstrip('/')}/v"
        page = f"{pages}/{site}/{token}" if said else f"{pages}/nowhere"  # where the link leads nowhere, it is not repeated
        return RedirectResponse(f"{page}?{query}" if query else page, 303, headers={"cache-control": "no-store"})

    return router


async def _form(request: Request) -> dict[str, str]:
    """Read a small form; one that can't be read is empty. Raises Problem 413, and echoes nothing."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise Problem(413, "too-large", "Too much was sent", "This page sends a date and nothing more.")
    try:
        return dict(parse_qsl(body.decode("ascii", "replace"), max_num_fields=FORM_FIELDS))
    except ValueError:
        return {}

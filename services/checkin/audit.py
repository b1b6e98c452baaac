"""Writes the audit trail. What somebody looks at is recorded before it is shown; what they did, once it is answered."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Annotated
from uuid import uuid4

import structlog
from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from schemas.audit import AuditRecord
from schemas.topics import AUDIT
from services.checkin.domain.audit import VIEWED_NAME, Act, Ended, look_at, made_here, record_of
from services.checkin.metrics import Metrics
from services.checkin.publisher import NotRecordedError, Publisher, Record
from services.checkin.security import Asker, Gate
from services.runtime.auth import Principal
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook

PATIENCE_SECONDS = 1.0
"""A command stands on the log with its actor, so its answer waits no longer than this for the audit trail."""
REMEMBERED = 200_000
"""So many records of the look that is on are known to be written already."""

_ENDED: Mapping[int, Ended] = {
    400: "refused", 403: "denied", 404: "refused", 409: "refused", 412: "refused", 413: "refused", 422: "refused",
}  # fmt: skip


class Auditor:
    """Safe to run twice: a record's id is made of what it says, and whoever reads the trail takes each id once."""

    def __init__(self, publisher: Publisher, sites: SiteBook, clock: Clock, metrics: Metrics) -> None:
        self._publisher, self._sites, self._clock, self._metrics = publisher, sites, clock, metrics
        self._look = ""
        self._written: set[str] = set()
        self._log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("clinicflow.checkin.audit")

    async def saw(self, asker: Asker, people: Iterable[str], visit: str | None = None, action: str = VIEWED_NAME) -> None:
        """Record that the asker is about to see these people, by default their names; show them only once this has returned.

        Asked for again within a quarter of an hour that is the same look, and nothing is written. Raises NotRecordedError.
        """
        now = self._clock.now()
        look = look_at(now)
        if look != self._look or len(self._written) > REMEMBERED:
            self._look, self._written = look, set()
        acts = [Act(action, person=person, visit=visit) for person in dict.fromkeys(people)]
        records = [record_of(act, asker.principal.actor, asker.site, look, now) for act in acts]
        due = [record for record in records if record.id not in self._written]
        await self._publisher.publish(_on_topic(due))
        self._written.update(record.id for record in due)

    async def surely(self, asker: Asker, act: Act, look: str = "") -> None:
        """Record one act, or raise NotRecordedError: a look at more than names, or what stands nowhere else with its actor.

        `look` makes a repeat the same record; without it each call is one of its own.
        """
        await self._publisher.publish(_on_topic([self._record(act, asker.principal.actor, asker.site, look)]))

    async def surely_each(self, asker: Asker, acts: Mapping[str, Act]) -> None:
        """The same for several acts at once, each by its look."""
        await self._publisher.publish(
            _on_topic([self._record(act, asker.principal.actor, asker.site, look) for look, act in acts.items()])
        )

    async def did(self, asker: Asker, *acts: Act) -> None:
        """Record what has been answered already. It never raises: what isn't acknowledged within a second is counted."""
        await self._try([self._record(act, asker.principal.actor, asker.site) for act in acts])

    async def noted(self, actor: str, sites: Iterable[str], act: Act) -> None:
        """Record one act at each of these clinics, as `did` does."""
        await self._try([self._record(act, actor, site) for site in sites])

    def watching(self, gate: Gate, action: str) -> Callable[..., AsyncIterator[None]]:
        """Make a dependency that records that somebody who is signed in was denied or refused this; not what they sent."""

        async def watch(request: Request, principal: Annotated[Principal, Depends(gate.known)]) -> AsyncIterator[None]:
            try:
                yield
            except (Problem, RequestValidationError) as problem:
                site = request.path_params.get("site", "")
                ended = _ENDED.get(problem.status if isinstance(problem, Problem) else 422)
                if ended is not None and self._sites.get(site) is not None:
                    visit, person = (made_here(request.path_params.get(name)) for name in ("visit", "person"))
                    await self._try([self._record(Act(action, ended, visit, person), principal.actor, site)])
                raise

        return watch

    def _record(self, act: Act, actor: str, site: str, look: str = "") -> AuditRecord:
        """A command's event makes a repeat of the command the same record."""
        return record_of(act, actor, site, look or act.event or str(uuid4()), self._clock.now())

    async def _try(self, records: Sequence[AuditRecord]) -> None:
        try:
            await self._publisher.publish(_on_topic(records), within=PATIENCE_SECONDS)
        except NotRecordedError:
            self._metrics.audit_unrecorded.inc(len(records))
            for record in records:
                self._log.error("audit-unrecorded", action=record.action, outcome=record.outcome)


def _on_topic(records: Iterable[AuditRecord]) -> list[Record]:
    return [Record(AUDIT, record.site.encode(), record.model_dump_json(exclude_none=True).encode()) for record in records]

"""Looks at one visit after another, and takes the step that the plan names."""

import random
from datetime import datetime, timedelta

from structlog.stdlib import BoundLogger

from schemas.billing import BilledVisit, RevisedVisit, VisitHandedOver, VisitVoided, VoidedVisit
from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem
from services.billing.book import Book
from services.billing.domain.attempts import begun, ended
from services.billing.domain.content import hash_of
from services.billing.domain.holding import Hold
from services.billing.domain.plan import Attempt, Record, Wait, Wanted, plan
from services.billing.ledger import Ledger
from services.billing.metrics import Metrics
from services.billing.patients import Patients
from services.billing.retries import Retries
from services.billing.webhook import Webhook
from services.runtime.clock import Clock

MISSING_SECONDS = 60.0
"""So long, in real seconds, what is missing may be on its way by another topic."""


class HandOver:
    """Brings what the billing system was told of a visit to what there is to tell.

    Safe to run twice, and to be killed anywhere: the ledger knows of an attempt before it is made, and who finds one there without
    its end makes it again under the same id. One thread uses it.
    """

    def __init__(
        self, book: Book, patients: Patients, ledger: Ledger, retries: Retries, webhook: Webhook, *,
        key: bytes, clock: Clock, metrics: Metrics, log: BoundLogger,
    ) -> None:  # fmt: skip
        self._book, self._patients, self._ledger, self._retries, self._webhook = book, patients, ledger, retries, webhook
        self._key, self._clock, self._metrics, self._log = key, clock, metrics, log
        self._missing: dict[str, float] = {}
        """By visit, since when something is."""
        self._hold = Hold()
        self._rests_until = clock.now()

    def is_answered(self) -> bool:
        """Whether the last attempt found the other side well."""
        return self._hold == Hold()

    def rests(self) -> bool:
        """Whether nothing is to be sent now."""
        return self._clock.now() < self._rests_until

    def look(self, visit: str) -> datetime | None:
        """Do what is to be done about a visit now; returns when it is to be looked at again."""
        last, now = self._ledger.get(visit), self._clock.now()
        if (
            visit in self._ledger.unreadable
            or visit in self._book.unclear
            or (last is not None and last.completed_at < self._book.edge())
        ):
            return None
        wanted, billed = self._wanted(visit)
        match plan(wanted, last, self._retries.get(visit), now, waited=self._waited(visit, wanted)):
            case Attempt(entry) if entry.next_attempt_at is not None and entry.next_attempt_at > now:
                return entry.next_attempt_at
            case Attempt(entry):
                return self._attempt(entry, billed)
            case Record(entry):
                self._ledger.record(entry)
                self._count(entry)
            case Wait():
                return now + timedelta(seconds=self._clock.speed)
        return None

    def forget(self) -> None:
        """Forget what was seen of visits: others are ours now."""
        self._missing.clear()

    def _wanted(self, visit: str) -> tuple[Wanted | None, BilledVisit | None]:
        summary = self._book.get(visit)
        if summary is None or summary.completed_at is None:
            return None, None
        billed = self._patients.billed(summary)
        if isinstance(billed, DeliveryProblem):
            return Wanted(summary.site, visit, summary.completed_at, problem=billed), None
        return Wanted(summary.site, visit, summary.completed_at, content=hash_of(billed, self._key)), billed

    def _waited(self, visit: str, wanted: Wanted | None) -> bool:
        if wanted is None or wanted.problem is None:
            self._missing.pop(visit, None)
            return False
        now = self._clock.monotonic()
        return now - self._missing.setdefault(visit, now) >= MISSING_SECONDS

    def _attempt(self, entry: Delivery, billed: BilledVisit | None) -> datetime | None:
        tried = begun(entry, self._clock.now(), random.random())  # noqa: S311  # it spreads attempts
        self._ledger.record(tried)
        answer = self._webhook.post(tried.delivery, _body(tried, billed))
        outcome = ended(entry, tried, answer, self._clock.now(), random.random())  # noqa: S311  # as above
        self._hold = self._hold.after(outcome.problem)
        self._rests_until = self._clock.now() + self._hold.rest
        self._ledger.record(outcome)
        self._count(outcome)
        return outcome.next_attempt_at

    def _count(self, entry: Delivery) -> None:
        self._metrics.deliveries.labels(entry.kind.value, entry.state.value).inc()
        if entry.problem is None:
            self._log.info("handed over" if entry.attempts else "nothing to take back", kind=entry.kind.value)
            return
        self._metrics.problems.labels(entry.problem.value).inc()
        self._log.warning(
            "not handed over", kind=entry.kind.value, state=entry.state.value, problem=entry.problem.value, status=entry.status,
            attempts=entry.attempts,
        )  # fmt: skip


def _body(entry: Delivery, billed: BilledVisit | None) -> bytes:
    """Give what is sent: the same bytes at every attempt of one delivery."""
    if entry.kind is DeliveryKind.VOIDED or billed is None:
        gone = VoidedVisit(site=entry.site, visit=entry.visit, revision=entry.revision)
        return VisitVoided(timestamp=entry.begun_at, data=gone).model_dump_json(exclude_none=True).encode()
    said = RevisedVisit(**dict(billed), revision=entry.revision)
    kind = "visit.completed" if entry.kind is DeliveryKind.COMPLETED else "visit.corrected"
    return VisitHandedOver(type=kind, timestamp=entry.begun_at, data=said).model_dump_json(exclude_none=True).encode()

"""Complete visits and their patients, for tests of billing; all invented."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.deliveries import Delivery, DeliveryState, RetryAsked
from schemas.people import BillingCodes, Person
from schemas.summaries import Stage, VisitSummary
from services.billing.domain.attempts import Answer, begun, ended
from services.billing.domain.plan import Attempt, Wanted, plan

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
SITE = "harbor"
CODES = BillingCodes(diagnoses=("J02.9", "R50.9"), procedures=("99213",))


def complete(visit: str = "v1", **more: Any) -> VisitSummary:
    """A visit whose record is complete since noon."""
    given: dict[str, Any] = {
        "site": SITE, "visit": visit, "end": Stage.DEPARTED, "person": "p-ann", "provider": "dr-test", "visit_type": "follow-up",
        "checked_in_at": NOON - timedelta(hours=1), "checked_out_at": NOON - timedelta(minutes=5), "cycle_seconds": 3300,
        "completed_at": NOON, "completion": f"completion-{visit}", "codes": f"codes-{visit}", "source_offset": 52,
    }  # fmt: skip
    return VisitSummary.model_validate(given | more)


def ann(*visits: str, **more: Any) -> Person:
    """The patient of these visits, with their codes."""
    given: dict[str, Any] = {
        "person": "p-ann", "name": "Ann Example (invented)", "phone": "+15555550123", "born": "1970-01-02",
        "payer": "Example Health (invented)", "member_number": "M-0001", "identifiers": {"ehr": "MRN-1"},
        "notes": {"v1": "Afraid of needles (invented)"}, "codes": {f"codes-{visit}": CODES for visit in visits or ("v1",)},
    }  # fmt: skip
    return Person.model_validate(given | more)


def wanted(content: str | None = "a", **more: Any) -> Wanted:
    """A complete visit of this content, one letter."""
    return Wanted(SITE, "v1", NOON, content=content * 64 if content else None, **more)


def asked(delivery: Delivery, id_: str = "asked-1") -> RetryAsked:
    """Somebody wants this delivery tried again."""
    return RetryAsked(id=id_, site=delivery.site, visit=delivery.visit, delivery=delivery.delivery, asked_at=NOON)


def next_of(
    wants: Wanted | None, last: Delivery | None = None, *, retry: RetryAsked | None = None, now: datetime = NOON
) -> Delivery:
    """What is to be sent, where something is."""
    step = plan(wants, last, retry, now, waited=False)
    assert isinstance(step, Attempt), step
    return step.entry


def after(entry: Delivery, answer: Answer, now: datetime = NOON) -> Delivery:
    """What the ledger says when the attempt came to this."""
    return ended(entry, begun(entry, now, 0.5), answer, now, 0.5)


def sent(wants: Wanted | None, last: Delivery | None = None) -> Delivery:
    """What the ledger says once this was told."""
    told = after(next_of(wants, last), 200)
    assert told.state is DeliveryState.SENT
    return told

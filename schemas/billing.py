"""What the billing system is sent, by webhook: a visit whose record is complete, its corrections, and that it is none after all.

It is on no topic. The envelope follows the Standard Webhooks specification; docs/billing.md is for whoever receives it.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import Code, Frozen, SiteId, ThingId, UtcTime, VisitId
from schemas.people import BillingCodes
from schemas.summaries import Seconds, Stage
from schemas.visits import ChecklistState

Revision = Annotated[int, Field(ge=1)]
"""Rises with all that is said of one visit: whoever knows a higher one has the newer word."""


class BilledVisit(Frozen):
    """What there is to bill. What isn't known is left out. Another field here changes the content of every visit."""

    site: SiteId
    visit: VisitId
    person: VisitId | None = None
    identifiers: dict[str, str] = {}
    """The patient's own in other systems, by the name of the feed that they came with."""
    payer: str | None = None
    member_number: str | None = None
    codes: BillingCodes | None = None
    """As they were given."""
    visit_type: Code | None = None
    provider: ThingId | None = None
    end: Stage
    scheduled_at: UtcTime | None = None
    checked_in_at: UtcTime | None = None
    roomed_at: UtcTime | None = None
    provider_seen_at: UtcTime | None = None
    left_room_at: UtcTime | None = None
    checked_out_at: UtcTime | None = None
    completed_at: UtcTime
    waiting_room_seconds: Seconds | None = None
    exam_room_seconds: Seconds | None = None
    provider_seconds: Seconds | None = None
    service_seconds: Seconds | None = None
    cycle_seconds: Seconds | None = None
    checklist: dict[ThingId, ChecklistState] = {}
    disposition: Code | None = None


class RevisedVisit(BilledVisit):
    """The same, as it is sent."""

    revision: Revision


class VoidedVisit(Frozen):
    """All that is said of a visit that is not to be billed."""

    site: SiteId
    visit: VisitId
    revision: Revision


class VisitHandedOver(Frozen):
    """A visit is complete, or what was said of it has changed. It stands in the place of all that was said of the visit before."""

    type: Literal["visit.completed", "visit.corrected"] = "visit.completed"
    timestamp: UtcTime
    data: RevisedVisit


class VisitVoided(Frozen):
    """A visit is not to be billed after all: its completion was undone, or it turned out to be no visit of its own."""

    type: Literal["visit.voided"] = "visit.voided"
    timestamp: UtcTime
    data: VoidedVisit

"""`clinicflow.alerts.v1`: what flow found that somebody should know, and what it took back."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import Frozen, Language, SiteId, ThingId, Ticket, UtcTime, VisitId


class AlertKind(StrEnum):
    """`checked-in`, `next-up` and `called` are for the patient, the others for staff.

    `still-here` asks whether a patient of whom nothing was heard for long is in the clinic. `possible-walkout`: called and did not
    come, or has waited longer than patients there do. `site-silent` stands instead of all that silence would make seem late.
    `slot-clash`: two bookings want the same provider or room at the same time, and nobody said that they should.
    """

    CHECKED_IN = "checked-in"
    NEXT_UP = "next-up"
    CALLED = "called"
    WAIT_WARNING = "wait-warning"
    WAIT_CRITICAL = "wait-critical"
    IN_ROOM_WARNING = "in-room-warning"
    IN_ROOM_CRITICAL = "in-room-critical"
    ROOM_CLASH = "room-clash"
    STILL_HERE = "still-here"
    POSSIBLE_WALKOUT = "possible-walkout"
    PROVIDER_RUNNING_LATE = "provider-running-late"
    ROOM_TURNOVER_OVERDUE = "room-turnover-overdue"
    SITE_SILENT = "site-silent"
    SLOT_CLASH = "slot-clash"
    LOW_STOCK = "low-stock"


class RetractionReason(StrEnum):
    """`over`: it was true and is no longer. `undone`: the fact behind it was taken back."""

    OVER = "over"
    UNDONE = "undone"


AlertId = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._:/-]+$")]
"""Made from facts (kind, whom it is about, milestone), so that folding the log again gives the same ids."""


class AlertRaised(Frozen):
    """It holds from `time` on, which comes from the facts, not from when flow noticed."""

    type: Literal["clinicflow.alert.raised.v1"] = "clinicflow.alert.raised.v1"
    id: AlertId
    site: SiteId
    kind: AlertKind
    visit: VisitId | None = None
    """Whom it is about; none where it is about a room, a provider or the site."""
    person: VisitId | None = None
    ticket: Ticket | None = None
    room: ThingId | None = None
    provider: ThingId | None = None
    supply: ThingId | None = None
    language: Language | None = None
    time: UtcTime
    source_offset: int
    """The record of visits.v1 that gave rise to it, or the next one where a deadline did."""


class AlertRetracted(Frozen):
    """The alert of this id no longer stands."""

    type: Literal["clinicflow.alert.retracted.v1"] = "clinicflow.alert.retracted.v1"
    id: AlertId
    site: SiteId
    kind: AlertKind
    visit: VisitId | None = None
    person: VisitId | None = None
    ticket: Ticket | None = None
    room: ThingId | None = None
    provider: ThingId | None = None
    supply: ThingId | None = None
    language: Language | None = None
    reason: RetractionReason
    source_offset: int


Alert = Annotated[AlertRaised | AlertRetracted, Field(discriminator="type")]

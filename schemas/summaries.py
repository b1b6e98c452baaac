"""`clinicflow.summaries.v1`: one record per departed visit. Readers keep the highest source offset."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.envelope import Code, EventId, Frozen, QueueLetter, SiteId, ThingId, Ticket, UtcTime, VisitId
from schemas.visits import ChecklistState

SOURCE_OFFSET_HEADER = "source_offset"
"""On each record, tombstones too: the offset in visits.v1 (decimal digits) that gave rise to it."""


class Stage(StrEnum):
    """Where a visit stands, after FHIR R5 subjectStatus, and how it may end."""

    EXPECTED = "expected"
    WAITING = "waiting"
    IN_ROOM = "in_room"
    WITH_PROVIDER = "with_provider"
    AT_SERVICE = "at_service"
    DEPARTED = "departed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    LEFT = "left"
    UNCLOSED = "unclosed"


class Fault(StrEnum):
    """Times that can't be: both facts are kept, the durations they touch are unknown."""

    ROOMED_BEFORE_CHECK_IN = "roomed-before-check-in"
    SEEN_BEFORE_CHECK_IN = "seen-before-check-in"
    SEEN_BEFORE_ROOMED = "seen-before-roomed"
    STEP_AFTER_END = "step-after-end"


Seconds = Annotated[int, Field(ge=0)]


class VisitSummary(Frozen):
    """The times and durations of a visit that ended; a duration that isn't known is null."""

    site: SiteId
    visit: VisitId
    end: Stage
    ticket: Ticket | None = None
    queue: QueueLetter | None = None
    visit_type: Code | None = None
    provider: ThingId | None = None
    room: ThingId | None = None
    scheduled_at: UtcTime | None = None
    checked_in_at: UtcTime | None = None
    roomed_at: UtcTime | None = None
    provider_seen_at: UtcTime | None = None
    left_room_at: UtcTime | None = None
    checked_out_at: UtcTime | None = None
    waiting_room_seconds: Seconds | None = None
    exam_room_seconds: Seconds | None = None
    provider_seconds: Seconds | None = None
    cycle_seconds: Seconds | None = None
    service_seconds: Seconds | None = None
    """At lab, imaging and the like."""
    person: VisitId | None = None
    checklist: dict[ThingId, ChecklistState] = {}
    disposition: Code | None = None
    completed_at: UtcTime | None = None
    """Since when the record is complete, and may be billed."""
    completion: EventId | None = None
    """The event that said so."""
    codes: VisitId | None = None
    """Where its codes for billing are kept, among what is known of the person (people.v1)."""
    faults: tuple[Fault, ...] = ()
    source_offset: int

"""What became of a command: flow's answer, by event id."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.envelope import EventId, Fingerprint, Frozen, SiteId, ThingId, Ticket, VisitId
from schemas.summaries import Stage


class Refusal(StrEnum):
    """Why a command changed nothing. Closed; the desk has a sentence for each."""

    UNKNOWN_VISIT = "unknown-visit"
    UNKNOWN_ROOM = "unknown-room"
    UNKNOWN_EVENT = "unknown-event"
    ALREADY_BOOKED = "already-booked"
    ALREADY_CHECKED_IN = "already-checked-in"
    NOT_CHECKED_IN = "not-checked-in"
    NOT_EXPECTED = "not-expected"
    NOT_CALLED = "not-called"
    NOT_IN_ROOM = "not-in-room"
    ALREADY_IN_ROOM = "already-in-room"
    ALREADY_SEEN = "already-seen"
    ALREADY_ENDED = "already-ended"
    NOT_ENDED = "not-ended"
    ALREADY_UNDONE = "already-undone"
    ALREADY_MERGED = "already-merged"
    ROOM_HELD = "room-held"
    ROOM_OUT_OF_SERVICE = "room-out-of-service"
    SLOT_HELD = "slot-held"
    PROVIDER_AWAY = "provider-away"
    OUTSIDE_HOURS = "outside-hours"
    ROOM_UNFIT = "room-unfit"
    ROOM_NEEDED = "room-needed"
    CHECKLIST_MISSING = "checklist-missing"
    KEY_REUSED = "key-reused"


class OutcomeStatus(StrEnum):
    """`applied`, `refused` by flow, or `dead-lettered` with the reason of the closed list there."""

    APPLIED = "applied"
    REFUSED = "refused"
    DEAD_LETTERED = "dead-lettered"


class Outcome(Frozen):
    """The answer to one event; the same event again has the same answer."""

    event: EventId
    fingerprint: Fingerprint
    site: SiteId
    status: OutcomeStatus
    reason: Annotated[str, Field(pattern=r"^[a-z-]{1,40}$")] | None = None
    visit: VisitId | None = None
    ticket: Ticket | None = None
    stage: Stage | None = None
    room: ThingId | None = None
    held_by: Ticket | None = None
    """The ticket of who holds what was asked for."""
    holder: VisitId | None = None
    """Their visit, so that the desk can say in one step that they have left."""

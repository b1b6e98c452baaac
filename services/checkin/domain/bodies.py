"""What a command's body may hold. A field that isn't declared is refused."""

from datetime import datetime, timedelta
from typing import Literal

from schemas.envelope import Code, EventId, Frozen, ThingId, UtcTime, VisitId
from schemas.rooms import Acknowledgement, RoomStatus
from schemas.sites import SiteProfile
from schemas.visits import (
    Assignment,
    Call,
    CheckIn,
    ChecklistItem,
    Completion,
    Concern,
    Delay,
    Disposition,
    FollowUp,
    Identity,
    Minutes,
    Move,
    NoData,
    PriorityChange,
    Reason,
    Referral,
    Reply,
    Rooming,
    Seen,
)

CLOCK_TOLERANCE = timedelta(minutes=1)
"""A desk's clock may be so much ahead of ours."""


class Exact(Frozen):
    """Takes its declared fields and no others."""

    model_config = {"extra": "forbid", "hide_input_in_errors": True}


class Datable(Exact):
    """May be entered later: with `happened_at` it is a report of then, without it a command of now."""

    happened_at: UtcTime | None = None


class BookVisit(Datable):
    """Who is expected when; also a new time for a booked visit.

    When is said as an instant, or as the clinic's own clock will show it: `local`, such as 2026-03-02T14:30, with `later` where
    that comes twice, because the clocks are put back in between, and the second time is meant. How long it takes, and the
    buffers around it, follow from the visit type unless they are given.
    """

    person: VisitId | None = None
    scheduled_at: UtcTime | None = None
    local: str | None = None
    later: bool = False
    minutes: Minutes | None = None
    buffer_before: Minutes | None = None
    buffer_after: Minutes | None = None
    provider: ThingId | None = None
    room: ThingId | None = None
    visit_type: Code | None = None
    override: Code | None = None


class CheckInPatient(CheckIn, Datable):
    """The patient is here."""


class IdentifyPatient(Identity, Datable):
    """Who the patient is, by the id that adding them, or finding them, gave."""


class CallPatient(Call, Datable):
    """Where the patient is asked to go; without a room, to the desk."""


class Forgotten(Exact):
    """The visit of a patient who has left, and when; nobody had said so."""

    visit: VisitId
    left_at: UtcTime


class Freeing(Datable):
    """May say, in one step, that whoever is still down as being in the room has left: the `offer` of a refusal."""

    forgotten: Forgotten | None = None


class RoomPatient(Rooming, Freeing):
    """Into which room."""


class MovePatient(Move, Freeing):
    """To another room, or to a service point: one of the two."""


class SeePatient(Seen, Datable):
    """The provider begins, named where it isn't whom the visit is bound to."""


class SayNoMore(NoData, Datable):
    """The step says all there is to say."""


class CloseFollowUp(FollowUp, Datable):
    """What became of what was due after the visit."""


class SetAbsence(Exact):
    """From when until when a provider is away, and why."""

    from_at: UtcTime
    until_at: UtcTime
    reason: Code | None = None


class UndoAbsence(Exact):
    """The absence that is none, by the id its command was answered with."""

    event: EventId
    reason: Code | None = None


class GiveReason(Reason, Datable):
    """Why, as a code of the site's list."""


class ChangePriority(PriorityChange, Datable):
    """0 goes first; 5 is the ordinary patient."""


class AssignProvider(Assignment, Datable):
    """Whom the visit is bound to; nobody: the pool."""


class ChangeChecklistItem(ChecklistItem, Datable):
    """An item of the site's checklist and where it stands now."""


class RecordDisposition(Disposition, Datable):
    """What happens next, as a code of the site's list."""


class ReferPatient(Referral, Datable):
    """A referral by id, and where it stands."""


class CompleteVisit(Completion, Datable):
    """The record is complete and may be billed."""


class ConfirmVisit(Reply, Datable):
    """By which way the patient said that they will come."""


class ReportDelay(Delay, Datable):
    """How late the patient expects to be."""


class RecordConcern(Concern, Datable):
    """A concern by id, and where it stands."""


class UndoStep(Exact):
    """The event that did not happen, by the id its command was answered with."""

    event: EventId
    reason: Code | None = None


class CorrectStep(Exact):
    """The event that happened at another time, and when."""

    event: EventId
    happened_at: UtcTime
    reason: Code | None = None


class MergeVisits(Exact):
    """The visit that goes on; the one in the address is the same patient's same visit."""

    into: VisitId


class SetRoomStatus(Datable):
    """What the room is fit for."""

    status: RoomStatus
    reason: Code | None = None


class UndoRoomStatus(Exact):
    """What was said of the room by mistake, by the id its command was answered with."""

    event: EventId
    reason: Code | None = None


class SetProviderStatus(Datable):
    """In, away, or in but late by some minutes."""

    status: Literal["in", "away", "delayed"]
    delayed_minutes: Minutes = 0


class SetSupplyLevel(Datable):
    """How much there is now, and where."""

    level: int
    room: ThingId | None = None


class AcknowledgeAlert(Acknowledgement, Datable):
    """The alert somebody takes on."""


class ChangeProfile(SiteProfile, Exact):
    """The whole profile. `site` may be left out: it is the address's."""

    site: str = ""


def objection(body: Exact, now: datetime) -> str | None:
    """Say what is wrong with a body whose fields are right one by one; None: nothing."""
    forgotten = getattr(body, "forgotten", None)
    moments = {
        "happened_at": getattr(body, "happened_at", None),
        "forgotten.left_at": forgotten.left_at if isinstance(forgotten, Forgotten) else None,
    }
    for name, moment in moments.items():
        if isinstance(moment, datetime) and moment > now + CLOCK_TOLERANCE:
            return f"{name}: lies in the future"
    return None

"""What happens to a visit, as events of `clinicflow.visits.v1`."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.envelope import Code, Event, EventId, Frozen, Language, QueueLetter, ThingId, UtcTime, VisitId

Minutes = Annotated[int, Field(ge=0, le=1440)]
Priority = Annotated[int, Field(ge=0, le=9)]
"""0 goes first; 5 is the ordinary patient."""


class ChecklistState(StrEnum):
    """Where an item of the checklist stands."""

    MISSING = "missing"
    REQUESTED = "requested"
    DONE = "done"
    WAIVED = "waived"


class NoData(Frozen):
    """The step says all there is to say."""


class Booking(Frozen):
    """Who is expected when. `person` is ours (people.v1)."""

    person: VisitId | None = None
    scheduled_at: UtcTime
    minutes: Minutes | None = None
    buffer_before: Minutes | None = None
    """So long before it provider and room are needed already, and after it still."""
    buffer_after: Minutes | None = None
    provider: ThingId | None = None
    room: ThingId | None = None
    visit_type: Code | None = None
    override: Code | None = None
    """The reason for a booking made on purpose against another one, or against the hours."""
    plan: EventId | None = None
    """The absence for which a whole day was moved, where this is a part of that."""


class VisitBooked(Event):
    """A visit was put into the book."""

    type: Literal["clinicflow.visit.booked.v1"] = "clinicflow.visit.booked.v1"
    data: Booking


class VisitRescheduled(Event):
    """A booked visit was given another time, provider or room."""

    type: Literal["clinicflow.visit.rescheduled.v1"] = "clinicflow.visit.rescheduled.v1"
    data: Booking


class Reason(Frozen):
    """Why, as a code of the site's list."""

    reason: Code | None = None


class Cancellation(Reason):
    """Why the visit will not be, and the absence of which that is a part, as with a booking."""

    plan: EventId | None = None


class VisitCancelled(Event):
    """The patient or the clinic called the visit off before it began."""

    type: Literal["clinicflow.visit.cancelled.v1"] = "clinicflow.visit.cancelled.v1"
    data: Cancellation = Cancellation()


class CheckIn(Frozen):
    """How the patient arrived. A visit without a booking is a walk-in."""

    person: VisitId | None = None
    provider: ThingId | None = None
    visit_type: Code | None = None
    queue: QueueLetter | None = None
    """The letter of the ticket."""
    priority: Priority | None = None
    language: Language | None = None
    channel: Literal["desk", "page"] | None = None
    """`page`: the patient did it, on their own phone."""


class PatientCheckedIn(Event):
    """The patient is here."""

    type: Literal["clinicflow.visit.checked-in.v1"] = "clinicflow.visit.checked-in.v1"
    data: CheckIn = CheckIn()


class Identity(Frozen):
    """Who the patient is, where that was not known when they came. `person` is ours (people.v1)."""

    person: VisitId


class PatientIdentified(Event):
    """It was said who the patient is."""

    type: Literal["clinicflow.visit.identified.v1"] = "clinicflow.visit.identified.v1"
    data: Identity


class Call(Frozen):
    """Where the patient is asked to go; without a room, to the desk."""

    room: ThingId | None = None


class PatientCalled(Event):
    """The patient was called from the waiting room."""

    type: Literal["clinicflow.visit.called.v1"] = "clinicflow.visit.called.v1"
    data: Call = Call()


class PatientRecalled(Event):
    """The patient was called again."""

    type: Literal["clinicflow.visit.recalled.v1"] = "clinicflow.visit.recalled.v1"
    data: Call = Call()


class Override(Frozen):
    """Something that the checklist asks for first is missing, and this is why the patient goes in all the same."""

    override: Code | None = None


class Rooming(Override):
    """Which room; a feed may not know."""

    room: ThingId | None = None
    provider: ThingId | None = None


class PatientRoomed(Event):
    """The patient was taken to a room."""

    type: Literal["clinicflow.visit.roomed.v1"] = "clinicflow.visit.roomed.v1"
    data: Rooming = Rooming()


class Move(Override):
    """To another room, or to a service point (lab, imaging): one of the two."""

    room: ThingId | None = None
    service: ThingId | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.room is None) == (self.service is None):
            raise ValueError("say either a room or a service point")
        return self


class PatientMoved(Event):
    """The patient went to another room or to a service point."""

    type: Literal["clinicflow.visit.moved.v1"] = "clinicflow.visit.moved.v1"
    data: Move


class Seen(Override):
    """By whom, where that differs from whom the visit is bound to."""

    provider: ThingId | None = None


class ProviderSeen(Event):
    """The provider began with the patient."""

    type: Literal["clinicflow.visit.provider-seen.v1"] = "clinicflow.visit.provider-seen.v1"
    data: Seen = Seen()


class PatientLeftRoom(Event):
    """The patient left the room; it is no longer held."""

    type: Literal["clinicflow.visit.left-room.v1"] = "clinicflow.visit.left-room.v1"
    data: NoData = NoData()


class PatientCheckedOut(Event):
    """The visit is over."""

    type: Literal["clinicflow.visit.checked-out.v1"] = "clinicflow.visit.checked-out.v1"
    data: NoData = NoData()


class PatientLeft(Event):
    """The patient left without being seen."""

    type: Literal["clinicflow.visit.left.v1"] = "clinicflow.visit.left.v1"
    data: Reason = Reason()


class PatientDidNotShow(Event):
    """A booked patient did not come. A later arrival reverses it."""

    type: Literal["clinicflow.visit.no-show.v1"] = "clinicflow.visit.no-show.v1"
    data: Reason = Reason()


class Correction(Frozen):
    """The event named happened at `happened_at`; the envelope carries the time it had been given."""

    corrects: EventId
    happened_at: UtcTime
    reason: Code | None = None


class StepCorrected(Event):
    """An earlier event was given another time."""

    type: Literal["clinicflow.visit.step-corrected.v1"] = "clinicflow.visit.step-corrected.v1"
    data: Correction


class Undo(Frozen):
    """The event named did not happen. An undo may itself be undone."""

    undoes: EventId
    reason: Code | None = None


class StepUndone(Event):
    """An earlier event was taken back."""

    type: Literal["clinicflow.visit.step-undone.v1"] = "clinicflow.visit.step-undone.v1"
    data: Undo


class Merge(Frozen):
    """The subject is the same visit as `into`, which goes on."""

    into: VisitId


class VisitMerged(Event):
    """Two visits turned out to be one."""

    type: Literal["clinicflow.visit.merged.v1"] = "clinicflow.visit.merged.v1"
    data: Merge


class PriorityChange(Frozen):
    """The new priority, and why."""

    priority: Priority
    reason: Code | None = None


class PriorityChanged(Event):
    """The patient goes earlier or later than the order of arrival says."""

    type: Literal["clinicflow.visit.priority-changed.v1"] = "clinicflow.visit.priority-changed.v1"
    data: PriorityChange


class Assignment(Frozen):
    """Whom the visit is bound to; nobody: the pool."""

    provider: ThingId | None = None


class ProviderAssigned(Event):
    """The visit was bound to a provider, or given back to the pool."""

    type: Literal["clinicflow.visit.provider-assigned.v1"] = "clinicflow.visit.provider-assigned.v1"
    data: Assignment


class ChecklistItem(Frozen):
    """An item of the site's checklist and where it stands now."""

    item: ThingId
    state: ChecklistState
    reference: VisitId | None = None
    """Where the details are kept (people.v1); never the details."""
    override: Code | None = None


class ChecklistItemChanged(Event):
    """A form, a consent, the insurance: asked for, here, or waived."""

    type: Literal["clinicflow.visit.checklist-item-changed.v1"] = "clinicflow.visit.checklist-item-changed.v1"
    data: ChecklistItem


class Disposition(Frozen):
    """What happens next, as a code of the site's list."""

    disposition: Code
    follow_up_due_at: UtcTime | None = None


class DispositionRecorded(Event):
    """It was decided what happens after the visit."""

    type: Literal["clinicflow.visit.disposition-recorded.v1"] = "clinicflow.visit.disposition-recorded.v1"
    data: Disposition


class FollowUp(Frozen):
    """What became of what was due after the visit."""

    outcome: Literal["booked", "done", "declined", "unreachable"]


class FollowUpClosed(Event):
    """Nothing more is due after the visit."""

    type: Literal["clinicflow.visit.follow-up-closed.v1"] = "clinicflow.visit.follow-up-closed.v1"
    data: FollowUp


class Referral(Frozen):
    """A referral by id: to whom and for what is kept encrypted (people.v1)."""

    referral: VisitId
    state: Literal["sent", "accepted", "declined", "done"]
    due_at: UtcTime | None = None


class PatientReferred(Event):
    """The patient was referred, or a referral moved on."""

    type: Literal["clinicflow.visit.referred.v1"] = "clinicflow.visit.referred.v1"
    data: Referral


class Completion(Frozen):
    """What a billing system needs beyond the times: where its codes are kept (people.v1)."""

    reference: VisitId | None = None


class VisitCompleted(Event):
    """The record of the visit is complete and may be billed."""

    type: Literal["clinicflow.visit.completed.v1"] = "clinicflow.visit.completed.v1"
    data: Completion = Completion()


class Reply(Frozen):
    """By which way the patient answered."""

    channel: Literal["text", "phone", "desk", "page"]


class VisitConfirmed(Event):
    """The patient said that they will come."""

    type: Literal["clinicflow.visit.confirmed.v1"] = "clinicflow.visit.confirmed.v1"
    data: Reply


class Delay(Frozen):
    """How late the patient expects to be."""

    minutes: Minutes
    channel: Literal["text", "phone", "desk", "page"]


class DelayReported(Event):
    """The patient said that they are running late."""

    type: Literal["clinicflow.visit.delay-reported.v1"] = "clinicflow.visit.delay-reported.v1"
    data: Delay


class PatientStillHere(Event):
    """Somebody looked: the patient is still in the clinic."""

    type: Literal["clinicflow.visit.still-here.v1"] = "clinicflow.visit.still-here.v1"
    data: NoData = NoData()


class Concern(Frozen):
    """A concern by id: its text, and the answer to it, are kept encrypted (people.v1).

    The subject is the visit that it is about; or an id of its own, where it is about none of late. `person`: who raised it.
    """

    concern: VisitId
    state: Literal["open", "answered", "closed"]
    due_at: UtcTime | None = None
    person: VisitId | None = None
    owner: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")] | None = None
    """The user who sees to it."""
    channel: Literal["text", "phone", "desk", "page"] | None = None


class ConcernRecorded(Event):
    """A complaint was raised, answered or closed."""

    type: Literal["clinicflow.visit.concern-recorded.v1"] = "clinicflow.visit.concern-recorded.v1"
    data: Concern

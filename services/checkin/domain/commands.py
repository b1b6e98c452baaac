"""Every command, declared once: its address, the event it becomes and what its body holds."""

from dataclasses import dataclass
from enum import Enum

from schemas import permissions
from schemas.access import Role
from services.checkin.domain import bodies
from services.checkin.domain.bodies import Exact


class About(Enum):
    """What a command is about; by this its event gets its subject."""

    NEW_VISIT = "new visit"
    VISIT = "visit"
    ROOM = "room"
    PROVIDER = "provider"
    SUPPLY = "supply"
    SITE = "site"


@dataclass(frozen=True)
class Command:
    """One command. `event` is its event's type, without `clinicflow.` and `.v1`."""

    name: str
    path: str
    event: str
    body: type[Exact]
    summary: str
    about: About
    method: str = "POST"

    @property
    def event_type(self) -> str:
        """The full type of its event."""
        return f"clinicflow.{self.event}.v1"

    @property
    def roles(self) -> frozenset[Role]:
        """Who may give it."""
        return permissions.roles(permissions.CHECKIN, self.method, self.path)


SITE = "/v1/sites/{site}"


def _step(action: str, event: str, body: type[Exact], summary: str) -> Command:
    path = f"{SITE}/visits/{{visit}}/{action}"
    return Command(action, path, f"visit.{event}", body, summary, About.VISIT)


CHECK_IN = _step("check-in", "checked-in", bodies.CheckInPatient, "Check a booked patient in")
CHECK_OUT = _step("check-out", "checked-out", bodies.SayNoMore, "Check a patient out")

COMMANDS: tuple[Command, ...] = (
    Command("book", f"{SITE}/visits", "visit.booked", bodies.BookVisit, "Book a visit", About.NEW_VISIT),
    Command("walk-in", f"{SITE}/check-ins", "visit.checked-in", bodies.CheckInPatient, "Check in a walk-in", About.NEW_VISIT),
    CHECK_IN,
    _step("identify", "identified", bodies.IdentifyPatient, "Say who a patient is"),
    _step("call", "called", bodies.CallPatient, "Call a waiting patient"),
    _step("recall", "recalled", bodies.CallPatient, "Call a patient again"),
    _step("room", "roomed", bodies.RoomPatient, "Take a patient to a room"),
    _step("move", "moved", bodies.MovePatient, "Move a patient to another room or a service point"),
    _step("provider-seen", "provider-seen", bodies.SeePatient, "The provider begins with the patient"),
    _step("left-room", "left-room", bodies.SayNoMore, "The patient leaves the room"),
    CHECK_OUT,
    _step("left", "left", bodies.GiveReason, "The patient left without being seen"),
    _step("no-show", "no-show", bodies.GiveReason, "The booked patient did not come"),
    _step("cancel", "cancelled", bodies.GiveReason, "Cancel a booked visit"),
    _step("reschedule", "rescheduled", bodies.BookVisit, "Give a booked visit another time"),
    _step("priority", "priority-changed", bodies.ChangePriority, "Let a patient go earlier or later"),
    _step("assign", "provider-assigned", bodies.AssignProvider, "Bind a visit to a provider, or to the pool"),
    _step("checklist", "checklist-item-changed", bodies.ChangeChecklistItem, "Change an item of the checklist"),
    _step("disposition", "disposition-recorded", bodies.RecordDisposition, "Record what happens after the visit"),
    _step("follow-up", "follow-up-closed", bodies.CloseFollowUp, "Nothing more is due after the visit"),
    _step("refer", "referred", bodies.ReferPatient, "Refer a patient, or move a referral on"),
    _step("complete", "completed", bodies.CompleteVisit, "The visit's record is complete"),
    _step("confirm", "confirmed", bodies.ConfirmVisit, "The patient said that they will come"),
    _step("delay", "delay-reported", bodies.ReportDelay, "The patient runs late"),
    _step("still-here", "still-here", bodies.SayNoMore, "The patient is still in the clinic"),
    _step("concern", "concern-recorded", bodies.RecordConcern, "Record a concern"),
    _step("undo", "step-undone", bodies.UndoStep, "Take an earlier step back"),
    _step("correct", "step-corrected", bodies.CorrectStep, "Give an earlier step another time"),
    _step("merge", "merged", bodies.MergeVisits, "Two visits are one"),
    Command("record-concern", f"{SITE}/concerns", "visit.concern-recorded", bodies.RecordConcern,
            "Record a concern that is about no visit of late", About.NEW_VISIT),
    Command("room-status", f"{SITE}/rooms/{{room}}/status", "room.status-changed", bodies.SetRoomStatus,
            "Say what a room is fit for", About.ROOM),
    Command("undo-room-status", f"{SITE}/rooms/{{room}}/undo", "room.status-undone", bodies.UndoRoomStatus,
            "Take back what was said of a room", About.ROOM),
    Command("provider-status", f"{SITE}/providers/{{provider}}/status", "provider.status-changed", bodies.SetProviderStatus,
            "A provider comes, goes or runs late", About.PROVIDER),
    Command("absence", f"{SITE}/providers/{{provider}}/absences", "provider.absent", bodies.SetAbsence,
            "A provider will not be there", About.PROVIDER),
    Command("undo-absence", f"{SITE}/providers/{{provider}}/absences/undo", "provider.absence-undone", bodies.UndoAbsence,
            "Take back that a provider will not be there", About.PROVIDER),
    Command("supply-level", f"{SITE}/supplies/{{supply}}/level", "supply.level-changed", bodies.SetSupplyLevel,
            "Say how much of a supply there is", About.SUPPLY),
    Command("acknowledge", f"{SITE}/alerts/acknowledge", "alert.acknowledged", bodies.AcknowledgeAlert,
            "Take an alert on", About.SITE),
)  # fmt: skip

BY_NAME = {command.name: command for command in COMMANDS}

CHANGE_PROFILE = Command(
    "change-profile",
    f"{SITE}/profile",
    "site.profile-changed",
    bodies.ChangeProfile,
    "Make or change a site",
    About.SITE,
    method="PUT",
)

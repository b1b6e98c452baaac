"""Every command, declared once: its address, the event it becomes, what its body holds, and who may give it."""

from dataclasses import dataclass
from enum import Enum

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
    roles: frozenset[Role]
    summary: str
    about: About

    @property
    def event_type(self) -> str:
        """The full type of its event."""
        return f"clinicflow.{self.event}.v1"


DESK = frozenset({Role.DESK, Role.ADMIN})
FLOOR = frozenset({Role.DESK, Role.CLINICAL, Role.ADMIN})
FEEDS = frozenset({Role.INTEGRATION, Role.ADMIN})
READERS = frozenset({Role.DESK, Role.CLINICAL, Role.MANAGER, Role.INTEGRATION, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})

SITE = "/v1/sites/{site}"


def _step(action: str, event: str, body: type[Exact], roles: frozenset[Role], summary: str) -> Command:
    path = f"{SITE}/visits/{{visit}}/{action}"
    return Command(action, path, f"visit.{event}", body, roles, summary, About.VISIT)


CHECK_OUT = _step("check-out", "checked-out", bodies.SayNoMore, DESK, "Check a patient out")

COMMANDS: tuple[Command, ...] = (
    Command("book", f"{SITE}/visits", "visit.booked", bodies.BookVisit, DESK, "Book a visit", About.NEW_VISIT),
    Command("walk-in", f"{SITE}/check-ins", "visit.checked-in", bodies.CheckInPatient, DESK, "Check in a walk-in", About.NEW_VISIT),
    _step("check-in", "checked-in", bodies.CheckInPatient, DESK, "Check a booked patient in"),
    _step("call", "called", bodies.CallPatient, FLOOR, "Call a waiting patient"),
    _step("recall", "recalled", bodies.CallPatient, FLOOR, "Call a patient again"),
    _step("room", "roomed", bodies.RoomPatient, FLOOR, "Take a patient to a room"),
    _step("move", "moved", bodies.MovePatient, FLOOR, "Move a patient to another room or a service point"),
    _step("provider-seen", "provider-seen", bodies.SeePatient, FLOOR, "The provider begins with the patient"),
    _step("left-room", "left-room", bodies.SayNoMore, FLOOR, "The patient leaves the room"),
    CHECK_OUT,
    _step("left", "left", bodies.GiveReason, DESK, "The patient left without being seen"),
    _step("no-show", "no-show", bodies.GiveReason, DESK, "The booked patient did not come"),
    _step("cancel", "cancelled", bodies.GiveReason, DESK, "Cancel a booked visit"),
    _step("reschedule", "rescheduled", bodies.BookVisit, DESK, "Give a booked visit another time"),
    _step("priority", "priority-changed", bodies.ChangePriority, DESK, "Let a patient go earlier or later"),
    _step("assign", "provider-assigned", bodies.AssignProvider, DESK, "Bind a visit to a provider, or to the pool"),
    _step("checklist", "checklist-item-changed", bodies.ChangeChecklistItem, DESK, "Change an item of the checklist"),
    _step("disposition", "disposition-recorded", bodies.RecordDisposition, DESK, "Record what happens after the visit"),
    _step("refer", "referred", bodies.ReferPatient, DESK, "Refer a patient, or move a referral on"),
    _step("complete", "completed", bodies.CompleteVisit, DESK, "The visit's record is complete"),
    _step("confirm", "confirmed", bodies.ConfirmVisit, DESK, "The patient said that they will come"),
    _step("delay", "delay-reported", bodies.ReportDelay, DESK, "The patient runs late"),
    _step("still-here", "still-here", bodies.SayNoMore, DESK, "The patient is still in the clinic"),
    _step("concern", "concern-recorded", bodies.RecordConcern, DESK, "Record a concern"),
    _step("undo", "step-undone", bodies.UndoStep, FLOOR, "Take an earlier step back"),
    _step("correct", "step-corrected", bodies.CorrectStep, DESK, "Give an earlier step another time"),
    _step("merge", "merged", bodies.MergeVisits, DESK, "Two visits are one"),
    Command("room-status", f"{SITE}/rooms/{{room}}/status", "room.status-changed", bodies.SetRoomStatus, FLOOR,
            "Say what a room is fit for", About.ROOM),
    Command("undo-room-status", f"{SITE}/rooms/{{room}}/undo", "room.status-undone", bodies.UndoRoomStatus, FLOOR,
            "Take back what was said of a room", About.ROOM),
    Command("provider-status", f"{SITE}/providers/{{provider}}/status", "provider.status-changed", bodies.SetProviderStatus, FLOOR,
            "A provider comes, goes or runs late", About.PROVIDER),
    Command("supply-level", f"{SITE}/supplies/{{supply}}/level", "supply.level-changed", bodies.SetSupplyLevel, FLOOR,
            "Say how much of a supply there is", About.SUPPLY),
    Command("acknowledge", f"{SITE}/alerts/acknowledge", "alert.acknowledged", bodies.AcknowledgeAlert, FLOOR,
            "Take an alert on", About.SITE),
)  # fmt: skip

CHANGE_PROFILE = Command(
    "change-profile", f"{SITE}/profile", "site.profile-changed", bodies.ChangeProfile, ADMINS, "Make or change a site", About.SITE
)

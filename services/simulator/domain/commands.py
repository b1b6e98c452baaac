"""What the simulated staff tell the front desk, as its API wants it."""

from dataclasses import dataclass, field
from typing import Any

from services.simulator.domain.answers import Action
from services.simulator.domain.day import Appointment, PlannedVisit
from services.simulator.domain.wall_view import Sight

_SHOWN = {
    Action.CHECK_IN: frozenset({Sight.WAITING, Sight.CALLING}),
    Action.CALL: frozenset({Sight.CALLING}),
    Action.ROOM: frozenset({Sight.GONE}),
}


@dataclass(frozen=True)
class Command:
    """One command. `path` is below the site's address."""

    action: Action
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    queue: str = "A"
    priority: int = 5
    undoes: Action | None = None
    timed: bool = True
    """Whether it is measured how soon the wall shows it; not where it is taken back at once."""

    @property
    def room(self) -> str | None:
        """The room that is asked for."""
        room = self.body.get("room")
        return room if isinstance(room, str) else None

    @property
    def shown_as(self) -> frozenset[Sight] | None:
        """How the wall shows that it knows of it; None: not at all."""
        return _SHOWN.get(self.action) if self.timed else None


def book(appointment: Appointment) -> Command:
    """Write a patient into the book."""
    body: dict[str, Any] = {"scheduled_at": appointment.at.isoformat(), "minutes": appointment.minutes}
    if appointment.provider is not None:
        body["provider"] = appointment.provider
    return Command(Action.BOOK, "visits", body)


def check_in(planned: PlannedVisit, visit: str | None) -> Command:
    """The patient is at the desk: with a booking, or without one."""
    path = "check-ins" if visit is None else f"visits/{visit}/check-in"
    body = {"queue": planned.queue, "priority": planned.priority, "language": planned.language}
    return Command(Action.CHECK_IN, path, body, queue=planned.queue, priority=planned.priority)


def step(visit: str, action: Action, *, timed: bool = True, **body: str) -> Command:
    """The next step of a visit."""
    return Command(action, f"visits/{visit}/{action}", body, timed=timed)


def undo(visit: str, action: Action, event: str) -> Command:
    """Take a step back that was a mis-click."""
    return Command(Action.UNDO, f"visits/{visit}/undo", {"event": event, "reason": "mis-click"}, undoes=action)


def room_status(room: str, status: str) -> Command:
    """Say what a room is fit for."""
    return Command(Action.ROOM_STATUS, f"rooms/{room}/status", {"status": status})

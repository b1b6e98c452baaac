"""Where a visit stands, and what each step makes of it. Instants in ms since 1970 UTC."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.facts import Fact

ORDER = (
    "booked", "rescheduled", "cancelled", "no-show", "checked-in", "called", "recalled", "roomed", "moved", "provider-seen",
    "left-room", "left", "checked-out",
)  # fmt: skip
"""A visit's course: of two steps at one instant the one that comes first here was first."""
IN_CLINIC = ("waiting", "in_room", "with_provider", "at_service")
ENDED = ("departed", "left", "no_show", "cancelled")


@dataclass
class Course:
    """Where a visit stands. Names and units are those of the live state (schemas.live) where that has them."""

    stage: str | None = None
    since_ms: int | None = None
    noted: dict[str, Any] = field(default_factory=dict)
    scheduled_ms: int | None = None
    arrival: str | None = None
    checked_in_ms: int | None = None
    call: str | None = None
    called_ms: int | None = None
    called_to: str | None = None
    room: str | None = None
    service: str | None = None
    roomed_ms: int | None = None
    seen_ms: int | None = None
    left_room_ms: int | None = None
    checked_out_ms: int | None = None
    left_ms: int | None = None
    spent: dict[str, int] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)

    @property
    def queue(self) -> str:
        """The letter of its queue."""
        return str(self.noted.get("queue", "A"))

    @property
    def priority(self) -> int:
        """0 goes first."""
        return int(self.noted.get("priority", 5))

    @property
    def is_called(self) -> bool:
        """Whether a call stands."""
        return self.call is not None and self.stage in {"waiting", "at_service"}

    @property
    def place(self) -> tuple[int, int, str | None] | None:
        """What its place in the queue goes by; None: it doesn't wait to be called."""
        if self.stage != "waiting" or self.is_called:
            return None
        arrived = self.checked_in_ms if self.checked_in_ms is not None else self.since_ms or 0
        return self.priority, arrived, None

    def enter(self, stage: str, at: int) -> None:
        if self.checked_out_ms is not None:
            return
        if self.since_ms is not None and self.stage is not None:
            self.spent[self.stage] = self.spent.get(self.stage, 0) + at - self.since_ms
        self.stage, self.since_ms, self.left_ms = stage, at, None

    def no_call(self) -> None:
        self.call = self.called_ms = self.called_to = None


def _book(course: Course, fact: Fact, _at: int) -> None:
    course.scheduled_ms = fact.data["scheduled_at"]
    if course.stage is None or (fact.kind == "rescheduled" and course.stage in {"no_show", "cancelled"}):
        course.stage, course.since_ms = "expected", None


def _put_off(course: Course, fact: Fact, at: int) -> None:
    if course.arrival is None and course.stage not in IN_CLINIC:
        course.enter("no_show" if fact.kind == "no-show" else "cancelled", at)
        course.no_call()


def _check_in(course: Course, fact: Fact, at: int) -> None:
    if course.checked_in_ms is None:
        course.checked_in_ms, course.arrival = at, fact.id
        if course.roomed_ms is not None:
            course.faults.add("roomed-before-check-in")
        if course.seen_ms is not None:
            course.faults.add("seen-before-check-in")
    if course.stage not in IN_CLINIC:
        course.enter("waiting", at)


def _call(course: Course, fact: Fact, at: int) -> None:
    if course.stage in {"waiting", "at_service", "expected", None}:
        again = course.called_to if fact.kind == "recalled" else None
        course.call, course.called_ms, course.called_to = fact.id, at, fact.data.get("room", again)


def _room(course: Course, fact: Fact, at: int) -> None:
    course.arrival = course.arrival or fact.id
    first = course.roomed_ms is None
    course.roomed_ms = at if course.roomed_ms is None else course.roomed_ms
    course.no_call()
    if course.checked_out_ms is None:
        course.room, course.service = fact.data.get("room"), None
    if first and course.stage == "with_provider":
        course.faults.add("seen-before-roomed")
    else:
        course.enter("in_room", at)


def _move(course: Course, fact: Fact, at: int) -> None:
    if "service" not in fact.data:
        _room(course, fact, at)
        return
    course.no_call()
    if course.checked_out_ms is None:
        course.service = fact.data["service"]
    course.enter("at_service", at)


def _see(course: Course, fact: Fact, at: int) -> None:
    course.arrival = course.arrival or fact.id
    course.seen_ms = at if course.seen_ms is None else course.seen_ms
    course.no_call()
    if course.stage != "with_provider":
        course.enter("with_provider", at)


def _leave_room(course: Course, _fact: Fact, at: int) -> None:
    course.left_room_ms, course.room = at, None
    after = {"with_provider": "at_service", "in_room": "waiting"}.get(course.stage or "")
    if after is not None:
        course.enter(after, at)


def _end(course: Course, stage: str, at: int) -> None:
    course.enter(stage, at)
    course.no_call()
    course.room = course.service = None


def _leave(course: Course, _fact: Fact, at: int) -> None:
    _end(course, "left", at)
    if course.checked_out_ms is None:
        course.left_ms = at


def _check_out(course: Course, _fact: Fact, at: int) -> None:
    if course.checked_out_ms is None:
        _end(course, "departed", at)
        course.checked_out_ms = at


STEPS: dict[str, Callable[[Course, Fact, int], None]] = {
    "booked": _book, "rescheduled": _book, "cancelled": _put_off, "no-show": _put_off, "checked-in": _check_in, "called": _call,
    "recalled": _call, "roomed": _room, "moved": _move, "provider-seen": _see, "left-room": _leave_room, "left": _leave,
    "checked-out": _check_out,
}  # fmt: skip

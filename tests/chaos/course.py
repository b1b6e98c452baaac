"""One visit, worked out from its facts from nothing each time: the checker's own idea of where a visit stands.

It follows DESIGN §3 and §5 and the words of the API, and shares no code with flow. Instants are ms since 1970 UTC, `kind` is
an event's type without `clinicflow.visit.` and `.v1`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ORDER = (
    "booked", "rescheduled", "cancelled", "no-show", "checked-in", "called", "recalled", "roomed", "moved", "provider-seen",
    "left-room", "left", "checked-out",
)  # fmt: skip
"""A visit's course: of two steps at one instant the one that comes first here was first."""
IN_CLINIC = ("waiting", "in_room", "with_provider", "at_service")
ENDED = ("departed", "left", "no_show", "cancelled")
NOTED = ("person", "language", "provider", "visit_type", "queue", "priority")
CORRECTIONS = ("step-undone", "step-corrected")


@dataclass(frozen=True)
class Fact:
    """One event about a visit. Instants within `data` are ms, too."""

    id: str
    kind: str
    at: int
    recorded: int
    data: dict[str, Any]


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

    def _enter(self, stage: str, at: int) -> None:
        if self.checked_out_ms is not None:
            return
        if self.since_ms is not None and self.stage is not None:
            self.spent[self.stage] = self.spent.get(self.stage, 0) + at - self.since_ms
        self.stage, self.since_ms, self.left_ms = stage, at, None

    def _no_call(self) -> None:
        self.call = self.called_ms = self.called_to = None


def undone(facts: Iterable[Fact]) -> set[str]:
    """The events that did not happen: named by an undo that stands. An undo can be undone."""
    against: dict[str, list[str]] = {}
    for fact in facts:
        if fact.kind == "step-undone":
            against.setdefault(fact.data["undoes"], []).append(fact.id)

    def stands(event: str) -> bool:
        return not any(stands(undo) for undo in against.get(event, ()))

    return {event for event in against if not stands(event)}


def course_of(facts: Iterable[Fact]) -> Course:
    """Where a visit with these facts stands."""
    facts = list(facts)
    gone = undone(facts)
    moved: dict[str, tuple[int, str, int]] = {}
    for fact in facts:
        if fact.kind == "step-corrected" and fact.id not in gone:
            word = (fact.recorded, fact.id, fact.data["happened_at"])
            moved[fact.data["corrects"]] = max(word, moved.get(fact.data["corrects"], word))
    steps = [(moved[fact.id][2] if fact.id in moved else fact.at, fact)
             for fact in facts if fact.id not in gone and fact.kind not in CORRECTIONS]  # fmt: skip
    course = Course()
    for at, fact in sorted(steps, key=lambda step: (step[0], _rank(step[1].kind), step[1].id)):
        _take(course, fact, at)
    return course


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else 0


def _take(course: Course, fact: Fact, at: int) -> None:
    course.noted |= {name: fact.data[name] for name in NOTED if name in fact.data}
    if fact.kind == "provider-assigned" and "provider" not in fact.data:
        course.noted.pop("provider", None)
    if fact.kind not in ORDER:
        return
    if course.checked_out_ms is not None and fact.kind not in {"checked-out", "left-room"}:
        course.faults.add("step-after-end")
    _STEPS[fact.kind](course, fact, at)


def _book(course: Course, fact: Fact, _at: int) -> None:
    course.scheduled_ms = fact.data["scheduled_at"]
    if course.stage is None or (fact.kind == "rescheduled" and course.stage in {"no_show", "cancelled"}):
        course.stage, course.since_ms = "expected", None


def _put_off(course: Course, fact: Fact, at: int) -> None:
    if course.arrival is None and course.stage not in IN_CLINIC:
        course._enter("no_show" if fact.kind == "no-show" else "cancelled", at)
        course._no_call()


def _check_in(course: Course, fact: Fact, at: int) -> None:
    if course.checked_in_ms is None:
        course.checked_in_ms, course.arrival = at, fact.id
        if course.roomed_ms is not None:
            course.faults.add("roomed-before-check-in")
        if course.seen_ms is not None:
            course.faults.add("seen-before-check-in")
    if course.stage not in IN_CLINIC:
        course._enter("waiting", at)


def _call(course: Course, fact: Fact, at: int) -> None:
    if course.stage in {"waiting", "at_service", "expected", None}:
        again = course.called_to if fact.kind == "recalled" else None
        course.call, course.called_ms, course.called_to = fact.id, at, fact.data.get("room", again)


def _room(course: Course, fact: Fact, at: int) -> None:
    course.arrival = course.arrival or fact.id
    first = course.roomed_ms is None
    course.roomed_ms = at if course.roomed_ms is None else course.roomed_ms
    course._no_call()
    if course.checked_out_ms is None:
        course.room, course.service = fact.data.get("room"), None
    if first and course.stage == "with_provider":
        course.faults.add("seen-before-roomed")
    else:
        course._enter("in_room", at)


def _move(course: Course, fact: Fact, at: int) -> None:
    if "service" not in fact.data:
        _room(course, fact, at)
        return
    course._no_call()
    if course.checked_out_ms is None:
        course.service = fact.data["service"]
    course._enter("at_service", at)


def _see(course: Course, fact: Fact, at: int) -> None:
    course.arrival = course.arrival or fact.id
    course.seen_ms = at if course.seen_ms is None else course.seen_ms
    course._no_call()
    if course.stage != "with_provider":
        course._enter("with_provider", at)


def _leave_room(course: Course, _fact: Fact, at: int) -> None:
    course.left_room_ms, course.room = at, None
    after = {"with_provider": "at_service", "in_room": "waiting"}.get(course.stage or "")
    if after is not None:
        course._enter(after, at)


def _end(course: Course, stage: str, at: int) -> None:
    course._enter(stage, at)
    course._no_call()
    course.room = course.service = None


def _leave(course: Course, _fact: Fact, at: int) -> None:
    _end(course, "left", at)
    if course.checked_out_ms is None:
        course.left_ms = at


def _check_out(course: Course, _fact: Fact, at: int) -> None:
    if course.checked_out_ms is None:
        _end(course, "departed", at)
        course.checked_out_ms = at


_STEPS = {
    "booked": _book, "rescheduled": _book, "cancelled": _put_off, "no-show": _put_off, "checked-in": _check_in, "called": _call,
    "recalled": _call, "roomed": _room, "moved": _move, "provider-seen": _see, "left-room": _leave_room, "left": _leave,
    "checked-out": _check_out,
}  # fmt: skip


def durations(course: Course) -> dict[str, int | None]:
    """The visit's waits in seconds, by their names in the live state; None where it can't be known, or not yet."""
    names = ("waiting_room_seconds", "exam_room_seconds", "provider_seconds", "cycle_seconds")
    faults, spent = course.faults, course.spent
    if "step-after-end" in faults:
        return dict.fromkeys(names)
    early = bool(faults & {"roomed-before-check-in", "seen-before-check-in", "seen-before-roomed"})
    arrived, roomed, seen, out = course.checked_in_ms, course.roomed_ms, course.seen_ms, course.checked_out_ms
    known = (
        arrived is not None and roomed is not None and not early and course.stage != "waiting",
        roomed is not None and seen is not None and "seen-before-roomed" not in faults and course.stage != "in_room",
        seen is not None and course.stage != "with_provider",
    )
    values = [spent.get(stage, 0) // 1000 for stage in ("waiting", "in_room", "with_provider")]
    said = [value if certain else None for value, certain in zip(values, known, strict=True)]
    cycle = None if arrived is None or out is None else (out - arrived) // 1000
    return dict(zip(names, [*said, cycle], strict=True))

"""Which alerts a visit's place makes due by time alone: the checker's own rules (DESIGN I6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.chaos.course import durations
from tests.chaos.steps import Course

MINUTE_MS = 60_000
LIMITS = {
    "waiting_warning": 15, "waiting_critical": 30, "in_room_warning": 15, "in_room_critical": 30, "unanswered_call": 10,
}  # fmt: skip
"""In minutes, where a clinic's profile says nothing else."""
_TOO_LONG = {
    "waiting": (("wait-warning", "waiting_warning"), ("wait-critical", "waiting_critical")),
    "in_room": (("in-room-warning", "in_room_warning"), ("in-room-critical", "in_room_critical")),
}
_WENT_IN = ("in_room", "with_provider", "at_service", "departed")


@dataclass(frozen=True)
class Alert:
    """An alert that stands, as facts have it. `deadline_ms` where time alone made it."""

    id: str
    kind: str
    visit: str
    since_ms: int
    deadline_ms: int | None = None


def longest_usual_wait(courses: Iterable[Course]) -> int | None:
    """So long 98 of 100 patients waited before they went in, in seconds, up to the next five minutes; None: fewer than 20 did."""
    waits = [durations(course)["waiting_room_seconds"] for course in courses if course.stage in _WENT_IN]
    known = sorted(wait for wait in waits if wait is not None)
    return None if len(known) < 20 else -(-known[len(known) * 98 // 100] // 300) * 300


def timely(visit: str, course: Course, limits: Mapping[str, int], usual: int | None) -> list[Alert]:
    """The alerts of a visit that goes on like this, each from its deadline on. `usual`: the longest usual wait in seconds."""
    if course.since_ms is None:
        return []
    due = [(kind, course.since_ms + limits[limit] * MINUTE_MS) for kind, limit in _TOO_LONG.get(course.stage or "", ())]
    if course.is_called and course.called_ms is not None:
        due.append(("possible-walkout", course.called_ms + limits["unanswered_call"] * MINUTE_MS))
    elif course.stage == "waiting" and usual is not None:
        due.append(("possible-walkout", course.since_ms + max(usual * 1000, limits["waiting_critical"] * MINUTE_MS)))
    return [Alert(f"{kind}/{visit}/{deadline}", kind, visit, deadline, deadline) for kind, deadline in due]

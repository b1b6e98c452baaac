"""One visit, worked out from its facts from nothing each time: the checker's own idea of where a visit stands.

It follows DESIGN §3 and §5 and the words of the API, and shares no code with flow. Instants are ms since 1970 UTC, `kind` is
an event's type without `clinicflow.visit.` and `.v1`.
"""

from collections.abc import Iterable

from tests.chaos.facts import Fact, undone
from tests.chaos.steps import ORDER, STEPS, Course

NOTED = ("person", "language", "provider", "visit_type", "queue", "priority")
CORRECTIONS = ("step-undone", "step-corrected")


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
    STEPS[fact.kind](course, fact, at)


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

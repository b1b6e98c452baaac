"""How fast each queue moves, by the checker's own rules: worked out from all visits each time."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from tests.chaos.steps import Course

COUNTED, ENOUGH = 10, 4
WITHIN_MS = 3 * 3_600_000


def live_queues(courses: Iterable[tuple[str, Course]]) -> dict[str, dict[str, Any]]:
    """By letter the queue's field of the live state, where enough is known: the mean of the last intervals in which somebody waited."""
    taken_in: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for visit, course in courses:
        if course.roomed_ms is not None and course.checked_in_ms is not None:
            taken_in[course.queue].append((course.roomed_ms, visit, course.checked_in_ms))
    found = {}
    for letter, moves in taken_in.items():
        moves.sort()
        last_ms = moves[-1][0]
        waited = [(at, at - before) for (before, _, _), (at, _, arrived) in pairwise(moves) if arrived <= before]
        lengths = [length for at, length in waited if at >= last_ms - WITHIN_MS][-COUNTED:]
        if len(lengths) >= ENOUGH:
            seconds = max(1, round(sum(lengths) / len(lengths) / 1000))
            found[letter] = {"queue": letter, "pace_seconds": seconds, "taken_ms": last_ms}
    return found

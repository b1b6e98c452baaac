"""Visits that an earlier run left open, and how they go on."""

from datetime import UTC, datetime, timedelta
from random import Random

from schemas.live import LiveVisit
from services.simulator.domain.day import ORDINARY, Appointment, Course, PlannedVisit, course
from services.simulator.domain.habits import Habits

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def course_of(seed: int, live: LiveVisit, habits: Habits) -> Course:
    """Draw the rest of a visit."""
    return course(Random(f"{seed}/again/{live.visit}"), habits)


def expected(seed: int, live: LiveVisit, now: datetime, habits: Habits) -> PlannedVisit:
    """Draw when a patient who is in the book will come; who is late already comes soon."""
    rng = Random(f"{seed}/expected/{live.visit}")
    at = _EPOCH + timedelta(milliseconds=live.scheduled_ms or 0)
    early = at - timedelta(seconds=habits.earliness.seconds(rng))
    soon = now + timedelta(seconds=habits.walk.seconds(rng) * 5)
    return PlannedVisit(
        number=-1,
        arrives=max(early, soon),
        shows=rng.random() >= habits.no_show,
        priority=ORDINARY,
        language="en",
        appointment=Appointment(at, habits.slot_minutes, live.provider),
        course=course_of(seed, live, habits),
    )

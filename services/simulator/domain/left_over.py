"""Visits that an earlier run left open, and how they go on."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.simulator.domain.chance import chance
from services.simulator.domain.day import ORDINARY, Appointment, Course, PlannedVisit, course
from services.simulator.domain.habits import Habits

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def course_of(seed: int, live: LiveVisit, habits: Habits) -> Course:
    """Draw the rest of a visit."""
    return course(chance(seed, "again", live.visit), habits)


def not_in_the_book(planned: Iterable[PlannedVisit], found: Iterable[LiveVisit]) -> Iterator[PlannedVisit]:
    """Leave out the bookings of the hours that an earlier run has filled."""
    filled = max((live.scheduled_ms or 0 for live in found if live.stage is Stage.EXPECTED), default=0)
    for visit in planned:
        if visit.appointment is None or visit.appointment.at.timestamp() * 1000 > filled:
            yield visit


def expected(seed: int, live: LiveVisit, now: datetime, habits: Habits) -> PlannedVisit:
    """Draw when a patient who is in the book will come; who is late already comes soon."""
    rng = chance(seed, "expected", live.visit)
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

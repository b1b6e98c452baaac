"""Times that can't be: both facts are kept, what they touch is unknown and counted as a fault, and no duration is ever negative."""

from typing import Any

import pytest
from hypothesis import given

from schemas.summaries import Fault, Stage
from tests.builders import Clinic
from tests.unit.flow.folding import Flow
from tests.unit.flow.histories import Told, often, reports, told

IMPOSSIBLE: dict[str, tuple[list[tuple[str, str]], set[Fault], dict[str, int | None]]] = {
    "roomed before check-in": (
        [("room", "10:00"), ("check_in", "10:05"), ("see", "10:10"), ("check_out", "10:30")],
        {Fault.ROOMED_BEFORE_CHECK_IN},
        {"waiting_seconds": None, "exam_seconds": 600, "provider_seconds": 1200, "cycle_seconds": 1500},
    ),
    "seen before check-in": (
        [("room", "10:00"), ("see", "10:02"), ("check_in", "10:05"), ("check_out", "10:30")],
        {Fault.ROOMED_BEFORE_CHECK_IN, Fault.SEEN_BEFORE_CHECK_IN},
        {"waiting_seconds": None, "exam_seconds": 120, "provider_seconds": 1680, "cycle_seconds": 1500},
    ),
    "seen before roomed": (
        [("check_in", "10:00"), ("see", "10:10"), ("room", "10:15"), ("check_out", "10:30")],
        {Fault.SEEN_BEFORE_ROOMED},
        {"exam_seconds": None, "provider_seconds": 1200, "cycle_seconds": 1800},
    ),
    "checked out before check-in": (
        [("check_out", "10:00"), ("check_in", "10:05"), ("room", "10:10"), ("see", "10:20")],
        {Fault.STEP_AFTER_END},
        {"waiting_seconds": None, "exam_seconds": None, "provider_seconds": None, "cycle_seconds": None},
    ),
    "seen after check-out": (
        [("check_in", "10:00"), ("room", "10:10"), ("check_out", "10:20"), ("see", "10:25")],
        {Fault.STEP_AFTER_END},
        {"waiting_seconds": None, "exam_seconds": None, "provider_seconds": None, "cycle_seconds": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_an_impossible_order_is_a_fault_and_what_it_touches_is_unknown(what: str) -> None:
    steps, faults, durations = IMPOSSIBLE[what]
    clinic = Clinic().feed()
    for step, at in steps:
        getattr(clinic, step)("ann", at)
    view = Flow(clinic).view("ann")
    assert set(view.faults) == faults
    assert {name: getattr(view, name) for name in durations} == durations
    times = {"check_in": view.checked_in, "room": view.roomed, "see": view.seen, "check_out": view.ended}
    assert {step: times[step] for step, _ in steps} == {step: clinic.ms(at) for step, at in steps}


def test_a_visit_that_ended_stays_ended_whatever_is_told_of_later_times() -> None:
    clinic = Clinic().feed()
    clinic.check_in("ann", "10:00")
    clinic.check_out("ann", "10:30")
    clinic.room("ann", "10:35", "r1")
    clinic.move("ann", "10:36", service="lab")
    flow = Flow(clinic)
    assert (flow.view("ann").stage, flow.view("ann").room, flow.view("ann").service) == (Stage.DEPARTED, None, None)
    assert flow.site.rooms.held_by("r1") == ()


def test_a_correction_takes_the_fault_away_again() -> None:
    clinic = Clinic().feed()
    clinic.room("ann", "10:00", "r1")
    arrived = clinic.check_in("ann", "10:05")
    assert Flow(clinic).view("ann").faults == (Fault.ROOMED_BEFORE_CHECK_IN,)
    clinic.correct(arrived, "10:20", to="09:55")
    view = Flow(clinic).view("ann")
    assert (view.faults, view.waiting_seconds) == ((), 300)


def test_steps_of_the_same_minute_go_in_the_course_of_a_visit() -> None:
    clinic = Clinic().feed()
    for step in ("check_out", "see", "room", "check_in"):
        getattr(clinic, step)("ann", "10:00")
    view = Flow(clinic).view("ann")
    assert (view.stage, view.faults) == (Stage.DEPARTED, ())
    assert (view.waiting_seconds, view.exam_seconds, view.provider_seconds, view.cycle_seconds) == (0, 0, 0, 0)


@often
@given(tellings=reports)
def test_whatever_is_told_a_duration_is_unknown_or_at_least_nothing(tellings: list[Told]) -> None:
    clinic = Clinic()
    told(clinic.feed(), tellings)
    flow = Flow(clinic)
    for visit in flow.site.visits.values():
        view: Any = visit.view
        seconds = (view.waiting_seconds, view.exam_seconds, view.provider_seconds, view.cycle_seconds)
        assert all(duration is None or duration >= 0 for duration in seconds)
        if Fault.STEP_AFTER_END in view.faults:
            assert seconds == (None, None, None, None)
        if view.checked_in is None:
            assert (view.waiting_seconds, view.cycle_seconds) == (None, None)

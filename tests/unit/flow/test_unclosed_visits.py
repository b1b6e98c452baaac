"""Who is still open when the clinic has closed: their end is unknown, until somebody says what really happened."""

from datetime import timedelta
from typing import Any

from schemas.outcomes import Refusal
from schemas.summaries import Stage
from tests.builders import Clinic
from tests.unit.flow.folding import Flow

MONDAY_TO_FRIDAY = [
    {"weekday": day, "opens": opens, "closes": closes}
    for day in range(5)
    for opens, closes in (("08:00", "12:00"), ("13:00", "17:00"))
]


def a_clinic(**more: Any) -> Clinic:
    return Clinic(hours=MONDAY_TO_FRIDAY, next_up=0, limits={"silent": 0}, **more)


def test_after_closing_and_the_grace_time_an_open_visit_is_unclosed_and_frees_its_room() -> None:
    clinic = a_clinic()
    clinic.check_in("ann", "15:00")
    clinic.room("ann", "15:20", "r1")
    flow = Flow(clinic).tick("17:59:59.999")
    assert (flow.view("ann").stage, flow.site.rooms.held_by("r1")) == (Stage.IN_ROOM, ("ann",))
    flow.fresh()
    flow.tick("18:00")
    view = flow.view("ann")
    assert (view.stage, view.since, view.room, view.ended) == (Stage.UNCLOSED, clinic.ms("18:00"), None, None)
    assert (view.waiting_seconds, view.exam_seconds, view.cycle_seconds) == (1200, None, None)
    assert (flow.site.rooms.held_by("r1"), flow.alerts()) == ((), set())
    assert [(summary.visit, summary.view.stage) for summary in flow.effects.summaries] == [("ann", Stage.UNCLOSED)]
    assert flow.effects.changed["demo"] >= {"visit:ann", "room:r1"}


def test_a_real_time_that_comes_later_repairs_all_of_it() -> None:
    clinic = a_clinic()
    clinic.check_in("ann", "15:00")
    clinic.room("ann", "15:20", "r1")
    clinic.see("ann", "15:30")
    flow = Flow(clinic).tick("20:00")
    flow.fresh()
    clinic.feed().check_out("ann", "16:10", recorded="20:05")
    flow.read()
    view = flow.view("ann")
    assert (view.stage, view.ended, view.cycle_seconds, view.provider_seconds) == (Stage.DEPARTED, clinic.ms("16:10"), 4200, 2400)
    assert [summary.view.stage for summary in flow.effects.summaries] == [Stage.DEPARTED]


def test_a_command_for_somebody_who_is_there_after_all_opens_the_visit_again() -> None:
    clinic = a_clinic()
    clinic.check_in("ann", "15:00")
    flow = Flow(clinic).tick("18:00")
    roomed = clinic.room("ann", "18:10", "r1")
    assert flow.read().applied(roomed)
    assert flow.view("ann").stage is Stage.IN_ROOM
    assert flow.tick("19:09").view("ann").stage is Stage.IN_ROOM
    assert flow.tick("19:10").view("ann").stage is Stage.UNCLOSED


def test_to_come_back_to_a_room_that_was_given_away_is_a_claim() -> None:
    clinic = a_clinic()
    clinic.check_in("ann", "15:00")
    clinic.room("ann", "15:20", "r1")
    flow = Flow(clinic).tick("18:00")
    clinic.check_in("bob", "18:05")
    clinic.room("bob", "18:06", "r1")
    here = clinic.still_here("ann", "18:10")
    assert flow.read().refused(here) == Refusal.ROOM_HELD


def test_a_break_is_no_closing_and_who_comes_before_the_opening_has_the_whole_day() -> None:
    clinic = a_clinic()
    clinic.check_in("early", "07:30")
    clinic.check_in("ann", "11:50")
    flow = Flow(clinic).tick("13:30")
    assert {flow.view(visit).stage for visit in ("early", "ann")} == {Stage.WAITING}


def test_without_opening_hours_a_visit_is_unclosed_long_after_its_last_step() -> None:
    clinic = Clinic(unclosed_after_hours=24)
    clinic.check_in("ann", "15:00")
    clinic.room("ann", "16:00", "r1")
    flow = Flow(clinic)
    flow.state.tick(clinic.ms(clinic.moment("16:00") + timedelta(hours=24)) - 1, flow.effects)
    assert flow.view("ann").stage is Stage.IN_ROOM
    flow.state.tick(clinic.ms(clinic.moment("16:00") + timedelta(hours=24)), flow.effects)
    assert flow.view("ann").stage is Stage.UNCLOSED


def test_unclosed_visits_leave_the_state_too() -> None:
    clinic = a_clinic(retention_hours=2)
    clinic.check_in("ann", "15:00")
    assert set(Flow(clinic).tick("20:00").site.visits) == {"ann"}
    assert set(Flow(clinic).tick("20:01").site.visits) == set()


def test_new_hours_of_the_site_count_at_once() -> None:
    clinic = a_clinic()
    clinic.check_in("ann", "15:00")
    flow = Flow(clinic).tick("18:00")
    clinic.changes_profile(at="18:01", hours=[{"weekday": 0, "opens": "08:00", "closes": "19:00"}])
    assert flow.read().view("ann").stage is Stage.WAITING


def test_after_three_hours_without_a_step_the_desk_is_asked_and_an_answer_asks_again_later() -> None:
    clinic = a_clinic()
    clinic.check_in("ann", "09:00")
    clinic.room("ann", "09:01", "r1")
    clinic.see("ann", "09:02")
    flow = Flow(clinic).tick("12:01:59")
    assert flow.alerts() == set()
    assert flow.tick("12:02").alerts() == {"still-here ann"}
    clinic.still_here("ann", "12:05")
    assert flow.read().alerts() == set()
    assert flow.tick("15:05").alerts() == {"still-here ann"}

"""The course of a visit, as the desk and the feeds tell it: where it stands, since when, and how long each part took."""

from schemas.summaries import Stage
from services.flow.domain.facts import Fact
from services.flow.domain.modifiers import undone
from tests.builders import Clinic
from tests.unit.flow.folding import Flow

MINUTE = 60


def test_an_ordinary_visit_step_by_step_stands_where_it_should() -> None:
    clinic = Clinic()
    flow = Flow(clinic)
    course = [
        (clinic.book("ann", "08:00", scheduled="10:00"), Stage.EXPECTED, None),
        (clinic.check_in("ann", "09:55"), Stage.WAITING, "09:55"),
        (clinic.call("ann", "10:10", room="r1"), Stage.WAITING, "09:55"),
        (clinic.room("ann", "10:12", "r1"), Stage.IN_ROOM, "10:12"),
        (clinic.see("ann", "10:20"), Stage.WITH_PROVIDER, "10:20"),
        (clinic.leave_room("ann", "10:40"), Stage.AT_SERVICE, "10:40"),
        (clinic.check_out("ann", "10:45"), Stage.DEPARTED, "10:45"),
    ]
    for record, stage, since in course:
        flow.fold([record])
        assert (flow.view("ann").stage, flow.view("ann").since) == (stage, since and clinic.ms(since))
    view = flow.view("ann")
    assert (view.scheduled, view.checked_in) == (clinic.ms("10:00"), clinic.ms("09:55"))
    assert (view.roomed, view.seen, view.left_room) == (clinic.ms("10:12"), clinic.ms("10:20"), clinic.ms("10:40"))
    assert (view.ended, view.room, view.call, view.faults) == (clinic.ms("10:45"), None, None, ())
    assert (view.waiting_seconds, view.exam_seconds) == (17 * MINUTE, 8 * MINUTE)
    assert (view.provider_seconds, view.cycle_seconds) == (20 * MINUTE, 50 * MINUTE)


def test_a_duration_is_unknown_until_its_end_step_is_known() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    assert flow.view("ann").waiting_seconds is None
    clinic.room("ann", "10:10", "r1")
    flow.read()
    assert (flow.view("ann").waiting_seconds, flow.view("ann").exam_seconds) == (10 * MINUTE, None)
    clinic.see("ann", "10:15")
    flow.read()
    assert (flow.view("ann").exam_seconds, flow.view("ann").provider_seconds) == (5 * MINUTE, None)
    clinic.check_out("ann", "10:25")
    assert (flow.read().view("ann").provider_seconds, flow.view("ann").cycle_seconds) == (10 * MINUTE, 25 * MINUTE)


def test_two_rooms_and_the_lab_add_their_waits_and_keep_the_room_till_it_is_left() -> None:
    clinic = Clinic()
    flow = Flow(clinic)
    clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:10", "r1")
    clinic.see("ann", "10:15")
    clinic.move("ann", "10:25", service="lab")
    assert (flow.read().view("ann").stage, flow.view("ann").service, flow.view("ann").room) == (Stage.AT_SERVICE, "lab", "r1")
    clinic.move("ann", "10:40", room="r2")
    assert (flow.read().view("ann").stage, flow.view("ann").service, flow.view("ann").room) == (Stage.IN_ROOM, None, "r2")
    assert (flow.site.rooms.held_by("r1"), flow.site.rooms.held_by("r2")) == ((), ("ann",))
    clinic.see("ann", "10:42")
    clinic.check_out("ann", "10:50")
    view = flow.read().view("ann")
    assert (view.waiting_seconds, view.exam_seconds, view.provider_seconds) == (10 * MINUTE, 7 * MINUTE, 18 * MINUTE)
    assert (view.cycle_seconds, view.roomed, view.seen) == (50 * MINUTE, clinic.ms("10:10"), clinic.ms("10:15"))


def test_going_back_to_the_waiting_room_unseen_adds_a_second_wait() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:10", "r1")
    clinic.leave_room("ann", "10:12")
    flow = Flow(clinic)
    assert (flow.view("ann").stage, flow.view("ann").room, flow.view("ann").waiting_seconds) == (Stage.WAITING, None, None)
    clinic.room("ann", "10:20", "r2")
    assert flow.read().view("ann").waiting_seconds == 18 * MINUTE


def test_who_leaves_unseen_has_no_wait_and_no_cycle_time() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    clinic.leave("ann", "10:40", reason="too-long")
    view = Flow(clinic).view("ann")
    assert (view.stage, view.ended) == (Stage.LEFT, clinic.ms("10:40"))
    assert (view.waiting_seconds, view.cycle_seconds) == (None, None)


def test_who_left_and_comes_back_waits_again_and_the_time_away_does_not_count() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    clinic.leave("ann", "10:20")
    clinic.check_in("ann", "11:00")
    flow = Flow(clinic)
    assert (flow.view("ann").stage, flow.view("ann").since, flow.view("ann").ended) == (Stage.WAITING, clinic.ms("11:00"), None)
    clinic.room("ann", "11:05", "r1")
    assert flow.read().view("ann").waiting_seconds == 25 * MINUTE


def test_a_late_arrival_reverses_a_no_show_in_whichever_order_they_are_told() -> None:
    for late_news_first in (False, True):
        clinic = Clinic().feed()
        clinic.book("ann", "08:00", scheduled="10:00")
        steps = [(clinic.no_show, "10:20"), (clinic.check_in, "10:25")]
        for step, at in reversed(steps) if late_news_first else steps:
            step("ann", at)
        view = Flow(clinic).view("ann")
        assert (view.stage, view.since, view.faults) == (Stage.WAITING, clinic.ms("10:25"), ())


def test_a_no_show_told_of_somebody_who_is_here_changes_nothing() -> None:
    clinic = Clinic().feed()
    clinic.book("ann", "08:00", scheduled="10:00")
    clinic.check_in("ann", "09:50")
    clinic.no_show("ann", "10:20")
    assert Flow(clinic).view("ann").stage is Stage.WAITING


def test_a_cancelled_visit_ends_and_its_undo_brings_it_back() -> None:
    clinic = Clinic()
    clinic.book("ann", "08:00", scheduled="10:00")
    cancel = clinic.cancel("ann", "09:00", reason="patient-asked")
    flow = Flow(clinic)
    assert (flow.view("ann").stage, flow.view("ann").since) == (Stage.CANCELLED, clinic.ms("09:00"))
    clinic.undo(cancel, "09:05")
    assert (flow.read().view("ann").stage, flow.view("ann").since) == (Stage.EXPECTED, None)


def test_rescheduling_who_did_not_come_or_cancelled_makes_them_expected_again() -> None:
    clinic = Clinic()
    for visit in ("ann", "bob"):
        clinic.book(visit, "08:00", scheduled="10:00")
    clinic.no_show("ann", "10:20")
    clinic.cancel("bob", "10:20")
    clinic.reschedule("ann", "10:30", scheduled="15:00")
    clinic.reschedule("bob", "10:30", scheduled="15:00")
    flow = Flow(clinic)
    for visit in ("ann", "bob"):
        assert (flow.view(visit).stage, flow.view(visit).scheduled) == (Stage.EXPECTED, clinic.ms("15:00"))


def test_the_last_call_stands_until_the_patient_is_roomed() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    first = clinic.call("ann", "10:10", room="r1")
    flow = Flow(clinic)
    assert (flow.view("ann").call, flow.view("ann").called, flow.view("ann").called_to) == (first.id, clinic.ms("10:10"), "r1")
    again = clinic.recall("ann", "10:13")
    view = flow.read().view("ann")
    assert (view.call, view.called, view.called_to) == (again.id, clinic.ms("10:13"), "r1")
    clinic.room("ann", "10:14", "r1")
    view = flow.read().view("ann")
    assert (view.call, view.called, view.called_to) == (None, None, None)


def test_an_undone_recall_leaves_the_call_before_it_standing() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    first = clinic.call("ann", "10:10", room="r1")
    again = clinic.recall("ann", "10:13", room="r2")
    clinic.undo(again, "10:14")
    view = Flow(clinic).view("ann")
    assert (view.call, view.called_to) == (first.id, "r1")


def test_a_call_of_somebody_who_never_came_does_not_stand() -> None:
    clinic = Clinic().feed()
    clinic.book("ann", "08:00", scheduled="10:00")
    clinic.call("ann", "10:05")
    clinic.call("bob", "10:06")
    flow = Flow(clinic)
    assert (flow.view("ann").call, flow.view("bob").stage) == (None, None)
    clinic.no_show("ann", "10:12")
    assert flow.read().alerts() == set()
    clinic.check_in("ann", "10:04")
    assert flow.read().alerts() == {"called ann"}


def test_a_walk_in_needs_no_booking() -> None:
    clinic = Clinic()
    walk_in = clinic.check_in("ann", "10:00", queue="B", priority=3, language="es", provider="dr-lee", person="p1")
    flow = Flow(clinic)
    view = flow.view("ann")
    assert (flow.decision(walk_in).stage, flow.decision(walk_in).ticket) == (Stage.WAITING, "B01")
    assert (view.queue, view.priority, view.language, view.provider, view.person) == ("B", 3, "es", "dr-lee", "p1")
    assert (view.scheduled, view.arrival) == (None, walk_in.id)


def test_a_report_that_starts_in_the_middle_shows_what_is_known() -> None:
    clinic = Clinic().feed()
    clinic.room("ann", "10:10", "r1")
    flow = Flow(clinic)
    view = flow.view("ann")
    assert (view.stage, view.room, view.checked_in, view.roomed) == (Stage.IN_ROOM, "r1", None, clinic.ms("10:10"))
    assert (flow.site.rooms.held_by("r1"), flow.ticket("ann")) == (("ann",), None)
    clinic.see("ann", "10:15")
    clinic.check_out("ann", "10:30")
    view = flow.read().view("ann")
    assert (view.waiting_seconds, view.cycle_seconds) == (None, None)
    assert (view.exam_seconds, view.provider_seconds) == (5 * MINUTE, 15 * MINUTE)
    clinic.check_in("ann", "10:00", recorded="10:40")
    view = flow.read().view("ann")
    assert (view.waiting_seconds, view.cycle_seconds, view.faults) == (10 * MINUTE, 30 * MINUTE, ())
    assert flow.ticket("ann") == "A01"


def test_a_room_that_the_feed_does_not_know_is_unknown_not_wrong() -> None:
    clinic = Clinic().feed()
    clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:10", "r1")
    clinic.room("ann", "10:20")
    flow = Flow(clinic)
    assert (flow.view("ann").stage, flow.view("ann").room) == (Stage.IN_ROOM, None)
    assert flow.site.rooms.held_by("r1") == ()


def test_a_corrected_time_moves_the_step_and_everything_that_follows_from_it() -> None:
    clinic = Clinic()
    arrived = clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:10", "r1")
    first = clinic.correct(arrived, "10:12", to="09:50")
    flow = Flow(clinic)
    assert (flow.view("ann").checked_in, flow.view("ann").waiting_seconds) == (clinic.ms("09:50"), 20 * MINUTE)
    clinic.correct(arrived, "10:13", to="09:55")
    assert flow.read().view("ann").waiting_seconds == 15 * MINUTE
    clinic.undo(clinic.records[-1], "10:14")
    assert flow.read().view("ann").waiting_seconds == 20 * MINUTE
    clinic.undo(first, "10:15")
    assert flow.read().view("ann").waiting_seconds == 10 * MINUTE


def test_an_undo_takes_a_step_back_and_the_undo_of_the_undo_restores_it() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    roomed = clinic.room("ann", "10:10", "r1")
    flow = Flow(clinic)
    undo = clinic.undo(roomed, "10:11")
    assert (flow.read().view("ann").stage, flow.view("ann").room) == (Stage.WAITING, None)
    clinic.undo(undo, "10:12")
    assert (flow.read().view("ann").stage, flow.view("ann").room) == (Stage.IN_ROOM, "r1")


def test_a_walk_in_undone_by_mistake_comes_back_with_the_undo_of_the_undo() -> None:
    clinic = Clinic()
    arrived = clinic.check_in("ann", "10:00")
    undo = clinic.undo(arrived, "10:01")
    flow = Flow(clinic)
    assert flow.view("ann").stage is None
    back = clinic.undo(undo, "10:02")
    assert flow.read().applied(back)
    assert (flow.view("ann").stage, flow.view("ann").since) == (Stage.WAITING, clinic.ms("10:00"))


def test_a_visit_is_given_back_to_the_pool() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00", provider="dr-lee")
    clinic.assign("ann", "10:05")
    assert Flow(clinic).view("ann").provider is None


def test_undos_upon_undos_by_the_thousand_are_settled() -> None:
    chain = [Fact(f"u{n}", "step-undone", 0, n, {"undoes": f"u{n - 1}" if n else "roomed"}, n) for n in range(3001)]
    assert "roomed" in undone(chain)
    assert "roomed" not in undone(chain[:-1])


def test_undos_that_undo_each_other_take_nothing_else_along() -> None:
    clinic = Clinic().feed()
    clinic.check_in("ann", "10:00")
    one = clinic.undo(clinic.records[-1], "10:01", id="one", undoes="two")
    clinic.undo(one, "10:02", id="two")
    assert Flow(clinic).view("ann").stage is Stage.WAITING

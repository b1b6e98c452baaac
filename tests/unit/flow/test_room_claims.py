"""I8: a room holds one patient. Of two commands the lower offset holds; what reports bring is kept and alerted."""

from schemas.alerts import RetractionReason
from schemas.outcomes import OutcomeStatus, Refusal
from schemas.summaries import Stage
from tests.builders import Clinic
from tests.unit.flow.folding import Flow


def two_waiting(*more: str) -> Clinic:
    clinic = Clinic(next_up=0, limits={"waiting_warning": 600, "waiting_critical": 600})
    for minute, visit in enumerate(("ann", "bob", *more)):
        clinic.check_in(visit, f"10:{minute:02d}")
    return clinic


def test_of_two_desks_the_first_has_the_room_and_the_other_is_told_by_ticket_who_is_in_it() -> None:
    clinic = two_waiting()
    first, second = clinic.room("ann", "10:10", "r1"), clinic.room("bob", "10:10", "r1")
    flow = Flow(clinic)
    assert flow.applied(first)
    assert flow.decision(second)[1:] == (
        OutcomeStatus.REFUSED, Refusal.ROOM_HELD, "bob", "A02", Stage.WAITING, None, "A01", "ann", clinic.ms("10:10"),
    )  # fmt: skip
    assert (flow.view("bob").stage, flow.view("bob").room, flow.view("bob").roomed) == (Stage.WAITING, None, None)
    assert (flow.site.rooms.held_by("r1"), flow.alerts()) == (("ann",), set())
    assert second.id not in flow.site.visits["bob"].facts


def test_the_lower_offset_holds_even_if_the_other_command_was_recorded_earlier() -> None:
    clinic = two_waiting()
    first, second = clinic.room("ann", "10:10:05", "r1"), clinic.room("bob", "10:10:04", "r1")
    flow = Flow(clinic)
    assert (flow.applied(first), flow.refused(second)) == (True, Refusal.ROOM_HELD)


def test_a_refused_claim_stays_refused_when_the_room_is_free_after_all() -> None:
    clinic = two_waiting()
    held = clinic.room("ann", "10:10", "r1")
    refused = clinic.room("bob", "10:11", "r1")
    clinic.undo(held, "10:12")
    flow = Flow(clinic)
    assert (flow.view("bob").stage, flow.site.rooms.held_by("r1")) == (Stage.WAITING, ())
    clinic.log.repeat(refused)
    assert flow.read().refused(refused) == Refusal.ROOM_HELD
    anew = clinic.room("bob", "10:13", "r1")
    assert flow.read().applied(anew)


def test_the_undo_of_a_left_room_is_a_claim_of_its_own() -> None:
    clinic = two_waiting()
    clinic.room("ann", "10:10", "r1")
    left = clinic.leave_room("ann", "10:20")
    clinic.room("bob", "10:21", "r1")
    undo = clinic.undo(left, "10:22")
    flow = Flow(clinic)
    assert (flow.refused(undo), flow.decision(undo).held_by) == (Refusal.ROOM_HELD, "A02")
    assert (flow.view("ann").stage, flow.site.rooms.held_by("r1")) == (Stage.WAITING, ("bob",))
    clinic.leave_room("bob", "10:25")
    again = clinic.undo(left, "10:26")
    assert flow.read().applied(again)
    assert flow.site.rooms.held_by("r1") == ("ann",)


def test_the_undo_of_a_check_out_and_a_correction_that_takes_the_room_again_are_claims() -> None:
    clinic = two_waiting()
    clinic.room("ann", "10:10", "r1")
    out = clinic.check_out("ann", "10:20")
    clinic.room("bob", "10:21", "r1")
    undo = clinic.undo(out, "10:22")
    later = clinic.correct(out, "10:23", to="10:30")
    flow = Flow(clinic)
    assert flow.refused(undo) == Refusal.ROOM_HELD
    assert flow.applied(later)
    clinic = two_waiting()
    clinic.room("ann", "10:10", "r1")
    left = clinic.leave_room("ann", "10:20")
    clinic.room("bob", "10:21", "r1")
    earlier = clinic.correct(left, "10:23", to="10:09")
    assert Flow(clinic).refused(earlier) == Refusal.ROOM_HELD


def test_an_undo_that_frees_a_room_is_no_claim() -> None:
    clinic = two_waiting()
    roomed = clinic.room("ann", "10:10", "r1")
    undo = clinic.undo(roomed, "10:11")
    bob = clinic.room("bob", "10:11:00.001", "r1")
    flow = Flow(clinic)
    assert (flow.applied(undo), flow.applied(bob)) == (True, True)


def test_a_move_to_a_held_room_is_refused_and_the_patient_keeps_the_one_they_have() -> None:
    clinic = two_waiting()
    clinic.room("ann", "10:10", "r1")
    clinic.room("bob", "10:11", "r2")
    move = clinic.move("bob", "10:12", room="r1")
    flow = Flow(clinic)
    assert (flow.refused(move), flow.decision(move).room, flow.decision(move).held_by) == (Refusal.ROOM_HELD, "r2", "A01")
    assert flow.site.rooms.held_by("r2") == ("bob",)


def test_whoever_is_at_the_lab_still_holds_the_room() -> None:
    clinic = two_waiting()
    clinic.room("ann", "10:10", "r1")
    clinic.move("ann", "10:15", service="lab")
    refused = clinic.room("bob", "10:16", "r1")
    back = clinic.move("ann", "10:20", room="r1")
    flow = Flow(clinic)
    assert (flow.refused(refused), flow.applied(back)) == (Refusal.ROOM_HELD, True)


def test_a_clash_that_reports_bring_is_kept_and_alerted_until_it_is_over() -> None:
    clinic = two_waiting()
    clinic.room("ann", "10:10", "r1")
    clinic.feed().room("bob", "10:12", "r1")
    flow = Flow(clinic)
    assert flow.site.rooms.held_by("r1") == ("ann", "bob")
    assert (flow.alerts(), flow.raised()) == ({"room-clash ann", "room-clash bob"}, ["room-clash ann", "room-clash bob"])
    flow.fresh()
    clinic.leave_room("ann", "10:15")
    assert flow.read().alerts() == set()
    assert flow.retracted() == [("room-clash ann", RetractionReason.OVER), ("room-clash bob", RetractionReason.OVER)]


def test_a_room_held_by_report_refuses_commands() -> None:
    clinic = two_waiting()
    clinic.feed().room("feeds-own", "10:05", "r1")
    refused = clinic.room("ann", "10:10", "r1")
    flow = Flow(clinic)
    assert (flow.refused(refused), flow.decision(refused).held_by) == (Refusal.ROOM_HELD, None)


def test_a_room_that_is_unknown_or_out_of_service_is_refused_to_the_desk_and_taken_from_a_feed() -> None:
    clinic = two_waiting()
    clinic.sets_room("r2", "out-of-service", "10:05")
    unknown, broken = clinic.room("ann", "10:10", "cellar"), clinic.room("ann", "10:11", "r2")
    no_such = clinic.sets_room("cellar", "ready", "10:12")
    reported = clinic.feed().room("ann", "10:13", "cellar")
    flow = Flow(clinic)
    assert (flow.refused(unknown), flow.refused(broken)) == (Refusal.UNKNOWN_ROOM, Refusal.ROOM_OUT_OF_SERVICE)
    assert (flow.refused(no_such), flow.applied(reported)) == (Refusal.UNKNOWN_ROOM, True)
    assert flow.site.rooms.held_by("cellar") == ("ann",)


def test_the_latest_word_on_a_room_counts_whichever_came_last() -> None:
    clinic = Clinic().feed()
    clinic.sets_room("r1", "ready", "10:10")
    clinic.sets_room("r1", "out-of-service", "10:05", recorded="10:11")
    assert Flow(clinic).site.rooms.status("r1") == "ready"

"""Two visits that turn out to be one: they go on as one, whatever is told of either; an undone merge lets them part again."""

from schemas.outcomes import Refusal
from schemas.summaries import Stage
from tests.builders import Clinic
from tests.unit.flow.folding import Flow


def booked_and_walked_in() -> Clinic:
    """Ann is in the book, and was checked in as a walk-in under another visit."""
    clinic = Clinic(next_up=0)
    clinic.book("ann", "08:00", scheduled="10:00", provider="dr-lee")
    clinic.check_in("walk-in", "09:50")
    return clinic


def test_the_one_goes_on_with_the_facts_and_the_ticket_of_both() -> None:
    clinic = booked_and_walked_in()
    merged = clinic.merge("walk-in", "09:55", into="ann")
    flow = Flow(clinic)
    assert flow.applied(merged)
    assert (flow.decision(merged).visit, flow.decision(merged).ticket, flow.decision(merged).stage) == ("ann", "A01", Stage.WAITING)
    view = flow.view("ann")
    assert (view.stage, view.scheduled, view.checked_in, view.provider) == (
        Stage.WAITING, clinic.ms("10:00"), clinic.ms("09:50"), "dr-lee",
    )  # fmt: skip
    assert flow.view("walk-in").stage is None
    assert "visit:walk-in" in flow.effects.changed["demo"]
    assert (flow.site.queues.head("A", 9), flow.alerts()) == (("ann",), set())


def test_a_step_of_either_is_a_step_of_the_one() -> None:
    clinic = booked_and_walked_in()
    clinic.merge("walk-in", "09:55", into="ann")
    clinic.feed().room("walk-in", "10:00", "r1")
    seen = clinic.see("ann", "10:05")
    flow = Flow(clinic)
    assert flow.applied(seen)
    assert (flow.view("ann").stage, flow.view("ann").room) == (Stage.WITH_PROVIDER, "r1")
    assert flow.site.rooms.held_by("r1") == ("ann",)
    assert flow.view("ann").waiting_seconds == 600


def test_an_undone_merge_lets_each_go_its_own_way_again() -> None:
    clinic = booked_and_walked_in()
    merged = clinic.merge("walk-in", "09:55", into="ann")
    clinic.undo(merged, "09:57")
    flow = Flow(clinic)
    assert (flow.view("ann").stage, flow.ticket("ann")) == (Stage.EXPECTED, None)
    assert (flow.view("walk-in").stage, flow.ticket("walk-in")) == (Stage.WAITING, "A01")
    arrived = clinic.check_in("ann", "10:00")
    assert flow.read().decision(arrived).ticket == "A02"


def test_the_one_that_goes_on_shows_where_the_events_of_both_stand_until_they_part() -> None:
    clinic = booked_and_walked_in()
    clinic.book("bob", "09:51", scheduled="11:00")
    merged = clinic.merge("walk-in", "09:55", into="ann")
    clinic.feed().room("walk-in", "10:00", "r1")
    flow = Flow(clinic)
    assert flow.site.offsets_of(flow.site.visits["ann"]) == [1, 2, 4, 5]
    clinic.undo(merged, "10:01")
    flow.read()
    assert flow.site.offsets_of(flow.site.visits["ann"]) == [1]
    assert flow.site.offsets_of(flow.site.visits["walk-in"]) == [2, 4, 5, 6]


def test_a_step_of_one_may_be_undone_and_corrected_through_the_other() -> None:
    clinic = booked_and_walked_in()
    arrived = clinic.records[-1]
    clinic.merge("walk-in", "09:55", into="ann")
    corrected = clinic.correct(arrived, "09:56", to="09:40", visit="ann")
    flow = Flow(clinic)
    assert (flow.applied(corrected), flow.view("ann").checked_in) == (True, clinic.ms("09:40"))
    undone = clinic.undo(arrived, "09:57", visit="ann")
    assert flow.read().applied(undone)
    assert flow.view("ann").stage is Stage.EXPECTED


def test_visits_in_a_row_and_in_a_circle_go_on_as_one() -> None:
    clinic = Clinic().feed()
    for minute, visit in enumerate(("ann", "bob", "cy")):
        clinic.check_in(visit, f"10:0{minute}")
    clinic.merge("cy", "10:10", into="bob")
    clinic.merge("bob", "10:11", into="ann")
    flow = Flow(clinic)
    assert {visit.id: visit.goes_on_as for visit in flow.site.visits.values()} == {"ann": None, "bob": "ann", "cy": "ann"}
    clinic.merge("ann", "10:12", into="cy")
    flow.read()
    assert {visit.id: visit.goes_on_as for visit in flow.site.visits.values()} == {"ann": None, "bob": "ann", "cy": "ann"}


def test_of_two_merges_of_one_visit_the_later_counts() -> None:
    clinic = Clinic().feed()
    for minute, visit in enumerate(("ann", "bob", "cy")):
        clinic.check_in(visit, f"10:0{minute}")
    clinic.merge("cy", "10:11", into="bob")
    clinic.merge("cy", "10:10", into="ann")
    assert Flow(clinic).site.visits["cy"].goes_on_as == "bob"


def test_a_merge_that_makes_no_sense_is_refused() -> None:
    clinic = booked_and_walked_in()
    unknown, itself = clinic.merge("walk-in", "09:54", into="nobody"), clinic.merge("ann", "09:54", into="ann")
    nobody = clinic.merge("nobody", "09:54", into="ann")
    clinic.merge("walk-in", "09:55", into="ann")
    again = clinic.merge("ann", "09:56", into="walk-in")
    flow = Flow(clinic)
    assert (flow.refused(unknown), flow.refused(nobody)) == (Refusal.UNKNOWN_VISIT, Refusal.UNKNOWN_VISIT)
    assert (flow.refused(itself), flow.refused(again)) == (Refusal.ALREADY_MERGED, Refusal.ALREADY_MERGED)


def test_who_was_in_a_room_keeps_it_and_the_undo_of_the_merge_is_a_claim() -> None:
    clinic = booked_and_walked_in()
    clinic.room("walk-in", "09:52", "r1")
    clinic.check_in("ann", "09:53")
    merged = clinic.merge("walk-in", "09:55", into="ann")
    flow = Flow(clinic)
    assert (flow.site.rooms.held_by("r1"), flow.view("ann").stage) == (("ann",), Stage.IN_ROOM)
    clinic.leave_room("ann", "10:00")
    clinic.check_in("bob", "10:01")
    clinic.room("bob", "10:02", "r1")
    undo = clinic.undo(merged, "10:05")
    assert flow.read().refused(undo) == Refusal.ROOM_HELD
    assert flow.decision(undo).holder == "bob"


def test_the_summary_of_a_visit_that_was_merged_away_is_withdrawn() -> None:
    clinic = booked_and_walked_in()
    clinic.check_out("walk-in", "10:20")
    flow = Flow(clinic)
    flow.fresh()
    clinic.feed().merge("walk-in", "10:30", into="ann")
    flow.read()
    assert {(summary.visit, summary.view.stage) for summary in flow.effects.summaries} == {
        ("walk-in", None), ("ann", Stage.DEPARTED),
    }  # fmt: skip


def test_what_was_merged_leaves_the_state_together() -> None:
    clinic = Clinic(retention_hours=2)
    clinic.check_in("ann", "10:00")
    clinic.check_in("bob", "10:01")
    clinic.merge("bob", "10:05", into="ann")
    clinic.check_out("ann", "10:30")
    flow = Flow(clinic).tick("12:30")
    assert set(flow.site.visits) == {"ann", "bob"}
    flow.tick("12:31")
    assert (set(flow.site.visits), flow.site.together) == (set(), {})

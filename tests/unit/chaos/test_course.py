"""The checker's own fold: where a visit stands, what is refused, who gets which ticket and which alert is due."""

import pytest

from tests.chaos.paces import live_queues
from tests.chaos.timely import MINUTE_MS
from tests.chaos.views import live_visit
from tests.unit.chaos.made_up import NINE, Day


@pytest.fixture
def day() -> Day:
    day = Day()
    day.step("ann", "checked-in")
    return day


def stage(day: Day, visit: str = "ann") -> str | None:
    return day.clinic.visits[visit].course.stage


def reason(day: Day, event: str) -> str | None:
    return day.clinic.decided[event].reason


def test_a_visit_goes_its_course_and_its_waits_are_known(day: Day) -> None:
    for kind in ("called", "roomed", "provider-seen", "left-room", "checked-out"):
        day.step("ann", kind)
    shown = live_visit(day.clinic.visits["ann"])
    assert (shown["stage"], shown["waiting_room_seconds"], shown["exam_room_seconds"]) == ("departed", 2, 1)
    assert (shown["provider_seconds"], shown["cycle_seconds"]) == (1, 5)


def test_an_undone_step_did_not_happen_and_an_undone_undo_neither(day: Day) -> None:
    roomed = day.step("ann", "roomed", room="r1")
    undo = day.step("ann", "step-undone", "undo", undoes=roomed)
    assert (stage(day), day.clinic.holders("r1")) == ("waiting", [])
    day.step("ann", "step-undone", "redo", undoes=undo)
    assert (stage(day), day.clinic.holders("r1")) == ("in_room", ["ann"])


def test_a_corrected_step_happened_then(day: Day) -> None:
    called = day.step("ann", "called")
    day.step("ann", "step-corrected", corrects=called, happened_at="2026-03-02T15:00:00.500Z")
    assert day.clinic.visits["ann"].course.called_ms == NINE + 500


def test_reports_in_the_wrong_order_end_up_the_same(day: Day) -> None:
    day.step("ann", "provider-seen", ago_s=0.2)
    day.step("ann", "roomed", ago_s=1.5, room="r2")
    assert stage(day) == "with_provider"
    assert "faults" not in live_visit(day.clinic.visits["ann"])


def test_of_two_who_want_a_room_the_first_on_the_log_has_it(day: Day) -> None:
    day.step("ben", "checked-in")
    day.step("ann", "roomed", room="r1")
    lost = day.step("ben", "roomed", room="r1")
    assert (reason(day, lost), day.clinic.decided[lost].held_by) == ("room-held", "A01")


def test_an_undo_that_would_take_a_room_again_is_refused(day: Day) -> None:
    day.step("ben", "checked-in")
    day.step("ann", "roomed", room="r1")
    left = day.step("ann", "left-room")
    day.step("ben", "roomed", room="r1")
    assert reason(day, day.step("ann", "step-undone", undoes=left)) == "room-held"


@pytest.mark.parametrize(
    ("kind", "why"),
    [("checked-in", "already-checked-in"), ("recalled", "not-called"), ("left-room", "not-in-room"), ("no-show", "not-expected")],
)
def test_a_command_that_makes_no_sense_is_refused(day: Day, kind: str, why: str) -> None:
    assert reason(day, day.step("ann", kind, "again")) == why


def test_a_step_of_nobody_is_refused_and_a_report_of_one_is_kept(day: Day) -> None:
    assert reason(day, day.step("eve", "called")) == "unknown-visit"
    day.step("eve", "roomed", ago_s=2)
    assert stage(day, "eve") == "in_room"


def test_a_visit_of_before_the_clinic_remembers_is_a_dead_letter(day: Day) -> None:
    assert reason(day, day.step("old", "checked-in", ago_s=3 * 86_400)) == "visit-closed"


def test_the_queue_goes_by_priority_and_arrival(day: Day) -> None:
    day.step("ben", "checked-in")
    day.step("eve", "checked-in", priority=1)
    assert day.clinic.queue("A") == ["eve", "ann", "ben"]


def test_alerts_are_due_for_the_head_of_the_queue_the_called_and_who_waits_too_long(day: Day) -> None:
    day.step("ben", "checked-in")
    day.step("ben", "called")
    kinds = {(alert.visit, alert.kind) for alert in day.clinic.alerts(day.now).values()}
    assert kinds == {("ann", "next-up"), ("ben", "called"), ("ann", "checked-in"), ("ben", "checked-in")}
    later = {(alert.visit, alert.kind) for alert in day.clinic.alerts(day.now + 20 * MINUTE_MS).values()}
    assert later - kinds == {("ann", "wait-warning"), ("ben", "wait-warning"), ("ben", "possible-walkout")}


@pytest.mark.parametrize(("waited_before", "minute"), [(19, None), (20, 35)])
def test_who_waits_longer_than_patients_here_do_may_have_left(day: Day, waited_before: int, minute: int | None) -> None:
    for number in range(waited_before):
        day.step(f"v{number}", "checked-in", ago_s=34 * 60)
        day.step(f"v{number}", "roomed", ago_s=0)
    alerts = day.clinic.alerts(day.now + 1000 * MINUTE_MS).values()
    moments = [alert.since_ms for alert in alerts if alert.kind == "possible-walkout" and alert.visit == "ann"]
    assert moments == ([] if minute is None else [(day.clinic.visits["ann"].course.since_ms or 0) + minute * MINUTE_MS])


def test_two_in_a_room_by_report_clash(day: Day) -> None:
    day.step("ann", "roomed", ago_s=0.5, room="r1")
    day.step("ben", "roomed", ago_s=0.5, room="r1")
    assert {alert.kind for alert in day.clinic.alerts(day.now).values()} == {"room-clash"}


def test_a_check_in_stands_until_the_patient_is_taken_in(day: Day) -> None:
    arrived = day.evidence.log[-1].event["id"]
    assert f"checked-in/ann/{arrived}" in day.clinic.alerts(day.now)
    day.step("ann", "roomed", room="r1")
    day.step("ann", "left-room")
    assert (stage(day), day.clinic.alerts(day.now).keys() & {f"checked-in/ann/{arrived}"}) == ("waiting", set())


def test_a_visit_names_where_its_events_stand_and_no_refused_or_repeated_ones(day: Day) -> None:
    day.step("ann", "checked-in", "again")
    day.step("ann", "called")
    day.clinic.take(day.evidence.log[1].event, 99)
    assert live_visit(day.clinic.visits["ann"])["offsets"] == [1, 3]


def test_a_queue_moves_at_the_mean_of_the_times_in_which_somebody_waited() -> None:
    day = Day()

    def pace() -> tuple[int, int] | None:
        queue = live_queues((visit.id, visit.course) for visit in day.clinic.visits.values()).get("A")
        return (queue["pace_seconds"], queue["taken_ms"]) if queue else None

    for visit in ("ann", "ben", "cy", "dee", "eve"):
        day.step(visit, "checked-in")
    for visit, after_s in (("ann", 60), ("ben", 10), ("cy", 20), ("dee", 20)):
        day.now += after_s * 1000 - 1000
        day.step(visit, "roomed")
    assert pace() is None
    day.now += 29_000
    day.step("eve", "roomed")
    assert pace() == (20, day.now)
    day.now += 600_000
    day.step("nobody-was-before", "checked-in")
    day.step("nobody-was-before", "roomed")
    assert pace() == (20, day.now)

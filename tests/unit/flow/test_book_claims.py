"""The book: of two bookings that want one provider or one room at one time the lower offset holds, as long as it stands (I8)."""

from typing import Any

import pytest

from schemas.outcomes import Refusal
from tests.builders import Clinic, Record
from tests.unit.flow.folding import Flow

DAY = [{"weekday": 0, "opens": "08:00", "closes": "12:00"}, {"weekday": 0, "opens": "13:00", "closes": "17:00"}]
SURGERY = {"code": "surgery", "name": "Surgery", "minutes": 60, "equipment": ["theatre-light"], "room_is_booked": True}


def a_clinic(**more: Any) -> Clinic:
    """A clinic with two providers, one of whom has hours of their own, and an operating room."""
    given: dict[str, Any] = {
        "hours": DAY,
        "providers": [
            {"id": "dr-lee", "name": "Dr Lee (invented)"},
            {"id": "dr-roy", "name": "Dr Roy (invented)", "hours": [{"weekday": 0, "opens": "09:00", "closes": "11:00"}]},
        ],
        "rooms": [
            {"id": "r1", "name": "Room 1"},
            {"id": "theatre", "name": "Theatre", "equipment": ["theatre-light", "oxygen"]},
        ],
        "visit_types": [SURGERY],
    }
    return Clinic(opens="05:00", **given | more)


def booked(clinic: Clinic, visit: str, scheduled: str, **more: Any) -> Record:
    return clinic.book(visit, "06:00", scheduled=scheduled, **({"provider": "dr-lee", "minutes": 30} | more))


def test_the_first_of_two_who_want_a_provider_at_one_time_has_it_and_the_other_is_told_who() -> None:
    clinic = a_clinic()
    first, second = booked(clinic, "ann", "10:00"), booked(clinic, "bob", "10:15")
    flow = Flow(clinic)
    assert flow.applied(first)
    assert (flow.refused(second), flow.decision(second).holder) == (Refusal.SLOT_HELD, "ann")
    assert "bob" not in flow.site.visits


@pytest.mark.parametrize(
    ("scheduled", "more"),
    [
        ("10:30", {}),
        ("09:30", {}),
        ("10:00", {"provider": "dr-roy"}),
        ("10:00", {"provider": None}),
        ("10:15", {"override": "urgent"}),
    ],
    ids=["right after", "right before", "with another provider", "with nobody in particular", "on purpose"],
)
def test_what_takes_nothing_from_anybody_is_booked(scheduled: str, more: dict[str, Any]) -> None:
    clinic = a_clinic()
    booked(clinic, "ann", "10:00")
    second = booked(clinic, "bob", scheduled, **more)
    assert Flow(clinic).applied(second)


def test_buffers_are_part_of_what_is_held() -> None:
    clinic = a_clinic()
    booked(clinic, "ann", "10:00", buffer_after=15)
    too_soon = booked(clinic, "bob", "10:40")
    late_enough = booked(clinic, "cy", "10:50", buffer_before=5)
    flow = Flow(clinic)
    assert (flow.refused(too_soon), flow.applied(late_enough)) == (Refusal.SLOT_HELD, True)


def test_a_booking_that_says_no_length_is_as_long_as_the_clinic_says() -> None:
    clinic = a_clinic(slot_minutes=40)
    booked(clinic, "ann", "10:00", minutes=None)
    second, third = booked(clinic, "bob", "10:35", minutes=None), booked(clinic, "cy", "10:40", minutes=None)
    flow = Flow(clinic)
    assert (flow.refused(second), flow.applied(third)) == (Refusal.SLOT_HELD, True)


def test_a_room_is_booked_like_a_provider() -> None:
    clinic = a_clinic()
    booked(clinic, "ann", "10:00", provider="dr-roy", room="theatre", visit_type="surgery")
    second = booked(clinic, "bob", "10:15", room="theatre", visit_type="surgery")
    assert Flow(clinic).refused(second) == Refusal.SLOT_HELD


def test_who_was_called_off_or_left_or_is_through_holds_nothing() -> None:
    clinic = a_clinic()
    for visit, scheduled in (("ann", "10:00"), ("bob", "10:30"), ("cy", "11:00")):
        booked(clinic, visit, scheduled)
    clinic.cancel("ann", "07:00")
    clinic.check_in("bob", "08:00")
    clinic.leave("bob", "08:30")
    clinic.check_in("cy", "08:00")
    clinic.check_out("cy", "08:30")
    others = [booked(clinic, name, scheduled) for name, scheduled in (("dee", "10:00"), ("eve", "10:30"), ("fay", "11:00"))]
    flow = Flow(clinic)
    assert [flow.applied(other) for other in others] == [True] * 3


def test_who_has_not_come_long_after_their_time_holds_nothing_either() -> None:
    clinic = a_clinic(limits={"no_show": 20})
    booked(clinic, "ann", "10:00")
    too_soon = clinic.book("bob", "10:19", scheduled="10:20", provider="dr-lee")
    late_enough = clinic.book("cy", "10:20", scheduled="10:20", provider="dr-lee")
    flow = Flow(clinic)
    assert (flow.refused(too_soon), flow.applied(late_enough)) == (Refusal.SLOT_HELD, True)


def test_who_comes_after_all_is_checked_in_even_where_their_time_went_to_another() -> None:
    clinic = a_clinic(limits={"no_show": 10})
    booked(clinic, "ann", "10:00")
    clinic.book("bob", "10:10", scheduled="10:10", provider="dr-lee")
    late = clinic.check_in("ann", "10:12")
    assert Flow(clinic).applied(late)


def test_a_new_time_is_a_claim_and_the_old_one_is_free_at_once() -> None:
    clinic = a_clinic()
    booked(clinic, "ann", "10:00")
    booked(clinic, "bob", "11:00")
    onto_bob = clinic.reschedule("ann", "06:10", scheduled="11:15")
    away = clinic.reschedule("ann", "06:20", scheduled="13:00")
    into_the_gap = booked(clinic, "cy", "10:00")
    flow = Flow(clinic)
    assert (flow.refused(onto_bob), flow.applied(away), flow.applied(into_the_gap)) == (Refusal.SLOT_HELD, True, True)
    assert flow.view("ann").scheduled == clinic.ms("13:00")


def test_a_booking_given_to_another_provider_claims_their_time() -> None:
    clinic = a_clinic()
    booked(clinic, "ann", "10:00")
    booked(clinic, "bob", "10:00", provider="dr-roy")
    taken = clinic.assign("bob", "06:10", "dr-lee")
    to_the_pool = clinic.assign("bob", "06:20")
    now_free = booked(clinic, "cy", "10:00", provider="dr-roy")
    flow = Flow(clinic)
    assert (flow.refused(taken), flow.applied(to_the_pool), flow.applied(now_free)) == (Refusal.SLOT_HELD, True, True)


def test_taking_a_cancellation_back_is_a_claim_of_its_own() -> None:
    clinic = a_clinic()
    booked(clinic, "ann", "10:00")
    cancelled = clinic.cancel("ann", "07:00")
    taken = clinic.book("bob", "07:10", scheduled="10:00", provider="dr-lee")
    too_late = clinic.undo(cancelled, "07:20")
    clinic.cancel("bob", "07:30")
    now = clinic.undo(cancelled, "07:40")
    flow = Flow(clinic)
    assert flow.applied(taken)
    assert (flow.refused(too_late), flow.decision(too_late).holder) == (Refusal.SLOT_HELD, "bob")
    assert flow.applied(now)


def test_a_decision_is_kept_whatever_becomes_free_later() -> None:
    clinic = a_clinic()
    booked(clinic, "ann", "10:00")
    refused = booked(clinic, "bob", "10:00")
    clinic.cancel("ann", "07:00")
    clinic.log.repeat(refused)
    assert Flow(clinic).refused(refused) == Refusal.SLOT_HELD


@pytest.mark.parametrize("scheduled", ["07:50", "11:45", "12:30", "16:31"])
def test_nothing_is_booked_outside_the_hours_or_into_a_break(scheduled: str) -> None:
    clinic = a_clinic()
    refused = booked(clinic, "ann", scheduled)
    on_purpose = booked(clinic, "bob", scheduled, override="urgent")
    flow = Flow(clinic)
    assert (flow.refused(refused), flow.applied(on_purpose)) == (Refusal.OUTSIDE_HOURS, True)


def test_a_provider_with_hours_of_their_own_is_there_then_alone() -> None:
    clinic = a_clinic()
    refused, applied = booked(clinic, "ann", "08:30", provider="dr-roy"), booked(clinic, "bob", "10:30", provider="dr-roy")
    flow = Flow(clinic)
    assert (flow.refused(refused), flow.applied(applied)) == (Refusal.OUTSIDE_HOURS, True)


def test_a_visit_longer_than_any_opening_fits_nowhere_unless_the_clinic_has_no_hours() -> None:
    clinic = a_clinic()
    refused = booked(clinic, "ann", "08:00", minutes=600)
    always_open = a_clinic(hours=[])
    applied = booked(always_open, "ann", "08:00", minutes=600)
    assert (Flow(clinic).refused(refused), Flow(always_open).applied(applied)) == (Refusal.OUTSIDE_HOURS, True)


def test_nobody_is_booked_with_a_provider_who_is_away_until_that_is_taken_back() -> None:
    clinic = a_clinic()
    away = clinic.is_away("dr-lee", "06:00", since="09:00", until="11:00")
    refused, after = booked(clinic, "ann", "10:45"), booked(clinic, "bob", "11:00")
    clinic.undo_absence(away, "06:30")
    again = clinic.book("ann", "06:40", scheduled="10:30", provider="dr-lee")
    flow = Flow(clinic)
    assert (flow.refused(refused), flow.applied(after), flow.applied(again)) == (Refusal.PROVIDER_AWAY, True, True)


def test_an_absence_is_taken_back_once_and_by_its_own_id() -> None:
    clinic = a_clinic()
    away = clinic.is_away("dr-lee", "06:00", until="11:00")
    clinic.undo_absence(away, "06:20")
    again = clinic.undo_absence(away, "06:30")
    assert Flow(clinic).refused(again) == Refusal.ALREADY_UNDONE


@pytest.mark.parametrize(
    ("room", "refusal"), [(None, Refusal.ROOM_NEEDED), ("r1", Refusal.ROOM_UNFIT), ("r7", Refusal.UNKNOWN_ROOM), ("theatre", None)]
)
def test_a_surgery_is_booked_with_a_room_that_has_what_it_needs(room: str | None, refusal: Refusal | None) -> None:
    clinic = a_clinic()
    record = booked(clinic, "ann", "10:00", visit_type="surgery", room=room)
    assert Flow(clinic).refused(record) == refusal


def test_a_clash_that_reports_bring_is_kept_and_told_until_it_is_over() -> None:
    clinic = a_clinic()
    feed = clinic.feed()
    booked(feed, "ann", "10:00")
    booked(feed, "bob", "10:15")
    flow = Flow(clinic)
    assert flow.alerts() == {"slot-clash ann", "slot-clash bob"}
    clinic.check_in("bob", "09:00")
    assert flow.read().alerts() == {"next-up bob"}
    booked(feed, "cy", "10:00")
    clinic.cancel("cy", "09:10")
    assert flow.read().alerts() == {"next-up bob"}
    assert ("slot-clash ann", "over") in flow.retracted()


def test_a_booking_made_on_purpose_is_no_clash() -> None:
    clinic = a_clinic()
    booked(clinic, "ann", "10:00")
    booked(clinic, "bob", "10:00", override="urgent")
    assert Flow(clinic).alerts() == set()

"""I8, I11: tickets are numbered in the fold, per queue, site and local day; never one twice, and the same when folded again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.builders import Clinic, Log
from tests.unit.flow.folding import Flow


def tickets(clinic: Clinic) -> list[str | None]:
    flow = Flow(clinic)
    return [flow.decision(record).ticket for record in clinic.records if record.event.type.endswith("checked-in.v1")]


def test_tickets_count_up_by_queue_in_the_order_of_the_log() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:05")
    clinic.check_in("bob", "10:01", queue="B")
    clinic.check_in("cy", "10:00")
    assert tickets(clinic) == ["A01", "B01", "A02"]
    assert tickets(clinic) == ["A01", "B01", "A02"]


def test_a_thousand_tickets_are_a_thousand_different_ones() -> None:
    clinic = Clinic()
    for number in range(1000):
        clinic.check_in(f"v{number}", "10:00")
    drawn = tickets(clinic)
    assert (len(set(drawn)), drawn[0], drawn[98], drawn[999]) == (1000, "A01", "A99", "A1000")


def test_each_site_counts_for_itself() -> None:
    log = Log()
    one, other = Clinic("one", log=log), Clinic("other", log=log)
    one.check_in("ann", "10:00")
    other.check_in("bob", "10:01")
    flow = Flow(one)
    assert (flow.ticket("ann"), flow.state.sites["other"].visits["bob"].ticket) == ("A01", "A01")


def test_an_undone_check_in_does_not_give_its_number_to_another() -> None:
    clinic = Clinic()
    arrived = clinic.check_in("ann", "10:00")
    clinic.undo(arrived, "10:01")
    clinic.check_in("bob", "10:02")
    clinic.check_in("ann", "10:03")
    flow = Flow(clinic)
    assert (flow.ticket("bob"), flow.ticket("ann")) == ("A02", "A01")


def test_a_refused_check_in_draws_no_ticket() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    clinic.check_in("ann", "10:01")
    clinic.check_in("bob", "10:02")
    assert Flow(clinic).ticket("bob") == "A02"


def test_a_ticket_stays_with_its_patient_through_another_queue_and_a_return() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    clinic.leave("ann", "10:10")
    clinic.check_in("ann", "11:00", queue="B")
    flow = Flow(clinic)
    assert (flow.ticket("ann"), flow.view("ann").queue) == ("A01", "B")


NIGHTS = {
    "an ordinary night in New York": ("America/New_York", date(2026, 3, 2), "2026-03-03T05:00:00Z"),
    "clocks go forward in New York": ("America/New_York", date(2026, 3, 8), "2026-03-09T04:00:00Z"),
    "clocks go back in New York": ("America/New_York", date(2026, 11, 1), "2026-11-02T05:00:00Z"),
    "clocks go forward in Berlin": ("Europe/Berlin", date(2026, 3, 29), "2026-03-29T22:00:00Z"),
    "clocks go back in Berlin": ("Europe/Berlin", date(2026, 10, 25), "2026-10-25T23:00:00Z"),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_numbers_begin_again_at_the_clinics_own_midnight(night: str) -> None:
    zone, day, midnight_utc = NIGHTS[night]
    midnight = datetime.fromisoformat(midnight_utc)
    clinic = Clinic(timezone=zone, day=day, opens=None)
    clinic.changes_profile(at=midnight - timedelta(days=1))
    assert clinic.moment("00:00") + timedelta(days=1) - midnight in {timedelta(0), timedelta(hours=1), timedelta(hours=-1)}
    for visit, seconds in (("ann", -86_400 // 2), ("bob", -1), ("cy", 0), ("dee", 1)):
        clinic.check_in(visit, midnight + timedelta(seconds=seconds))
    assert tickets(clinic) == ["A01", "A02", "A01", "A02"]


@pytest.mark.parametrize(
    ("zone", "before", "after", "really"),
    [
        ("America/New_York", "2026-03-08T01:50:00-05:00", "2026-03-08T03:10:00-04:00", 20 * 60),
        ("America/New_York", "2026-11-01T01:50:00-04:00", "2026-11-01T01:10:00-05:00", 20 * 60),
        ("Europe/Berlin", "2026-03-29T01:50:00+01:00", "2026-03-29T03:10:00+02:00", 20 * 60),
        ("Europe/Berlin", "2026-10-25T02:50:00+02:00", "2026-10-25T02:10:00+01:00", 20 * 60),
    ],
)
def test_a_wait_through_a_change_of_the_clocks_is_right_to_the_second(zone: str, before: str, after: str, really: int) -> None:
    arrived, roomed = datetime.fromisoformat(before), datetime.fromisoformat(after)
    clinic = Clinic(timezone=zone, day=arrived.astimezone(UTC).date(), opens=None)
    clinic.changes_profile(at=arrived)
    clinic.check_in("ann", arrived)
    clinic.room("ann", roomed, "r1")
    flow = Flow(clinic)
    assert (flow.view("ann").waiting_seconds, flow.view("ann").faults) == (really, ())
    assert flow.raised() == ["next-up ann", "wait-warning ann"]

"""Who is told that they are next: the head of each queue, as long as they wait there and are not called yet."""

from schemas.alerts import AlertKind, RetractionReason
from services.flow.domain.effects import Raised
from tests.builders import Clinic
from tests.unit.flow.folding import Flow

OVER, UNDONE = RetractionReason.OVER, RetractionReason.UNDONE


def four_waiting(next_up: int = 2) -> Clinic:
    clinic = Clinic(next_up=next_up)
    for minute, visit in enumerate(("ann", "bob", "cy", "dee")):
        clinic.check_in(visit, f"10:{minute:02d}")
    return clinic


def test_as_many_at_the_head_as_the_site_wants_are_next() -> None:
    for size, names in ((0, set()), (1, {"ann"}), (2, {"ann", "bob"}), (9, {"ann", "bob", "cy", "dee"})):
        assert Flow(four_waiting(next_up=size)).alerts() == {f"next-up {name}" for name in names}


def test_each_queue_has_a_head_of_its_own() -> None:
    clinic = four_waiting(next_up=1)
    clinic.check_in("eve", "10:10", queue="B")
    assert Flow(clinic).alerts() == {"next-up ann", "next-up eve"}


def test_who_is_called_leaves_the_queue_and_the_next_one_moves_up() -> None:
    clinic = four_waiting()
    flow = Flow(clinic)
    flow.fresh()
    clinic.call("ann", "10:05", room="r1")
    flow.read()
    assert flow.alerts() == {"called ann", "next-up bob", "next-up cy"}
    assert (flow.raised(), flow.retracted()) == (["called ann", "next-up cy"], [("next-up ann", OVER)])


def test_an_undone_call_puts_the_patient_back_at_the_head() -> None:
    clinic = four_waiting()
    call = clinic.call("ann", "10:05", room="r1")
    flow = Flow(clinic)
    flow.fresh()
    clinic.undo(call, "10:06")
    flow.read()
    assert flow.alerts() == {"next-up ann", "next-up bob"}
    assert flow.raised() == ["next-up ann"]
    assert flow.retracted() == [("called ann", UNDONE), ("next-up cy", OVER)]


def test_an_undone_arrival_takes_its_place_back() -> None:
    clinic = four_waiting()
    flow = Flow(clinic)
    flow.fresh()
    arrival = next(record for record in clinic.records if record.event.subject == "ann")
    clinic.undo(arrival, "10:06")
    flow.read()
    assert (flow.raised(), flow.retracted()) == (["next-up cy"], [("next-up ann", UNDONE)])


def test_a_call_is_over_when_the_patient_is_roomed_or_leaves_or_is_called_again() -> None:
    for ending in ("room", "leave", "recall"):
        clinic = four_waiting(next_up=0)
        clinic.call("ann", "10:05", room="r1")
        flow = Flow(clinic)
        flow.fresh()
        getattr(clinic, ending)("ann", "10:07")
        assert flow.read().retracted() == [("called ann", OVER)]
        assert flow.raised() == (["called ann"] if ending == "recall" else [])


def test_who_has_priority_goes_first_and_the_one_they_displace_is_not_next_any_more() -> None:
    clinic = four_waiting()
    flow = Flow(clinic)
    flow.fresh()
    clinic.prioritize("dee", "10:06", 1)
    flow.read()
    assert flow.site.queues.head("A", 9) == ("dee", "ann", "bob", "cy")
    assert (flow.raised(), flow.retracted()) == (["next-up dee"], [("next-up bob", OVER)])
    clinic.check_in("eve", "10:07", priority=0)
    assert flow.read().alerts() == {"next-up eve", "next-up dee"}


def test_who_arrived_earlier_stands_before_whoever_was_told_first() -> None:
    clinic = four_waiting()
    clinic.feed().check_in("early", "09:50", recorded="10:10")
    assert Flow(clinic).site.queues.head("A", 9) == ("early", "ann", "bob", "cy", "dee")


def test_equal_arrivals_stand_in_the_order_of_their_visits() -> None:
    clinic = Clinic()
    for visit in ("cy", "ann", "bob"):
        clinic.check_in(visit, "10:00")
    assert Flow(clinic).site.queues.head("A", 9) == ("ann", "bob", "cy")


def test_an_alert_says_whom_it_is_for_and_where_they_should_go() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00", person="person-1", language="es")
    clinic.call("ann", "10:05", room="r2")
    [called] = [alert for alert in Flow(clinic).effects.alerts if alert.alert.kind is AlertKind.CALLED]
    assert (called.id, called.person, called.ticket, called.language) == ("called/ann/demo-2", "person-1", "A01", "es")
    assert isinstance(called, Raised)
    assert (called.alert.room, called.time, called.offset, called.site) == ("r2", clinic.ms("10:05"), 2, "demo")


def test_a_new_size_of_the_head_counts_at_once() -> None:
    clinic = four_waiting()
    flow = Flow(clinic)
    clinic.changes_profile(at="10:06", next_up=3)
    assert flow.read().alerts() == {"next-up ann", "next-up bob", "next-up cy"}
    clinic.changes_profile(at="10:07", next_up=0)
    assert flow.read().alerts() == set()

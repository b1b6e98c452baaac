"""What somebody has taken on is shown to everybody as taken care of, whatever order that is told in, and leaves the state in time."""

from datetime import timedelta
from itertools import permutations

from services.flow.domain import show
from services.flow.domain.acknowledged import Acknowledgement
from tests.builders import Clinic, Record
from tests.unit.flow.folding import Flow

LATE = "provider-running-late/dr-lee/2026-03-02"


def a_clinic() -> Clinic:
    """Ann is here, and Dr Lee runs late from 09:30 on."""
    clinic = Clinic(next_up=0, retention_hours=24)
    clinic.check_in("ann", "09:25")
    return clinic


def runs_late(clinic: Clinic) -> Record:
    return clinic.sets_provider("dr-lee", "delayed", "09:30", delayed_minutes=20)


def taken(flow: Flow, alert: str = LATE) -> int | None:
    """When the alert, which must stand, is shown to have been taken on."""
    shown = show.field(flow.site, f"alert:{alert}")
    assert shown is not None
    return shown.get("acknowledged_ms")


def test_what_was_taken_on_is_shown_with_its_time_and_goes_on_standing() -> None:
    clinic = a_clinic()
    runs_late(clinic)
    flow = Flow(clinic)
    assert taken(flow) is None
    flow.fresh()
    told = clinic.acknowledge(LATE, "09:32")
    flow.read()
    assert flow.applied(told)
    assert taken(flow) == clinic.ms("09:32")
    assert flow.effects.changed["demo"] == {f"alert:{LATE}"}
    assert (flow.told(), flow.alerts()) == ([], {"provider-running-late dr-lee"})


def test_the_first_to_take_it_on_counts_whatever_is_told_first() -> None:
    for order in permutations(("09:32", "09:35", "09:40")):
        clinic = a_clinic()
        runs_late(clinic)
        for at in order:
            clinic.feed().acknowledge(LATE, at, recorded="09:41")
        assert taken(Flow(clinic)) == clinic.ms("09:32")


def test_a_later_word_changes_nothing_that_is_shown() -> None:
    clinic = a_clinic()
    runs_late(clinic)
    clinic.acknowledge(LATE, "09:32")
    flow = Flow(clinic)
    flow.fresh()
    clinic.acknowledge(LATE, "09:33")
    assert flow.read().effects.changed == {}


def test_what_is_taken_on_before_it_is_known_is_shown_so_once_it_stands() -> None:
    clinic = a_clinic()
    clinic.acknowledge(LATE, "09:29")
    flow = Flow(clinic)
    flow.fresh()
    runs_late(clinic)
    assert taken(flow.read()) == clinic.ms("09:29")
    assert f"alert:{LATE}" in flow.effects.changed["demo"]


def test_what_comes_about_again_by_the_same_facts_is_still_taken_on_and_what_is_new_is_not() -> None:
    clinic = Clinic(next_up=0)
    arrived = clinic.check_in("ann", "10:00")
    roomed = clinic.room("ann", "10:20", "r1")
    flow = Flow(clinic)
    first = f"wait-warning/ann/{clinic.ms('10:15')}"
    clinic.acknowledge(first, "10:21")
    clinic.undo(roomed, "10:22")
    assert taken(flow.read(), first) == clinic.ms("10:21")
    clinic.correct(arrived, "10:23", to="09:55")
    assert taken(flow.read(), f"wait-warning/ann/{clinic.ms('10:10')}") is None


def test_what_nobody_can_find_is_taken_on_without_a_word_and_leaves_after_the_sites_retention() -> None:
    clinic = a_clinic()
    clinic.acknowledge("wait-critical/nobody/1", "10:00")
    flow = Flow(clinic)
    assert flow.site.acknowledged.alerts == {"wait-critical/nobody/1": Acknowledgement(clinic.ms("10:00"), clinic.ms("10:00"))}
    clinic.check_out("ann", "11:00")
    next_day = clinic.moment("11:00") + timedelta(hours=24)
    flow.read().tick(next_day)
    assert flow.site.acknowledged.alerts != {}
    flow.tick(next_day + timedelta(milliseconds=1))
    assert flow.site.acknowledged.alerts == {}


def test_where_nobody_leaves_what_was_taken_on_long_ago_goes_as_more_is_taken_on() -> None:
    clinic = a_clinic()
    for hour in range(30):
        clinic.acknowledge(f"wait-critical/nobody/{hour}", clinic.moment("10:00") + timedelta(hours=hour))
    flow = Flow(clinic)
    assert flow.site.acknowledged.alerts.keys() == {f"wait-critical/nobody/{hour}" for hour in range(5, 30)}
    assert len(flow.site.other_events) == 25


def test_what_still_stands_stays_taken_on_however_long_it_lasts() -> None:
    clinic = a_clinic()
    runs_late(clinic)
    clinic.acknowledge(LATE, "09:32")
    for hours in (20, 40, 60):
        clinic.acknowledge("wait-critical/nobody/1", clinic.moment("10:00") + timedelta(hours=hours))
    flow = Flow(clinic)
    assert taken(flow) == clinic.ms("09:32")
    clinic.sets_provider("dr-lee", "in", clinic.moment("10:00") + timedelta(hours=61))
    clinic.acknowledge("wait-critical/nobody/1", clinic.moment("10:00") + timedelta(hours=62))
    assert flow.read().site.acknowledged.alerts.keys() == {"wait-critical/nobody/1"}

"""I6: time is an argument, and it is the site's own. No backlog, outage or wrong clock raises a false alarm."""

from typing import Any

import pytest

from schemas.alerts import AlertKind, RetractionReason
from schemas.dead_letters import DeadLetterReason
from services.flow.domain.effects import Raised
from tests.builders import Clinic
from tests.unit.flow.folding import Flow


def timed(flow: Flow) -> list[tuple[str, str | None, int]]:
    raised = [alert for alert in flow.effects.alerts if isinstance(alert, Raised)]
    return [(str(alert.alert.kind), alert.alert.visit, alert.time) for alert in raised if alert.alert.kind != AlertKind.NEXT_UP]


def test_the_clock_is_unset_and_fires_nothing_before_the_first_visit_event() -> None:
    clinic = Clinic()
    clinic.sets_room("r1", "cleaning", "09:00")
    flow = Flow(clinic).tick("12:00")
    assert (flow.site.clock, flow.effects.alerts) == (None, [])
    clinic.book("ann", "09:30", scheduled="10:00")
    assert flow.read().site.clock == clinic.ms("09:30")


def test_the_clock_follows_what_was_recorded_and_never_goes_back() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00", recorded="10:10")
    clinic.check_in("bob", "10:05")
    flow = Flow(clinic)
    assert flow.site.clock == clinic.ms("10:10")
    assert flow.tick("10:12").site.clock == clinic.ms("10:12")
    assert flow.tick("10:11").site.clock == clinic.ms("10:12")
    clinic.sets_room("r1", "cleaning", "10:13")
    assert flow.read().site.clock == clinic.ms("10:13")


def test_deadlines_pass_one_by_one_by_time_then_visit_each_at_its_own_time() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("cy", "10:00")
    clinic.check_in("ann", "10:00")
    clinic.check_in("bob", "10:10")
    flow = Flow(clinic)
    flow.fresh()
    flow.tick("12:00")
    assert timed(flow) == [
        ("wait-warning", "ann", clinic.ms("10:15")), ("wait-warning", "cy", clinic.ms("10:15")),
        ("wait-warning", "bob", clinic.ms("10:25")), ("wait-critical", "ann", clinic.ms("10:30")),
        ("wait-critical", "cy", clinic.ms("10:30")), ("wait-critical", "bob", clinic.ms("10:40")),
    ]  # fmt: skip
    assert all(alert.offset == flow.state.next for alert in flow.effects.alerts)
    flow.fresh()
    assert flow.tick("12:30").effects.alerts == []


def test_one_long_tick_says_the_same_as_many_short_ones() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:20", "r1")
    clinic.check_in("bob", "10:21")
    long, short = Flow(clinic).tick("11:30"), Flow(clinic)
    for minute in range(21, 60):
        short.tick(f"10:{minute}")
    short.tick("11:30")
    assert long.effects.alerts == short.effects.alerts
    assert long.site.standing() == short.site.standing()


def test_a_deadline_is_met_at_its_moment_and_not_a_millisecond_before() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    assert flow.tick("10:14:59.999").alerts() == set()
    assert flow.tick("10:15").alerts() == {"wait-warning ann"}


def test_a_backlog_of_two_hours_read_at_once_raises_only_what_the_facts_justify() -> None:
    clinic = Clinic(next_up=0)
    for number in range(24):
        minute = number * 5
        for step, after in (("check_in", 0), ("room", 14), ("see", 28), ("check_out", 40)):
            when = f"{8 + (minute + after) // 60:02d}:{(minute + after) % 60:02d}"
            getattr(clinic.feed(), step)(f"v{number}", when)
    clinic.records.sort(key=lambda record: (record.timestamp, record.offset))
    clinic.log.records[:] = [record.again(offset) for offset, record in enumerate(clinic.records)]
    flow = Flow(clinic).tick("11:00")
    assert (flow.told(), flow.alerts()) == ([], set())
    clinic.check_in("slow", "11:00")
    flow.read().tick("11:20")
    assert (flow.raised(), flow.alerts()) == (["wait-warning slow"], {"wait-warning slow"})


def test_reports_that_come_late_and_out_of_order_leave_only_justified_alerts_standing() -> None:
    clinic = Clinic(next_up=0).feed()
    clinic.check_in("ann", "08:00", recorded="10:00")
    clinic.room("ann", "08:10", recorded="10:00:01")
    clinic.see("ann", "08:15", recorded="10:00:02")
    clinic.check_out("ann", "08:40", recorded="10:00:03")
    flow = Flow(clinic)
    assert flow.alerts() == set()
    assert {reason for _, reason in flow.retracted()} == {RetractionReason.OVER}
    assert sorted(flow.raised()) == sorted(name for name, _ in flow.retracted())


def test_an_alert_has_the_same_id_and_time_however_late_it_is_noticed() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    prompt, late = Flow(clinic).tick("10:15"), Flow(clinic).tick("10:29")
    assert prompt.site.standing() == late.site.standing()
    [name] = prompt.standing()
    assert name == f"wait-warning/ann/{clinic.ms('10:15')}"


def test_a_corrected_arrival_takes_the_old_deadline_back_and_sets_its_own() -> None:
    clinic = Clinic(next_up=0)
    arrived = clinic.check_in("ann", "10:00")
    flow = Flow(clinic).tick("10:16")
    clinic.correct(arrived, "10:17", to="10:10")
    assert flow.read().alerts() == set()
    assert flow.tick("10:24").alerts() == set()
    assert flow.tick("10:25").alerts() == {"wait-warning ann"}


def test_a_site_that_follows_its_log_ignores_the_wall_clock_and_all_but_visit_events() -> None:
    clinic = Clinic(clock="log", next_up=0)
    clinic.feed().check_in("ann", "10:00")
    flow = Flow(clinic).tick("15:00")
    assert (flow.site.clock, flow.alerts()) == (clinic.ms("10:00"), set())
    clinic.sets_room("r1", "cleaning", "15:00")
    clinic.changes_profile(at="15:00", name="Renamed Clinic (invented)")
    assert flow.read().site.clock == clinic.ms("10:00")
    clinic.feed().check_in("bob", "10:20")
    assert flow.read().alerts() == {"wait-warning ann"}


def test_a_record_from_more_than_two_minutes_ahead_is_set_aside() -> None:
    clinic = Clinic()
    at_most = clinic.check_in("ann", "10:02", broker_at="10:00")
    too_far = clinic.check_in("bob", "10:02:00.001", broker_at="10:00")
    flow = Flow(clinic)
    assert (flow.applied(at_most), flow.dead()) == (True, [(too_far.offset, DeadLetterReason.TIME_IN_FUTURE)])
    assert (flow.decision(too_far).status, flow.decision(too_far).reason) == ("dead-lettered", "time-in-future")
    assert ("bob" in flow.site.visits, flow.site.clock, flow.state.next) == (False, clinic.ms("10:02"), 3)


def test_a_record_that_waited_long_for_the_broker_is_as_good_as_any() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00", broker_at="12:00")
    assert (Flow(clinic).dead(), Flow(clinic).site.clock) == ([], clinic.ms("10:00"))


@pytest.mark.parametrize(("profile", "scaled"), [({}, True), ({"clock": "log"}, False)])
def test_a_scaled_clock_and_a_replayed_log_may_be_ahead(profile: dict[str, Any], scaled: bool) -> None:
    clinic = Clinic(**profile)
    record = clinic.check_in("ann", "18:00", broker_at="10:00")
    assert Flow(clinic, scaled_clock=scaled).applied(record)


def test_a_first_profile_from_the_future_opens_no_site() -> None:
    clinic = Clinic(opens=None)
    clinic.changes_profile(at="10:00", recorded="10:00")
    [record] = clinic.records
    clinic.log.records[0] = record._replace(timestamp=clinic.ms("09:00"))
    arrival = clinic.check_in("ann", "10:01")
    flow = Flow(clinic)
    assert flow.dead() == [(0, DeadLetterReason.TIME_IN_FUTURE), (arrival.offset, DeadLetterReason.UNKNOWN_SITE)]
    assert flow.state.sites == {}


def test_new_limits_of_the_site_count_at_once_for_all_who_wait() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic).tick("10:06")
    clinic.changes_profile(at="10:07", limits={"waiting_warning": 5, "waiting_critical": 8})
    assert flow.read().alerts() == {"wait-warning ann"}
    assert flow.tick("10:08").alerts() == {"wait-warning ann", "wait-critical ann"}
    clinic.changes_profile(at="10:09", limits={"waiting_warning": 50, "waiting_critical": 80})
    assert flow.read().alerts() == set()
    assert flow.tick("10:51").alerts() == {"wait-warning ann"}


def test_too_long_in_a_room_is_told_and_over_when_the_provider_comes() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:05", "r1")
    flow = Flow(clinic).tick("10:40")
    assert flow.alerts() == {"in-room-warning ann", "in-room-critical ann"}
    clinic.see("ann", "10:41")
    assert flow.read().alerts() == set()

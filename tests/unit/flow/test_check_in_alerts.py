"""Who has checked in is told so: while they wait and were never taken in. Notify makes the text with the patient's own link of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import AlertKind, RetractionReason
from schemas.summaries import Stage
from services.flow.domain import show
from services.flow.domain.alerting import Standing
from services.flow.domain.effects import Effects, Raised, Retracted
from services.flow.domain.reconciliation import Published, missing
from services.flow.domain.snapshot import OWN, restore, whole
from tests.builders import Clinic, milliseconds
from tests.unit.flow.folding import Flow
from tests.unit.flow.histories import AFTER, Told, often, profiles, reports
from tests.unit.flow.test_state_snapshot import kept

OVER, UNDONE = RetractionReason.OVER, RetractionReason.UNDONE


def here(flow: Flow) -> set[str]:
    """Whose check-in stands."""
    return {str(alert.visit) for alert in flow.site.standing().values() if alert.kind is AlertKind.CHECKED_IN}


def said(flow: Flow) -> list[tuple[str | None, str]]:
    """Of whom it was said that they have checked in, and why no longer, since the last time."""
    told = [alert for alert in flow.fresh().alerts if alert.alert.kind is AlertKind.CHECKED_IN]
    return [(alert.alert.visit, alert.reason if isinstance(alert, Retracted) else "raised") for alert in told]


def test_a_check_in_is_told_with_its_own_time_and_whom_it_is_for() -> None:
    clinic = Clinic(next_up=0)
    arrived = clinic.feed().check_in("ann", "10:00", recorded="10:10", person="p-ann", language="es")
    [told] = Flow(clinic).effects.alerts
    assert told == Raised(
        "demo", f"checked-in/ann/{arrived.id}", Standing(AlertKind.CHECKED_IN, "ann", clinic.ms("10:00"), None), clinic.ms("10:00"),
        "p-ann", "A01", "es", arrived.offset,
    )  # fmt: skip


def test_it_stands_until_the_patient_is_taken_in_and_not_again_when_they_are_back_in_the_waiting_room() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    clinic.call("ann", "10:05", room="r1")
    assert (said(flow), here(flow.read())) == ([("ann", "raised")], {"ann"})
    clinic.room("ann", "10:06", "r1")
    assert said(flow.read()) == [("ann", OVER)]
    clinic.leave_room("ann", "10:10")
    assert (said(flow.read()), here(flow), flow.view("ann").stage) == ([], set(), "waiting")


@pytest.mark.parametrize(("ending", "more"), [("see", {}), ("move", {"service": "lab"}), ("leave", {}), ("check_out", {})])
def test_who_is_seen_or_goes_elsewhere_is_told_no_more(ending: str, more: dict[str, Any]) -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    flow.fresh()
    getattr(clinic, ending)("ann", "10:05", **more)
    assert said(flow.read()) == [("ann", OVER)]


def test_whose_visit_was_never_ended_is_told_no_more_when_the_clinic_has_closed() -> None:
    clinic = Clinic(next_up=0, unclosed_after_hours=2)
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    flow.fresh()
    assert said(flow.tick("12:00")) == [("ann", OVER)]


def test_who_turns_out_to_have_been_in_a_room_meanwhile_is_told_no_more() -> None:
    clinic = Clinic(next_up=0).feed()
    clinic.check_in("ann", "10:00")
    clinic.leave_room("ann", "10:10")
    flow = Flow(clinic)
    flow.fresh()
    clinic.room("ann", "10:05", "r1", recorded="10:15")
    assert (said(flow.read()), flow.view("ann").stage) == ([("ann", OVER)], Stage.WAITING)


def test_an_undone_check_in_is_taken_back_and_another_one_is_told() -> None:
    clinic = Clinic(next_up=0)
    arrived = clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    flow.fresh()
    clinic.undo(arrived, "10:01")
    assert said(flow.read()) == [("ann", UNDONE)]
    clinic.check_in("ann", "10:02")
    assert said(flow.read()) == [("ann", "raised")]


def test_a_corrected_check_in_is_the_same_one() -> None:
    clinic = Clinic(next_up=0)
    arrived = clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    flow.fresh()
    clinic.correct(arrived, "10:05", to="09:50")
    assert (said(flow.read()), here(flow)) == ([], {"ann"})


def test_who_comes_back_after_leaving_has_checked_in_once() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    clinic.leave("ann", "10:05")
    clinic.check_in("ann", "10:30")
    flow = Flow(clinic)
    alerts = {alert.id for alert in flow.effects.alerts}
    assert (said(flow), alerts) == ([("ann", "raised"), ("ann", OVER), ("ann", "raised")], {"checked-in/ann/demo-1"})


def test_who_was_taken_in_before_they_were_checked_in_or_is_only_booked_is_not_told() -> None:
    clinic = Clinic(next_up=0)
    clinic.book("bob", "08:00", scheduled="10:00")
    clinic.feed().room("ann", "10:00", "r1")
    clinic.feed().check_in("ann", "10:05")
    clinic.leave_room("ann", "10:10")
    assert (said(flow := Flow(clinic)), here(flow)) == ([], set())


def test_the_visit_that_goes_on_is_told_instead_of_the_one_merged_into_it() -> None:
    clinic = Clinic(next_up=0)
    clinic.book("ann", "08:00", scheduled="10:00")
    clinic.check_in("walk-in", "09:50")
    flow = Flow(clinic)
    flow.fresh()
    clinic.merge("walk-in", "09:55", into="ann")
    assert (said(flow.read()), here(flow)) == ([("ann", "raised"), ("walk-in", OVER)], {"ann"})


def test_no_screen_is_told_and_no_snapshot_holds_it() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    clinic.room("ann", "10:05", "r1")
    changed = flow.read().effects.changed["demo"]
    assert [name for name in changed if name.startswith("alert:")] == []
    clinic.check_in("bob", "10:06")
    flow.read()
    assert [name for name in show.names(flow.site) if name.startswith("alert:")] == []
    assert whole(flow.site)[OWN]["alerts"] == {}
    assert restore(kept(flow.site)).standing() == flow.site.standing() != {}


@often
@given(profile=profiles, tellings=reports, commands=st.lists(st.booleans(), min_size=20, max_size=20))
def test_whatever_is_told_of_a_day_what_was_said_adds_up_to_what_stands(
    profile: dict[str, Any], tellings: list[Told], commands: list[bool]
) -> None:
    clinic = Clinic(retention_hours=1, **profile)
    for tell, command in zip(tellings, commands, strict=False):
        tell(clinic if command else clinic.feed(), clinic.records)
    flow, standing = Flow(clinic, read=False), set[str]()
    for record in clinic.records:
        standing = after(standing, flow.fold([record]).fresh())
        assert standing == set(flow.site.standing())
    flow.state.tick(milliseconds(AFTER), flow.effects)
    assert after(standing, flow.fresh()) == set(flow.site.standing())


def after(standing: set[str], effects: Effects) -> set[str]:
    """What stands once this was said, each alert raised only where it does not stand, and taken back where it does."""
    for alert in effects.alerts:
        assert (alert.id in standing) == isinstance(alert, Retracted)
        standing = standing ^ {alert.id}
    return standing


def test_after_a_restart_it_is_told_where_it_is_missing_and_taken_back_where_it_no_longer_stands() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    clinic.check_in("bob", "10:01")
    clinic.room("bob", "10:05", "r1")
    flow = Flow(clinic)
    flow.state.sites["demo"] = restore(kept(flow.site))
    published = {
        "checked-in/bob/demo-2": Published(True, "demo", Standing(AlertKind.CHECKED_IN, "bob", 0, None), None, "A02", None)
    }
    told = [(alert.id, isinstance(alert, Raised)) for alert in missing(flow.state, published, all_known=True)]
    assert told == [("checked-in/ann/demo-1", True), ("checked-in/bob/demo-2", False)]

"""I5: once a partition is caught up, alerts.v1 is made to say what the state holds."""

from schemas.alerts import AlertKind, RetractionReason
from services.flow.domain.alerting import Standing
from services.flow.domain.effects import Raised, Retracted
from services.flow.domain.reconciliation import Published, missing
from tests.builders import Clinic
from tests.unit.flow.folding import Flow


def called_and_waiting() -> Flow:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00", person="p-ann", language="es")
    clinic.call("ann", "10:05", room="r1")
    clinic.check_in("bob", "10:06", person="p-bob")
    return Flow(clinic).tick("10:30")


def published(flow: Flow, *names: str, raised: bool = True) -> dict[str, Published]:
    standing = flow.site.standing()
    return {name: Published(raised, "demo", standing[name], "p", "A01", None) for name in names}


def test_after_a_fold_from_the_start_whatever_was_never_published_is_raised() -> None:
    flow = called_and_waiting()
    standing = flow.site.standing()
    told = list(missing(flow.state, {}, all_known=True))
    assert {alert.id for alert in told} == set(standing)
    assert all(isinstance(alert, Raised) for alert in told)
    called = next(alert for alert in told if alert.alert.kind is AlertKind.CALLED)
    assert called == Raised(
        "demo", "called/ann/demo-2", Standing(AlertKind.CALLED, "ann", flow.clinic.ms("10:05"), "r1"), flow.clinic.ms("10:05"),
        "p-ann", "A01", "es", flow.state.next,
    )  # fmt: skip


def test_what_is_published_and_stands_is_not_said_again() -> None:
    flow = called_and_waiting()
    assert list(missing(flow.state, published(flow, *flow.site.standing()), all_known=True)) == []


def test_after_a_snapshot_what_is_not_among_the_newest_was_published_before() -> None:
    assert list(missing(called_and_waiting().state, {}, all_known=False)) == []


def test_what_was_taken_back_by_mistake_is_raised_again() -> None:
    flow = called_and_waiting()
    name = next(iter(flow.site.standing()))
    for all_known in (True, False):
        rest = [other for other in flow.site.standing() if other != name]
        known = published(flow, *rest) | published(flow, name, raised=False)
        assert [alert.id for alert in missing(flow.state, known, all_known=all_known)] == [name]


def test_what_does_not_stand_is_taken_back_as_over_or_undone() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    one = clinic.call("ann", "10:05", room="r1")
    two = clinic.recall("ann", "10:06")
    clinic.undo(two, "10:07")
    clinic.room("ann", "10:08", "r1")
    flow = Flow(clinic)
    known = {
        f"called/ann/{record.id}": Published(True, "demo", Standing(AlertKind.CALLED, "ann", 0, "r1"), "p", "A01", "es")
        for record in (one, two)
    }
    told = {alert.id: alert for alert in missing(flow.state, known, all_known=True)}
    over, undone = told[f"called/ann/{one.id}"], told[f"called/ann/{two.id}"]
    assert isinstance(over, Retracted)
    assert isinstance(undone, Retracted)
    assert (over.reason, undone.reason) == (RetractionReason.OVER, RetractionReason.UNDONE)
    assert (over.person, over.ticket, over.language, over.offset) == ("p", "A01", "es", flow.state.next)


def test_what_is_published_of_nobody_known_is_taken_back_and_what_was_taken_back_stays_so() -> None:
    flow = called_and_waiting()
    ghost = Standing(AlertKind.CALLED, "zoe", 0, None)
    known = {
        "called/zoe/x": Published(True, "demo", ghost, None, None, None),
        "called/zoe/y": Published(True, "gone-site", ghost, None, None, None),
        "called/zoe/z": Published(False, "demo", ghost, None, None, None),
    }
    told = list(missing(flow.state, known, all_known=False))
    assert [(alert.site, alert.id, isinstance(alert, Retracted)) for alert in told] == [
        ("demo", "called/zoe/x", True), ("gone-site", "called/zoe/y", True),
    ]  # fmt: skip

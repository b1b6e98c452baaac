"""What is used up: where little is left, staff are told until there is more."""

from services.flow.domain import show
from tests.builders import Clinic
from tests.unit.flow.folding import Flow

GAUZE = [{"id": "gauze", "name": "Gauze", "low": 10}]


def test_little_of_a_supply_is_told_until_there_is_more() -> None:
    clinic = Clinic(supplies=GAUZE)
    clinic.check_in("ann", "09:00")
    clinic.counts("gauze", 11, "10:00")
    flow = Flow(clinic)
    assert "low-stock gauze" not in flow.alerts()
    clinic.counts("gauze", 10, "10:10")
    assert "low-stock gauze" in flow.read().alerts()
    clinic.counts("gauze", 200, "10:20")
    assert "low-stock gauze" not in flow.read().alerts()


def test_each_room_has_its_own() -> None:
    clinic = Clinic(supplies=GAUZE)
    clinic.check_in("ann", "09:00")
    clinic.counts("gauze", 2, "10:00", room="r1")
    clinic.counts("gauze", 50, "10:01", room="r2")
    flow = Flow(clinic)
    assert show.field(flow.site, "supply:gauze") == {"supply": "gauze", "levels": {"r1": 2, "r2": 50}}
    [alert] = [alert for name, alert in flow.standing().items() if name.startswith("low-stock")]
    assert (alert.room, alert.supply) == ("r1", "gauze")


def test_the_last_count_holds_whatever_came_last() -> None:
    clinic = Clinic(supplies=GAUZE)
    clinic.counts("gauze", 5, "10:10")
    clinic.counts("gauze", 50, "10:00", recorded="10:20")
    assert show.field(Flow(clinic).site, "supply:gauze") == {"supply": "gauze", "levels": {"": 5}}


def test_what_the_profile_does_not_name_is_not_told() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "09:00")
    clinic.counts("gauze", 0, "10:00")
    assert "low-stock gauze" not in Flow(clinic).alerts()


def test_a_limit_that_is_moved_holds_at_once() -> None:
    clinic = Clinic(supplies=GAUZE)
    clinic.check_in("ann", "09:00")
    clinic.counts("gauze", 15, "10:00")
    clinic.changes_profile("10:05", supplies=[{"id": "gauze", "name": "Gauze", "low": 20}])
    assert "low-stock gauze" in Flow(clinic).alerts()

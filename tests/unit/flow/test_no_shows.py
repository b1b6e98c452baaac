"""Who was to come and has not, long after their time, is a no-show until they come after all. Time alone says so, and takes it back."""

from schemas.summaries import Stage
from tests.builders import Clinic
from tests.unit.flow.folding import Flow

OPEN = [{"weekday": 0, "opens": "08:00", "closes": "18:00"}]


def a_clinic(grace: int = 30, **more: object) -> Clinic:
    return Clinic(limits={"no_show": grace, "silent": 0} | more)


def test_after_the_grace_time_the_patient_counts_as_a_no_show() -> None:
    clinic = a_clinic()
    clinic.book("ann", "08:00", scheduled="10:00")
    flow = Flow(clinic)
    assert flow.tick("10:29:59").view("ann").stage is Stage.EXPECTED
    assert flow.tick("10:30").view("ann").stage is Stage.NO_SHOW
    assert [summary.view.stage for summary in flow.effects.summaries] == [Stage.NO_SHOW]


def test_who_comes_after_all_is_here_and_no_summary_says_otherwise() -> None:
    clinic = a_clinic()
    clinic.book("ann", "08:00", scheduled="10:00")
    flow = Flow(clinic).tick("10:45")
    arrived = clinic.check_in("ann", "10:50")
    flow.read()
    assert (flow.applied(arrived), flow.view("ann").stage) == (True, Stage.WAITING)
    assert [summary.view.stage for summary in flow.effects.summaries] == [Stage.NO_SHOW, Stage.WAITING]


def test_an_arrival_that_is_told_late_takes_the_no_show_back() -> None:
    clinic = a_clinic()
    clinic.book("ann", "08:00", scheduled="10:00")
    flow = Flow(clinic).tick("11:00")
    clinic.feed().check_in("ann", "09:55", recorded="11:10")
    assert flow.read().view("ann").stage is Stage.WAITING


def test_who_said_that_they_run_late_is_given_that_time_too() -> None:
    clinic = a_clinic()
    clinic.book("ann", "08:00", scheduled="10:00")
    clinic.happens("visit.delay-reported", "ann", "09:50", minutes=20, channel="phone")
    flow = Flow(clinic)
    assert flow.tick("10:49").view("ann").stage is Stage.EXPECTED
    assert flow.tick("10:50").view("ann").stage is Stage.NO_SHOW


def test_a_delay_told_after_the_grace_time_makes_them_expected_again() -> None:
    clinic = a_clinic()
    clinic.book("ann", "08:00", scheduled="10:00")
    flow = Flow(clinic).tick("10:35")
    clinic.happens("visit.delay-reported", "ann", "10:36", minutes=60, channel="phone")
    assert flow.read().view("ann").stage is Stage.EXPECTED


def test_a_new_time_begins_anew() -> None:
    clinic = a_clinic()
    clinic.book("ann", "08:00", scheduled="10:00")
    flow = Flow(clinic).tick("10:45")
    clinic.reschedule("ann", "10:46", scheduled="12:00")
    assert flow.read().view("ann").stage is Stage.EXPECTED
    assert flow.tick("12:30").view("ann").stage is Stage.NO_SHOW


def test_a_clinic_may_leave_it_to_its_people() -> None:
    clinic = a_clinic(grace=0)
    clinic.book("ann", "08:00", scheduled="10:00")
    assert Flow(clinic).tick("17:00").view("ann").stage is Stage.EXPECTED


def test_while_nothing_is_heard_of_the_clinic_nobody_is_called_a_no_show() -> None:
    clinic = Clinic(hours=OPEN, limits={"no_show": 60, "silent": 30})
    clinic.book("ann", "09:00", scheduled="09:15")
    flow = Flow(clinic).tick("11:00")
    assert flow.view("ann").stage is Stage.EXPECTED
    clinic.check_in("bob", "11:05")
    assert flow.read().view("ann").stage is Stage.EXPECTED
    assert flow.tick("11:06").view("ann").stage is Stage.NO_SHOW


def test_what_was_restored_says_the_same() -> None:
    clinic = a_clinic()
    clinic.book("ann", "08:00", scheduled="10:00")
    flow = Flow(clinic).tick("10:45")
    again = Flow(clinic).tick("10:45")
    assert flow.view("ann") == again.view("ann")

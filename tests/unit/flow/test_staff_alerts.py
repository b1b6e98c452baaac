"""What staff are told without asking: patients who may have left, providers who run late, a clinic that fell silent."""

from tests.builders import Clinic
from tests.unit.flow.folding import Flow

OPEN = [{"weekday": 0, "opens": "08:00", "closes": "17:00"}]
PATIENT = {"waiting_warning": 600, "waiting_critical": 600, "in_room_warning": 600, "in_room_critical": 600}


def staff(flow: Flow) -> set[str]:
    return {alert for alert in flow.alerts() if not alert.startswith(("called", "next-up"))}


def test_a_called_patient_who_does_not_come_may_have_left() -> None:
    clinic = Clinic(limits=PATIENT)
    clinic.check_in("ann", "10:00")
    clinic.call("ann", "10:05", "r1")
    flow = Flow(clinic)
    assert staff(flow.tick("10:14:59")) == set()
    assert staff(flow.tick("10:15")) == {"possible-walkout ann"}
    clinic.recall("ann", "10:16", "r1")
    assert staff(flow.read()) == set()
    assert staff(flow.tick("10:26")) == {"possible-walkout ann"}
    clinic.room("ann", "10:27", "r1")
    assert staff(flow.read()) == set()


def a_clinic_that_knows_its_waits() -> Clinic:
    """Twenty patients have waited, 20 to 39 minutes each."""
    clinic = Clinic(limits=PATIENT | {"waiting_critical": 30, "waiting_warning": 30}, next_up=0)
    for number in range(20):
        clinic.feed().check_in(f"v{number}", "08:00")
        clinic.feed().room(f"v{number}", f"08:{20 + number}")
        clinic.feed().check_out(f"v{number}", "09:00")
    return clinic


def test_who_waits_longer_than_patients_here_do_may_have_left() -> None:
    clinic = a_clinic_that_knows_its_waits()
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    assert "possible-walkout ann" not in staff(flow.tick("10:39:59"))
    assert "possible-walkout ann" in staff(flow.tick("10:40"))


def test_a_late_fact_about_another_wait_moves_the_limit() -> None:
    clinic = a_clinic_that_knows_its_waits()
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic).tick("10:40")
    clinic.feed().check_in("slow", "08:00", recorded="10:41")
    clinic.feed().room("slow", "09:30", recorded="10:41")
    assert "possible-walkout ann" not in staff(flow.read())
    assert "possible-walkout ann" in staff(flow.tick("11:30"))


def test_where_few_waits_are_known_nobody_is_missed() -> None:
    clinic = Clinic(limits=PATIENT)
    clinic.check_in("ann", "10:00")
    assert staff(Flow(clinic).tick("12:59")) == set()


def test_a_provider_is_late_when_a_booked_patient_who_is_here_should_have_been_seen() -> None:
    clinic = Clinic(limits=PATIENT)
    for visit, scheduled in (("ann", "10:00"), ("bob", "10:15")):
        clinic.book(visit, "08:00", scheduled=scheduled, provider="dr-lee")
    clinic.book("cy", "08:00", scheduled="09:00", provider="dr-roy")
    clinic.check_in("ann", "09:50")
    clinic.check_in("bob", "09:55")
    flow = Flow(clinic)
    assert staff(flow.tick("10:14:59")) == set()
    assert staff(flow.tick("10:30")) == {"provider-running-late dr-lee"}
    assert [name for name in flow.raised() if name.startswith("provider")] == ["provider-running-late dr-lee"]
    clinic.see("ann", "10:31")
    assert staff(flow.read()) == {"provider-running-late dr-lee"}
    clinic.see("bob", "10:32")
    assert staff(flow.read()) == set()


def test_who_comes_late_does_not_make_the_provider_late() -> None:
    clinic = Clinic(limits=PATIENT)
    clinic.book("ann", "08:00", scheduled="10:00", provider="dr-lee")
    clinic.check_in("ann", "10:40")
    flow = Flow(clinic)
    assert staff(flow.tick("10:54:59")) == set()
    assert staff(flow.tick("10:55")) == {"provider-running-late dr-lee"}


def test_a_provider_who_says_so_is_late_until_they_say_otherwise() -> None:
    clinic = Clinic(limits=PATIENT)
    clinic.check_in("ann", "09:00")
    clinic.sets_provider("dr-lee", "delayed", "09:30", delayed_minutes=20)
    flow = Flow(clinic)
    assert staff(flow) == {"provider-running-late dr-lee"}
    clinic.sets_provider("dr-lee", "in", "09:50")
    assert staff(flow.read()) == set()


def test_a_silent_clinic_raises_one_alert_instead_of_all_that_silence_makes_seem_late() -> None:
    clinic = Clinic(hours=OPEN, next_up=0)
    for number in range(9):
        clinic.check_in(f"v{number}", f"10:0{number}")
        clinic.room(f"v{number}", "10:09", f"r{number}", intent="report")
        clinic.see(f"v{number}", "10:10")
    clinic.check_in("ann", "10:10")
    clinic.see("ann", "10:11")
    flow = Flow(clinic)
    flow.fresh()
    flow.tick("16:00")
    assert flow.raised() == ["site-silent demo"]
    assert flow.site.silence.since == clinic.ms("11:11")


def test_what_really_is_late_is_told_once_the_clinic_is_heard_of_again_and_has_settled() -> None:
    clinic = Clinic(hours=OPEN, next_up=0, limits={"silent": 10})
    clinic.check_in("ann", "10:00")
    clinic.check_in("bob", "10:01")
    flow = Flow(clinic).tick("12:00")
    assert flow.alerts() == {"site-silent demo"}
    clinic.feed().room("ann", "10:05", recorded="12:01")
    assert flow.read().alerts() == set()
    clinic.feed().see("ann", "10:06", recorded="12:01:30")
    assert flow.read().tick("12:01:59").alerts() == set()
    flow.tick("12:02")
    assert flow.alerts() == {"wait-warning bob", "wait-critical bob"}


def test_a_clinic_is_not_silent_outside_its_hours_nor_before_it_has_been_open_for_long() -> None:
    clinic = Clinic(hours=[*OPEN, {"weekday": 1, "opens": "08:00", "closes": "17:00"}], unclosed_after_hours=1)
    clinic.check_in("ann", "16:00")
    clinic.check_out("ann", "16:10")
    flow = Flow(clinic).tick("23:00")
    assert flow.raised() == ["next-up ann"]
    day = 24 * 3_600_000
    flow.state.tick(clinic.ms("08:59") + day, flow.effects)
    assert flow.alerts() == set()
    flow.state.tick(clinic.ms("09:00") + day, flow.effects)
    assert flow.alerts() == {"site-silent demo"}


def test_a_clinic_may_be_quiet_where_its_profile_says_so_or_where_it_follows_its_log() -> None:
    for more in ({"limits": {"silent": 0}}, {"clock": "log"}):
        clinic = Clinic(hours=OPEN, **more)
        clinic.feed().check_out("ann", "09:00")
        clinic.feed().check_out("bob", "15:00")
        assert "site-silent demo" not in Flow(clinic).tick("16:00").raised()

"""A room between two patients: cleaned, said to be ready, and how long that took."""

from schemas.outcomes import Refusal
from schemas.rooms import RoomStatus
from services.flow.domain import show
from services.flow.domain.rooms import RoomState
from tests.builders import Clinic
from tests.unit.flow.folding import Flow


def a_clinic() -> Clinic:
    clinic = Clinic(rooms_are_cleaned=True, next_up=0, limits={"turnover": 15})
    clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:05", "r1")
    return clinic


def test_a_room_that_was_left_is_cleaned_until_it_is_said_to_be_ready() -> None:
    clinic = a_clinic()
    clinic.leave_room("ann", "10:30")
    flow = Flow(clinic)
    assert flow.site.rooms.state("r1") == RoomState(RoomStatus.CLEANING, clinic.ms("10:30"), None)
    clinic.sets_room("r1", "ready", "10:37")
    assert flow.read().site.rooms.state("r1") == RoomState(RoomStatus.READY, clinic.ms("10:37"), 420)
    assert show.field(flow.site, "room:r1") == {
        "room": "r1", "status": "ready", "visits": (), "since_ms": clinic.ms("10:37"), "turnover_seconds": 420,
    }  # fmt: skip


def test_checking_out_leaves_the_room_too_and_an_undo_takes_the_cleaning_back() -> None:
    clinic = a_clinic()
    out = clinic.check_out("ann", "10:30")
    flow = Flow(clinic)
    assert flow.site.rooms.status("r1") is RoomStatus.CLEANING
    clinic.undo(out, "10:31")
    assert flow.read().site.rooms.state("r1") == RoomState(RoomStatus.READY, None, None)


def test_a_cleaning_that_takes_too_long_is_told_and_over_when_the_room_is_ready_or_taken() -> None:
    for ends in ("ready", "taken"):
        clinic = a_clinic()
        clinic.check_out("ann", "10:30")
        flow = Flow(clinic).tick("10:44:59")
        assert flow.alerts() == set()
        assert flow.tick("10:45").alerts() == {"room-turnover-overdue r1"}
        if ends == "ready":
            clinic.sets_room("r1", "ready", "10:50")
        else:
            clinic.check_in("bob", "10:49")
            clinic.room("bob", "10:50", "r1")
        assert flow.read().alerts() == set()


def test_a_cleaning_that_the_staff_begin_themselves_is_timed_as_well() -> None:
    clinic = Clinic(next_up=0, limits={"waiting_warning": 30})
    clinic.check_in("ann", "10:00")
    clinic.sets_room("r2", "cleaning", "10:00")
    assert Flow(clinic).tick("10:15").alerts() == {"room-turnover-overdue r2"}


def test_what_was_said_of_a_room_by_mistake_is_taken_back_and_the_cleaning_goes_on() -> None:
    clinic = a_clinic()
    clinic.check_out("ann", "10:30")
    mistake = clinic.sets_room("r1", "ready", "10:31")
    undo = clinic.undo_room(mistake, "10:32")
    flow = Flow(clinic)
    assert flow.applied(undo)
    assert flow.site.rooms.state("r1") == RoomState(RoomStatus.CLEANING, clinic.ms("10:30"), None)
    again = clinic.undo_room(undo, "10:33")
    assert flow.read().applied(again)
    assert flow.site.rooms.state("r1").turnover_seconds == 60


def test_an_undo_of_what_was_never_said_of_the_room_is_refused() -> None:
    clinic = a_clinic()
    said = clinic.sets_room("r1", "cleaning", "10:31")
    elsewhere = clinic.happens("room.status-undone", "r2", "10:32", room="r2", undoes=said.id)
    first, second = clinic.undo_room(said, "10:33"), clinic.undo_room(said, "10:34")
    nowhere = clinic.happens("room.status-undone", "cellar", "10:35", room="cellar", undoes=said.id)
    flow = Flow(clinic)
    assert (flow.refused(elsewhere), flow.applied(first)) == (Refusal.UNKNOWN_EVENT, True)
    assert (flow.refused(second), flow.refused(nowhere)) == (Refusal.ALREADY_UNDONE, Refusal.UNKNOWN_ROOM)


def test_of_what_was_said_of_a_room_long_ago_only_the_last_word_is_kept() -> None:
    clinic = Clinic(retention_hours=1)
    for minute in range(10):
        clinic.sets_room("r1", "out-of-service" if minute % 2 else "ready", f"08:0{minute}")
    clinic.check_in("ann", "08:10")
    clinic.check_out("ann", "08:11")
    flow = Flow(clinic).tick("12:00")
    assert len(flow.site.rooms.facts["r1"]) == 1
    assert flow.site.rooms.status("r1") is RoomStatus.OUT_OF_SERVICE


def test_out_of_service_lasts_whoever_leaves_the_room() -> None:
    clinic = a_clinic()
    clinic.sets_room("r1", "out-of-service", "10:20")
    clinic.check_out("ann", "10:30")
    flow = Flow(clinic)
    assert flow.site.rooms.state("r1") == RoomState(RoomStatus.OUT_OF_SERVICE, clinic.ms("10:20"), None)


def test_a_patient_moved_out_leaves_one_room_to_be_cleaned() -> None:
    clinic = a_clinic()
    clinic.move("ann", "10:20", room="r2")
    flow = Flow(clinic)
    assert (flow.site.rooms.status("r1"), flow.site.rooms.status("r2")) == (RoomStatus.CLEANING, RoomStatus.READY)


def test_where_rooms_are_not_cleaned_one_that_was_left_is_ready() -> None:
    clinic = a_clinic()
    clinic.changes_profile(at="10:10", rooms_are_cleaned=False)
    clinic.check_out("ann", "10:30")
    assert Flow(clinic).site.rooms.status("r1") is RoomStatus.READY


def test_a_room_stays_to_be_cleaned_when_its_last_patient_has_left_the_state() -> None:
    clinic = Clinic(rooms_are_cleaned=True, retention_hours=1)
    clinic.check_in("ann", "10:00")
    clinic.room("ann", "10:05", "r1")
    clinic.check_out("ann", "10:30")
    flow = Flow(clinic).tick("12:00")
    assert (set(flow.site.visits), flow.site.rooms.state("r1").since) == (set(), clinic.ms("10:30"))

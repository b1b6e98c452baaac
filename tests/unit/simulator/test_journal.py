"""What the simulator knows from final outcomes, and what the wall must show for it."""

from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.simulator.domain.answers import Action, Answer
from services.simulator.domain.journal import Journal
from services.simulator.domain.texts import Text, unexplained
from services.simulator.domain.wall_view import WallView

ROOMS = {"r1": "Room 1", "r2": "Room 2"}


class Told:
    """A journal that is told what the desk answered."""

    def __init__(self, next_up: int = 1) -> None:
        self.journal = Journal(next_up, ROOMS)

    def check_in(self, visit: str, ticket: str, queue: str = "A", priority: int = 5) -> None:
        self.journal.note(Action.CHECK_IN, Answer(True, "e", visit, ticket, Stage.WAITING), queue=queue, priority=priority)

    def call(self, visit: str, room: str | None) -> None:
        self.journal.note(Action.CALL, Answer(True, "e", visit, None, Stage.WAITING), room=room)

    def uncall(self, visit: str) -> None:
        self.journal.note(Action.UNDO, Answer(True, "e", visit, None, Stage.WAITING), undoes=Action.CALL)

    def stage(self, visit: str, action: Action, stage: Stage, room: str | None = None) -> None:
        self.journal.note(action, Answer(True, "e", visit, None, stage, room), room=room)

    @property
    def wall(self) -> WallView:
        return self.journal.wall()

    def text(self, visit: str, template: str, key: str = "k") -> int:
        return unexplained([Text(key, visit, template)], self.journal.visits)


def test_patients_wait_in_the_order_they_checked_in() -> None:
    told = Told()
    told.check_in("zoe", "A01")
    told.check_in("ann", "A02")
    told.check_in("bob", "B01", queue="B")
    assert told.wall == WallView({}, {"A": ("A01", "A02"), "B": ("B01",)})


def test_urgent_patient_goes_first() -> None:
    told = Told()
    told.check_in("ann", "A01")
    told.check_in("bob", "A02", priority=3)
    assert told.wall.waiting == {"A": ("A02", "A01")}


def test_called_patient_is_shown_with_the_rooms_name_until_roomed() -> None:
    told = Told()
    told.check_in("ann", "A01")
    told.call("ann", "r2")
    assert told.wall == WallView({"A01": "Room 2"}, {})
    told.stage("ann", Action.ROOM, Stage.IN_ROOM, "r2")
    assert told.wall == WallView()


def test_undone_call_puts_the_patient_back_in_line() -> None:
    told = Told()
    told.check_in("ann", "A01")
    told.call("ann", None)
    assert told.wall.calling == {"A01": None}
    told.uncall("ann")
    assert told.wall == WallView({}, {"A": ("A01",)})


def test_refused_command_changes_nothing_and_is_counted() -> None:
    told = Told()
    told.check_in("ann", "A01")
    told.journal.note(Action.CALL, Answer(False, visit="ann", reason="already-in-room"), room="r1")
    assert told.wall.waiting == {"A": ("A01",)}
    assert (told.journal.accepted, told.journal.refused) == (1, 1)


def test_room_that_was_cleaned_is_accepted_and_is_no_visit() -> None:
    told = Told()
    told.journal.note(Action.ROOM_STATUS, Answer(True, "e"))
    assert told.journal.accepted == 1
    assert not told.journal.visits


def test_text_for_the_called_is_explained_and_for_another_is_not() -> None:
    told = Told(next_up=0)
    told.check_in("ann", "A01")
    told.check_in("bob", "A02")
    told.call("ann", "r1")
    assert told.text("ann", "called") == 0
    assert told.text("bob", "called") == 1
    assert told.text("nobody", "called") == 1


def test_only_the_head_of_the_queue_is_told_to_be_next() -> None:
    told = Told(next_up=1)
    told.check_in("ann", "A01")
    told.check_in("bob", "A02")
    assert told.text("ann", "next-up") == 0
    assert told.text("bob", "next-up") == 1
    told.call("ann", "r1")
    assert told.text("bob", "next-up") == 0


def test_only_who_has_checked_in_is_told_so() -> None:
    told = Told(next_up=0)
    told.journal.note(Action.BOOK, Answer(True, "e", "ann", None, Stage.EXPECTED))
    assert told.text("ann", "checked-in") == 1
    told.check_in("ann", "A01")
    assert told.text("ann", "checked-in") == 0
    told.journal.adopt([
        LiveVisit(visit="booked", stage=Stage.EXPECTED),
        LiveVisit(visit="here", stage=Stage.IN_ROOM, ticket="A02", queue="A", checked_in_ms=1000, room="r1"),
    ])  # fmt: skip
    assert (told.text("booked", "checked-in"), told.text("here", "checked-in")) == (1, 0)


def test_please_disregard_needs_an_undo() -> None:
    told = Told()
    told.check_in("ann", "A01")
    told.call("ann", "r1")
    assert told.text("ann", "please-disregard") == 1
    told.uncall("ann")
    assert told.text("ann", "please-disregard") == 0


def test_text_sent_twice_is_unexplained() -> None:
    told = Told()
    told.check_in("ann", "A01")
    text = Text("demo/ann/next-up/1", "ann", "next-up")
    assert unexplained([text, text], told.journal.visits) == 1


def test_next_patient_is_explained_though_answers_come_in_another_order() -> None:
    told = Told(next_up=1)
    for visit, ticket in (("ann", "A01"), ("bob", "A02"), ("cy", "A03")):
        told.check_in(visit, ticket)
    told.journal.note(Action.CALL, Answer(True, "e", "bob", None, Stage.WAITING), room="r2", in_flight=1)
    told.call("ann", "r1")
    assert told.text("bob", "next-up") == 1, "bob was never seen at the head"
    told.journal.visits["bob"].called = False
    told.journal.adopt([], in_flight=1)
    assert told.text("bob", "next-up") == 0


def test_visits_of_an_earlier_run_are_taken_over_in_their_order() -> None:
    journal = Journal(1, ROOMS)
    journal.adopt([
        LiveVisit(visit="late", stage=Stage.WAITING, ticket="A02", queue="A", checked_in_ms=2000),
        LiveVisit(visit="early", stage=Stage.WAITING, ticket="A01", queue="A", checked_in_ms=1000),
        LiveVisit(visit="called", stage=Stage.WAITING, ticket="A03", queue="A", checked_in_ms=3000, called_ms=4000, called_to="r1"),
        LiveVisit(visit="in", stage=Stage.IN_ROOM, ticket="A04", queue="A", room="r2"),
    ])  # fmt: skip
    assert journal.wall() == WallView({"A03": "Room 1"}, {"A": ("A01", "A02")})
    assert journal.open == 4
    assert (journal.accepted, journal.refused) == (0, 0)

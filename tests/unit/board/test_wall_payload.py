"""What a wall shows of a site."""

import json
from typing import Any

from schemas.live import LiveRoom, LiveVisit
from schemas.rooms import RoomStatus
from schemas.sites import Provider, Room, ServicePoint
from schemas.summaries import Stage
from services.board.domain.wall import Shown, Wall, wall_of
from tests.builders_live import a_clinic, a_visit
from tests.wall_screen import tickets

NINE = 1_790_000_000_000
MINUTE = 60_000


def wall(*visits: LiveVisit, rooms: tuple[LiveRoom, ...] = (), area: str | None = None, **profile: Any) -> Wall:
    by_id, fitted = {visit.visit: visit for visit in visits}, {room.room: room for room in rooms}
    return wall_of(Shown(a_clinic(**profile), by_id, fitted, {}, silent=False, at_ms=NINE), ["en", "es"], area)


def in_room(ticket: str, at_ms: int, room: str | None, stage: Stage = Stage.IN_ROOM) -> LiveVisit:
    return a_visit(ticket, NINE, stage, roomed_ms=at_ms, room=room)


def test_those_who_wait_stand_in_the_order_of_priority_and_arrival() -> None:
    shown = wall(a_visit("A2", NINE + MINUTE), a_visit("A1", NINE), a_visit("A3", NINE + 2 * MINUTE, priority=1))
    assert tickets(shown["waiting"]["A"]) == ["A3", "A1", "A2"]
    assert shown["waiting"]["A"][1] == {"ticket": "A1", "checked_in_ms": NINE}


def test_queues_are_kept_apart_and_an_empty_one_is_shown() -> None:
    shown = wall(a_visit("A1", NINE), a_visit("B1", NINE), queues={"A": "Doctor", "B": "Blood tests", "C": "X-ray"})
    assert {letter: tickets(queue) for letter, queue in shown["waiting"].items()} == {"A": ["A1"], "B": ["B1"], "C": []}
    assert shown["queues"] == {"A": "Doctor", "B": "Blood tests", "C": "X-ray"}


def test_a_queue_that_left_the_profile_keeps_those_who_wait_in_it() -> None:
    shown = wall(a_visit("Z9", NINE), queues={"A": "Doctor"})
    assert shown["queues"] == {"A": "Doctor", "Z": "Z"}
    assert tickets(shown["waiting"]["Z"]) == ["Z9"]


def test_who_is_called_is_no_longer_waiting_and_the_last_call_comes_first() -> None:
    first = a_visit("A1", NINE, called_ms=NINE + MINUTE, called_to="r2")
    second = a_visit("A2", NINE, called_ms=NINE + 2 * MINUTE)
    shown = wall(first, second, a_visit("A3", NINE))
    assert [(call["ticket"], call["to"], call["called_ms"]) for call in shown["calling"]] == [
        ("A2", None, NINE + 2 * MINUTE),
        ("A1", "Room 2", NINE + MINUTE),
    ]
    assert shown["calling"][1]["clips"] == ["chime", "en/ticket", "en/a", "en/1", "en/room", "en/2"]
    assert shown["calling"][1]["said"] == "Ticket A, one. Room two."
    assert tickets(shown["waiting"]["A"]) == ["A3"]


def test_a_call_to_a_room_that_is_in_no_profile_sends_to_the_desk() -> None:
    assert wall(a_visit("A1", NINE, called_ms=NINE, called_to="r99"))["calling"][0]["to"] is None


def test_a_call_to_a_service_point_shows_its_name() -> None:
    points = (ServicePoint(id="lab", name="Laboratory"),)
    assert wall(a_visit("A1", NINE, called_ms=NINE, called_to="lab"), service_points=points)["calling"][0]["to"] == "Laboratory"


def test_the_last_eight_taken_in_are_recent_and_those_who_left_are_not() -> None:
    inside = [in_room(f"A{number}", NINE + number * MINUTE, "r1") for number in range(1, 11)]
    gone = in_room("A11", NINE + 11 * MINUTE, "r1", Stage.DEPARTED)
    shown = wall(*inside, gone)
    assert tickets(shown["recent"]) == [f"A{number}" for number in range(10, 2, -1)]
    assert shown["recent"][0] == {"ticket": "A10", "to": "Room 1", "roomed_ms": NINE + 10 * MINUTE}


def test_who_is_expected_or_gone_is_not_on_the_wall() -> None:
    ends = (Stage.EXPECTED, Stage.DEPARTED, Stage.NO_SHOW, Stage.CANCELLED, Stage.LEFT, Stage.UNCLOSED)
    shown = wall(*(a_visit(f"A{number}", NINE, stage) for number, stage in enumerate(ends)))
    assert (shown["calling"], shown["recent"], shown["waiting"]) == ([], [], {"A": []})


def test_rooms_are_counted_by_what_they_are_fit_for_and_who_is_in_them() -> None:
    rooms = (
        LiveRoom(room="r1", visits=("v1", "v2")),
        LiveRoom(room="r2", status=RoomStatus.CLEANING),
        LiveRoom(room="r4", status=RoomStatus.OUT_OF_SERVICE),
        LiveRoom(room="from-a-feed", visits=("v3",)),
        LiveRoom(room="from-a-feed-empty", status=RoomStatus.CLEANING),
    )
    declared = tuple(Room(id=f"r{number}", name=f"Room {number}") for number in range(1, 5))
    shown = wall_of(Shown(a_clinic(rooms=declared), {}, {room.room: room for room in rooms}, {}, silent=False, at_ms=NINE), ["en"])
    assert shown["rooms"] == {"free": 1, "occupied": 2, "cleaning": 1, "out_of_service": 1, "unknown": 0}


def test_patients_in_a_room_that_no_feed_names_make_the_occupancy_unknown() -> None:
    nowhere = a_visit("A1", NINE, Stage.WITH_PROVIDER)
    assert wall(nowhere, in_room("A2", NINE, None), in_room("A3", NINE, "r1"))["rooms"]["unknown"] == 2


def test_an_arrival_that_is_not_known_stays_unknown() -> None:
    unknown = LiveVisit(visit="v", ticket="A1", queue="A", stage=Stage.WAITING)
    assert wall(unknown)["waiting"]["A"] == [{"ticket": "A1", "checked_in_ms": None}]


def test_two_visits_with_the_same_ticket_of_two_days_are_both_shown() -> None:
    yesterday = a_visit("A1", NINE - 24 * 60 * MINUTE, visit="old")
    assert tickets(wall(a_visit("A1", NINE), yesterday)["waiting"]["A"]) == ["A1", "A1"]


def test_nothing_that_could_name_a_patient_or_a_member_of_staff_is_on_the_wall() -> None:
    marked = {
        "visit": "PLANTED-visit", "person": "PLANTED-person", "provider": "PLANTED-provider", "visit_type": "planted-type",
        "priority": 7, "scheduled_ms": 424_242, "room": "r1",
    }  # fmt: skip
    visits = {
        str(number): LiveVisit(
            **{**marked, "ticket": f"A{number}", "queue": "A", "stage": stage, "roomed_ms": NINE, "called_ms": called}
        )
        for number, (stage, called) in enumerate([(s, c) for s in Stage for c in (None, NINE)])
    }
    room = LiveRoom(room="r1", visits=("PLANTED-visit",))
    profile = a_clinic(providers=(Provider(id="PLANTED-provider", name="PLANTED Dr Who"),))
    said = json.dumps(wall_of(Shown(profile, visits, {"r1": room}, {}, silent=False, at_ms=NINE), ["en"]))
    assert "planted" not in said.lower()
    assert "priority" not in said
    assert "424242" not in said


def test_a_site_speaks_its_first_language_that_has_texts() -> None:
    assert wall(languages=("ar", "es", "en"))["site"]["language"] == "es"

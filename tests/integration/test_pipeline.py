"""One visit from the front desk through Kafka and flow to the wall and the outbox, and what happens when parts are away."""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk, clinicflow
from tests.waiting import wait_until
from tests.wall_screen import tickets


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Iterator[FrontDesk]:
    desk = FrontDesk(stack, "maple").open()
    with contextlib.closing(desk.client):
        yield desk


def test_a_visit_goes_from_the_desk_to_the_wall_and_out_again(desk: FrontDesk) -> None:
    arrived = desk.walk_in()
    assert arrived.status_code == 201, arrived.text
    visit, ticket = arrived.json()["visit"], arrived.json()["ticket"]
    with desk.wall() as screen:
        screen.until("snapshot")
        assert ticket in tickets(screen.wall["waiting"]["A"])
        assert desk.step(visit, "call", room="r1").status_code == 201
        while ticket not in tickets(screen.wall["calling"]):
            screen.next()
        assert [call["to"] for call in screen.wall["calling"] if call["ticket"] == ticket] == ["Room 1"]
        assert desk.step(visit, "room", room="r1").status_code == 201
        while ticket in tickets(screen.wall["calling"]):
            screen.next()
        assert screen.wall["rooms"]["occupied"] == 1
    assert desk.step(visit, "provider-seen").status_code == 201
    gone = desk.step(visit, "check-out")
    assert (gone.status_code, gone.json()["stage"]) == (201, "departed")
    assert desk.visits()[visit]["stage"] == "departed"


def test_the_call_is_texted_once(desk: FrontDesk) -> None:
    visit = desk.walk_in().json()["visit"]
    desk.step(visit, "call", room="r2")

    def texts() -> list[str]:
        outbox = desk.stack.folder.path / "outbox.jsonl"
        said = outbox.read_text(encoding="utf-8").splitlines() if outbox.exists() else []
        return [text["template"] for text in map(json.loads, said) if text["visit"] == visit]

    wait_until(lambda: "called" in texts())
    assert texts().count("called") == 1
    assert "Room 2" in clinicflow(desk.stack, "outbox").stdout
    desk.step(visit, "left")


def test_two_desks_for_one_room_have_one_winner_and_the_other_is_told_who_is_in_it(desk: FrontDesk) -> None:
    first, second = desk.walk_in().json(), desk.walk_in().json()
    assert desk.step(first["visit"], "room", room="r3").status_code == 201
    lost = desk.step(second["visit"], "room", room="r3")
    assert lost.status_code == 409
    assert lost.json()["held_by"] == first["ticket"]
    assert first["ticket"] in lost.json()["detail"]
    for visit in (first["visit"], second["visit"]):
        assert desk.step(visit, "left").status_code == 201


def test_a_forgotten_patient_is_said_to_have_left_and_the_room_is_taken_in_one_step(desk: FrontDesk) -> None:
    forgotten, next_one = desk.walk_in().json(), desk.walk_in().json()
    desk.step(forgotten["visit"], "room", room="r3")
    refused = desk.step(next_one["visit"], "room", room="r3").json()
    assert refused["offer"] == {"title": f"Ticket {forgotten['ticket']} left at …", "visit": forgotten["visit"]}
    roomed_ms = desk.visits()[forgotten["visit"]]["roomed_ms"]
    left = {"visit": refused["offer"]["visit"], "left_at": datetime.fromtimestamp(roomed_ms / 1000, UTC).isoformat()}
    taken = desk.step(next_one["visit"], "room", room="r3", forgotten=left)
    assert (taken.status_code, taken.json()["room"]) == (201, "r3"), taken.text
    gone = desk.visits()[forgotten["visit"]]
    assert (gone["stage"], gone["checked_out_ms"]) == ("departed", roomed_ms)
    desk.step(next_one["visit"], "left")


def test_an_undone_step_did_not_happen(desk: FrontDesk) -> None:
    visit = desk.walk_in().json()["visit"]
    called = desk.step(visit, "call")
    assert desk.step(visit, "undo", event=called.json()["event"]).status_code == 201
    assert desk.visits()[visit].get("called_ms") is None
    desk.step(visit, "left")


def test_with_flow_away_steps_are_kept_and_right_when_it_is_back(desk: FrontDesk) -> None:
    desk.stack.stop_part("flow")
    kept = desk.walk_in()
    assert kept.status_code == 202
    visit = kept.json()["visit"]
    assert desk.step(visit, "call").status_code == 202
    desk.stack.start_part("flow")
    assert desk.outcome(kept)["status"] == "applied"
    wait_until(lambda: desk.visits()[visit].get("called_ms") is not None)
    desk.step(visit, "left")


def test_with_redis_away_steps_are_kept_and_right_when_it_is_back(desk: FrontDesk) -> None:
    desk.stack.stop_part("redis")
    kept = desk.walk_in()
    assert kept.status_code == 202, kept.text
    desk.stack.start_part("redis")
    assert desk.outcome(kept)["status"] == "applied"
    assert kept.json()["visit"] in desk.visits()
    desk.step(kept.json()["visit"], "left")


def test_with_kafka_away_the_desk_says_so_and_the_same_key_works_later(desk: FrontDesk) -> None:
    desk.stack.stop_part("kafka")
    refused = desk.walk_in(key="the-same-key")
    assert refused.status_code == 503, refused.text
    assert int(refused.headers["Retry-After"]) > 0
    desk.stack.start_part("kafka")
    wait_until(lambda: desk.walk_in(key="the-same-key").status_code == 201, within=60)
    again = desk.walk_in(key="the-same-key").json()
    assert list(desk.visits()).count(again["visit"]) == 1
    desk.step(again["visit"], "left")


def test_a_killed_kafka_is_back_by_itself_with_everything_in_it(desk: FrontDesk) -> None:
    visit = desk.walk_in().json()["visit"]
    before = desk.stack.part("kafka").pid
    desk.stack.part("kafka").kill()
    wait_until(lambda: desk.stack.part("kafka").pid not in {None, before})
    wait_until(lambda: desk.step(visit, "call", key=f"call-{visit}").status_code == 201, within=60)
    assert desk.visits()[visit]["called_ms"]
    desk.step(visit, "left")

"""A returning patient is found at the desk; whoever is shown to somebody stands on the audit trail; nobody is added twice unawares."""

import contextlib
from collections.abc import Iterator

import pytest
from redis import Redis

from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Iterator[FrontDesk]:
    desk = FrontDesk(stack, "finding").open()
    with contextlib.closing(desk.client):
        yield desk


def added(desk: FrontDesk, name: str, **more: object) -> str:
    answer = desk.send("POST", "people", {"name": name, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["person"])


def found(desk: FrontDesk, text: str) -> list[str]:
    answer = desk.send("POST", "people/search", {"text": text})
    assert answer.status_code == 200, answer.text
    return [one["person"] for one in answer.json()["people"]]


def test_who_was_added_is_found_at_once_and_by_a_new_name_at_once(desk: FrontDesk) -> None:
    person = added(desk, "Wilhelmina Searchable (invented)", born="1961-05-04", phone="202 555 0161")
    assert found(desk, "searchable wil") == found(desk, "05/04/1961") == found(desk, "0161") == [person]
    desk.send("PUT", f"people/{person}", {"name": "Wilhelmina Renamed (invented)"})
    assert (found(desk, "searchable"), found(desk, "renamed")) == ([], [person])


def test_who_was_shown_stands_on_the_audit_trail_even_after_a_wipe(desk: FrontDesk, stack: Stack) -> None:
    person = added(desk, "Otto Watched (invented)")
    assert found(desk, "watched otto") == [person]
    with Redis.from_url(stack.around.redis_url) as redis:
        redis.flushall()
    looks = desk.client.get("/v1/sites/finding/audit", params={"person": person}).json()
    assert "viewed-name" in [record["action"] for record in looks["records"]]


def test_somebody_of_the_same_name_and_birth_date_is_asked_about_first(desk: FrontDesk) -> None:
    first = added(desk, "Twin Test (invented)", born="1990-01-02", phone="202 555 0101")
    doubtful = {"name": "test, TWIN (invented)", "born": "1990-01-02", "phone": "202 555 0102"}
    asked = desk.send("POST", "people", doubtful)
    assert (asked.status_code, asked.json()["code"]) == (409, "possible-duplicate")
    assert asked.json()["matches"] == [{"person": first, "born": "1990-01-02", "phone_ends": "0101"}]
    second = added(desk, **{**doubtful, "new": True})  # type: ignore[arg-type]  # the name is one of them
    assert sorted(found(desk, "twin test")) == sorted([first, second])


def test_another_clinic_finds_nobody(desk: FrontDesk, stack: Stack) -> None:
    added(desk, "Only Here (invented)")
    elsewhere = FrontDesk(stack, "finding-not").open()
    assert found(elsewhere, "only here") == []


def test_after_a_restart_they_are_found_again(desk: FrontDesk) -> None:
    person = added(desk, "Lasting Test (invented)")
    desk.stack.stop_part("checkin")
    desk.stack.start_part("checkin")
    wait_until(lambda: found(desk, "lasting") == [person])

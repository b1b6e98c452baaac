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
    assert "search-people" in [record["action"] for record in looks["records"]]


def test_somebody_of_the_same_name_and_birth_date_is_asked_about_first(desk: FrontDesk) -> None:
    first = added(desk, "Twin Test (invented)", born="1990-01-02", phone="202 555 0101")
    doubtful = {"name": "test, TWIN (invented)", "born": "1990-01-02", "phone": "202 555 0102"}
    asked = desk.send("POST", "people", doubtful)
    assert (asked.status_code, asked.json()["code"]) == (409, "possible-duplicate")
    looks = desk.client.get("/v1/sites/finding/audit", params={"person": first}).json()
    assert "search-people" in [record["action"] for record in looks["records"]]
    assert asked.json()["matches"] == [{"person": first, "born": "1990-01-02", "phone_ends": "0101"}]
    second = added(desk, **{**doubtful, "new": True})  # type: ignore[arg-type]  # the name is one of them
    assert sorted(found(desk, "twin test")) == sorted([first, second])


def test_what_is_shown_tells_two_of_one_name_apart(desk: FrontDesk) -> None:
    known = {"born": "1988-02-03", "phone": "202 555 0188", "language": "es", "payer": "Payer (invented)"}
    full, bare = added(desk, "Ula Shown (invented)", **known), added(desk, "Ula Shown (invented)")
    answer = desk.send("POST", "people/search", {"text": "ula shown"})
    assert answer.headers["Cache-Control"] == "no-store"
    shown = {one.pop("person"): one for one in answer.json()["people"]}
    assert shown == {
        full: {"name": "Ula Shown (invented)", "phone_ends": "0188"} | {key: known[key] for key in ("born", "language", "payer")},
        bare: {"name": "Ula Shown (invented)", "phone_ends": "", "born": None, "language": "en", "payer": None},
    }


def test_of_many_the_first_twenty_are_shown_and_that_there_are_more(desk: FrontDesk) -> None:
    many = [added(desk, f"Vic Many{number} (invented)") for number in range(21)]
    answer = desk.send("POST", "people/search", {"text": "vic many"}).json()
    assert (len(answer["people"]), answer["more"]) == (20, True)
    answer = desk.send("POST", "people/search", {"text": "vic many2"}).json()
    assert ({one["person"] for one in answer["people"]}, answer["more"]) == ({many[2], many[20]}, False)


def test_too_little_is_answered_with_nobody_and_leaves_no_record(desk: FrontDesk) -> None:
    person = added(desk, "Xu Short (invented)")
    for text in ("", "x", "-", "9"):
        assert desk.send("POST", "people/search", {"text": text}).json() == {"people": [], "more": False}
    looks = desk.client.get("/v1/sites/finding/audit", params={"person": person}).json()["records"]
    assert [record["action"] for record in looks] == ["add-person"]


def test_another_clinic_finds_nobody(desk: FrontDesk, stack: Stack) -> None:
    added(desk, "Only Here (invented)")
    elsewhere = FrontDesk(stack, "finding-not").open()
    assert found(elsewhere, "only here") == []


def test_after_a_restart_they_are_found_again(desk: FrontDesk) -> None:
    person = added(desk, "Lasting Test (invented)")
    desk.stack.stop_part("checkin")
    desk.stack.start_part("checkin")
    wait_until(lambda: found(desk, "lasting") == [person])

"""Two records of one patient are made one, and two again: whatever is said of either is found under both."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk
from tests.integration.test_people_search import added, found


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Iterator[FrontDesk]:
    desk = FrontDesk(stack, "one-person").open()
    with contextlib.closing(desk.client):
        yield desk


def known(desk: FrontDesk, person: str) -> dict[str, Any]:
    return dict(desk.client.get(f"/v1/sites/one-person/people/{person}").json())


def name_of(desk: FrontDesk, person: str) -> str:
    [shown] = desk.send("POST", "people/names", {"people": [person]}).json()["people"]
    assert shown["person"] == person
    return str(shown["name"])


def test_two_records_of_one_patient_are_one_and_two_again(desk: FrontDesk) -> None:
    old = added(desk, "Ada Double (invented)", phone="202 555 0121", born="1950-06-07")
    new = added(desk, "Ada Dubble (invented)", payer="Payer (invented)")
    assert desk.send("POST", f"people/{new}/merge", {"into": old, "take": []}).status_code == 200
    assert known(desk, new) == known(desk, old)
    assert (known(desk, old)["payer"], name_of(desk, new)) == ("Payer (invented)", "Ada Double (invented)")
    assert found(desk, "ada dubble") == []
    desk.send("PUT", f"people/{new}", {"phone": "202 555 0122"})
    assert known(desk, old)["phone"] == "+12025550122"

    parted = desk.send("POST", f"people/{new}/unmerge", {"into": old})
    assert parted.json() == {"person": old, "kept": []}
    assert (name_of(desk, new), known(desk, old)["payer"]) == ("Ada Dubble (invented)", None)
    assert found(desk, "ada dubble") == [new]


def test_either_may_be_sent_twice(desk: FrontDesk) -> None:
    one, other = added(desk, "Bo Twice (invented)"), added(desk, "Bo Again (invented)", phone="202 555 0123")
    answers = [desk.send("POST", f"people/{other}/merge", {"into": one}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert known(desk, one)["phone"] == "+12025550123"
    answers = [desk.send("POST", f"people/{other}/unmerge", {"into": one}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert known(desk, one)["phone"] is None


def test_nobody_is_merged_with_themselves_or_in_a_circle_or_twice(desk: FrontDesk) -> None:
    one, two, three = (added(desk, f"Cy {number} (invented)") for number in ("One", "Two", "Three"))
    assert desk.send("POST", f"people/{one}/merge", {"into": one}).json()["code"] == "not-mergeable"
    assert desk.send("POST", f"people/{one}/merge", {"into": two}).status_code == 200
    for person, into in ((two, one), (one, three), (three, one)):
        assert desk.send("POST", f"people/{person}/merge", {"into": into}).json()["code"] == "not-mergeable"
    assert desk.send("POST", f"people/{two}/merge", {"into": three}).status_code == 200
    assert name_of(desk, one) == "Cy Three (invented)"


def test_somebody_of_another_clinic_is_nobody_here(desk: FrontDesk, stack: Stack) -> None:
    elsewhere = FrontDesk(stack, "one-person-not").open()
    other, one = added(elsewhere, "Dee Elsewhere (invented)"), added(desk, "Dee Here (invented)")
    assert desk.send("POST", f"people/{one}/merge", {"into": other}).status_code == 404

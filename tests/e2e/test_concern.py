"""A concern is recorded at the desk, with whoever raised it; what was said is in the vault alone."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press, row
from tests.waiting import wait_until

WORDS = "Waited two hours and nobody said why (invented)"
_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    with closing(Clinic(stack, f"concern-{next(_sites)}", open_page, timezone="UTC")) as clinic:
        yield clinic


def notes_of(clinic: Clinic, person: str) -> dict[str, str]:
    notes: dict[str, str] = clinic.api.client.get(f"/v1/sites/{clinic.site}/people/{person}").json()["notes"]
    return notes


def said(clinic: Clinic, visit: str) -> list[dict[str, Any]]:
    """What was said of concerns about a visit."""
    history = clinic.api.client.get(f"/v1/sites/{clinic.site}/visits/{visit}/history").json()["steps"]
    return [one["said"] for one in history if one["step"] == "concern-recorded" and not one["undone_by"]]


def test_a_concern_about_a_visit_is_recorded_with_its_patient_and_can_be_taken_back(clinic: Clinic) -> None:
    person = clinic.api.send("POST", "people", {"name": "Cora Concern (invented)"}).json()["person"]
    visit = clinic.api.walk_in(queue="B", person=person).json()["visit"]
    page = clinic.console("anna")
    expect(row(page, "B01")).to_contain_text("Cora Concern (invented)")
    press(page, "ArrowDown", "ArrowRight")
    page.get_by_role("button", name="Record a concern").press("Enter")
    expect(page.locator(".chosen")).to_contain_text("Cora Concern (invented)")
    expect(page.get_by_label("What it is about")).to_be_focused()
    page.keyboard.type(WORDS)
    page.get_by_role("radio", name="By telephone").check()
    page.get_by_label("Answer by").fill("2099-03-02")
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="concern recorded")).to_be_visible()
    (concern,) = said(clinic, visit)
    assert notes_of(clinic, person) == {concern["concern"]: WORDS}
    assert concern | {"concern": ""} == {
        "concern": "", "state": "open", "person": person, "owner": f"user:anna-{clinic.site}", "channel": "phone",
        "due_at": "2099-03-02T12:00:00Z",
    }  # fmt: skip
    page.get_by_role("status").get_by_role("button", name="Undo").press("Enter")
    wait_until(lambda: said(clinic, visit) == [])


def test_somebody_who_is_not_here_raises_a_concern_on_the_telephone(clinic: Clinic) -> None:
    page = clinic.console("anna")
    press(page, "c")
    page.get_by_label("What it is about").fill(WORDS)
    page.get_by_role("button", name="Record it").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Please say who raised it")).to_be_visible()
    expect(page.get_by_label("What it is about")).to_have_value(WORDS)
    page.get_by_label("Who raised it").fill("Carl Caller (invented)")
    page.get_by_label("Telephone", exact=True).fill("202 555 0170")
    page.get_by_role("button", name="Record it").press("Enter")
    expect(page.get_by_role("status").filter(has_text="concern recorded")).to_be_visible()
    (found,) = clinic.api.send("POST", "people/search", {"text": "carl caller"}).json()["people"]
    assert list(notes_of(clinic, found["person"]).values()) == [WORDS]


def test_what_failed_half_way_is_sent_again_without_doing_the_rest_twice(clinic: Clinic) -> None:
    page = clinic.console("anna")
    page.route("**/concerns", lambda route: route.abort(), times=1)
    press(page, "c")
    page.get_by_label("Who raised it").fill("Carl Caller (invented)")
    page.get_by_label("What it is about").fill(WORDS)
    page.get_by_role("button", name="Record it").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Nothing was recorded")).to_be_visible()
    page.get_by_role("button", name="Record it").press("Enter")
    expect(page.get_by_role("status").filter(has_text="concern recorded")).to_be_visible()
    (found,) = clinic.api.send("POST", "people/search", {"text": "carl caller"}).json()["people"]
    assert list(notes_of(clinic, found["person"]).values()) == [WORDS]


def test_clinical_staff_are_not_offered_to_record_one(clinic: Clinic) -> None:
    page = clinic.console("cleo", "clinical")
    press(page, "c")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Cleo (invented)").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("button", name="Record a concern")).to_have_count(0)


def test_a_concern_is_answered_in_writing_and_stays_on_the_list_until_it_is_closed(clinic: Clinic) -> None:
    person = clinic.api.send("POST", "people", {"name": "Cora Concern (invented)", "notes": {}}).json()["person"]
    concern = str(uuid4())
    clinic.api.send("PUT", f"people/{person}", {"notes": {concern: WORDS}})
    clinic.api.send("POST", "concerns", {"concern": concern, "state": "open", "person": person, "channel": "phone"})
    page = clinic.console("anna")
    page.goto(f"{clinic.stack.around.url('checkin')}/book/{clinic.site}")
    expect(page.locator(".grid")).to_be_visible()
    press(page, "4")
    concerns = page.locator("section", has=page.get_by_role("heading", name="Concerns"))
    expect(concerns).to_contain_text("Cora Concern (invented)")
    concerns.get_by_role("button", name="Look into it").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text(WORDS)
    page.get_by_role("button", name="Answered").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Please write down the answer first.")).to_be_visible()
    page.get_by_label("The written answer").fill("We are sorry, and this is why (invented)")
    page.get_by_role("button", name="Answered").press("Enter")
    expect(concerns).to_contain_text("Answered")
    assert notes_of(clinic, person) == {concern: WORDS, f"{concern}-answer": "We are sorry, and this is why (invented)"}
    concerns.get_by_role("button", name="Look into it").press("Enter")
    page.get_by_role("button", name="Closed").press("Enter")
    expect(concerns).to_contain_text("No concern is open.")

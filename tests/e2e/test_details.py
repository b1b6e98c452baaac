"""What is known of a patient, at the desk: set right, said later, made one with another record and two again."""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press, row
from tests.waiting import wait_until

_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    with closing(Clinic(stack, f"details-{next(_sites)}", open_page)) as clinic:
        yield clinic


def was_here(clinic: Clinic, name: str, **more: str) -> str:
    """Somebody who was here before; their id."""
    return str(clinic.api.send("POST", "people", {"name": name, **more}).json()["person"])


def arrived(clinic: Clinic, **more: str) -> str:
    """Somebody who is here; their visit."""
    return str(clinic.api.walk_in(queue="B", **more).json()["visit"])


def known_of(clinic: Clinic, person: str) -> dict[str, Any]:
    known: dict[str, Any] = clinic.api.client.get(f"/v1/sites/{clinic.site}/people/{person}").json()
    return known


def details(page: Page) -> None:
    """Open the details of the first patient of the list, by keyboard."""
    expect(row(page, "B01")).to_be_visible()
    press(page, "ArrowDown", "d")


def test_only_what_was_changed_is_sent_and_the_visits_note_is_kept_with_the_patient(clinic: Clinic) -> None:
    person = was_here(clinic, "Dora Detail (invented)", phone="202 555 0150", born="1970-12-31")
    visit = arrived(clinic, person=person)
    page = clinic.console("anna")
    details(page)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Dora Detail (invented)")
    expect(page.get_by_label("Date of birth")).to_have_value("1970-12-31")
    clinic.api.send("PUT", f"people/{person}", {"phone": "202 555 0151"})  # somebody else, meanwhile
    page.get_by_label("Name", exact=True).fill("Dora Renamed (invented)")
    page.get_by_label("Insurance").fill("Sky Health (invented)")
    page.get_by_label("Note about this visit").fill("Brings her son (invented)")
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.get_by_role("status").filter(has_text="Details saved")).to_be_visible()
    expect(row(page, "B01")).to_contain_text("Dora Renamed (invented)")
    known = known_of(clinic, person)
    assert (known["phone"], known["payer"], known["born"]) == ("+12025550151", "Sky Health (invented)", "1970-12-31")
    assert known["notes"] == {visit: "Brings her son (invented)"}


def test_what_can_not_be_right_is_said_at_its_field_and_nothing_typed_is_lost(clinic: Clinic) -> None:
    person = was_here(clinic, "Dora Detail (invented)")
    arrived(clinic, person=person)
    page = clinic.console("anna")
    details(page)
    page.get_by_label("Telephone").fill("12")
    page.get_by_label("Member number").fill("4711")
    press(page, "Enter")
    expect(page.locator("#of-phone-wrong")).to_contain_text("That is not a telephone number we can use.")
    expect(page.get_by_label("Member number")).to_have_value("4711")
    assert known_of(clinic, person)["member_number"] is None


def test_details_that_can_not_be_read_are_said_to_be_so(clinic: Clinic) -> None:
    arrived(clinic, person=was_here(clinic, "Dora Detail (invented)"))
    page = clinic.console("anna")
    page.route("**/people/*", lambda route: route.abort() if route.request.method == "GET" else route.continue_())
    details(page)
    expect(page.get_by_role("alert").filter(has_text="The system can")).to_be_visible()
    expect(page.get_by_label("Telephone")).to_have_count(0)


@pytest.mark.parametrize("known", [True, False], ids=["was here before", "is new"])
def test_who_a_patient_is_can_be_said_later(clinic: Clinic, known: bool) -> None:
    person = was_here(clinic, "Larissa Later (invented)", born="1961-05-04")
    visit = arrived(clinic)
    page = clinic.console("anna")
    details(page)
    page.keyboard.type("Larissa Later (invented)")
    if known:
        expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
        press(page, "ArrowDown", "Enter")
        expect(page.locator(".chosen")).to_contain_text("1961-05-04")
    page.get_by_role("button", name="This is the patient").press("Enter")
    expect(row(page, "B01")).to_contain_text("Larissa Later (invented)")
    wait_until(lambda: clinic.api.visits()[visit]["person"])
    assert (clinic.api.visits()[visit]["person"] == person) == known


def test_two_records_are_made_one_with_what_is_right_of_each_and_two_again(clinic: Clinic) -> None:
    old = was_here(clinic, "Olive Older (invented)", born="1950-01-02", phone="202 555 0160")
    new = was_here(clinic, "Olive Newer (invented)", phone="202 555 0161", payer="Sky Health (invented)")
    arrived(clinic, person=new)
    page = clinic.console("anna")
    details(page)
    page.get_by_role("button", name="Same person as").press("Enter")
    page.keyboard.type("olive older")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    press(page, "ArrowDown", "Enter")
    sides = page.locator(".sides fieldset")
    expect(sides).to_have_count(4)
    expect(sides.filter(has_text="Date of birth")).to_contain_text("1950-01-02")
    page.get_by_role("group", name="Telephone").get_by_role("radio", name=re.compile("0161")).check()
    page.get_by_role("button", name="They are one patient").press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Olive Older (invented)")
    expect(page.get_by_label("Telephone")).to_have_value("+12025550161")
    expect(page.get_by_label("Insurance")).to_have_value("Sky Health (invented)")
    assert known_of(clinic, new)["person"] == old
    page.get_by_role("button", name="They are two after all").press("Enter")
    expect(page.get_by_role("status").filter(has_text="They are two patients again.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Olive Newer (invented)")
    assert (known_of(clinic, old)["phone"], known_of(clinic, new)["person"]) == ("+12025550160", new)


def test_what_was_changed_since_two_were_made_one_stays_and_is_named(clinic: Clinic) -> None:
    old, new = was_here(clinic, "Olive Older (invented)"), was_here(clinic, "Olive Newer (invented)", payer="Sky Health (invented)")
    arrived(clinic, person=new)
    clinic.api.send("POST", f"people/{new}/merge", {"into": old})
    clinic.api.send("PUT", f"people/{old}", {"payer": "Sun Health (invented)"})
    page = clinic.console("anna")
    details(page)
    expect(page.get_by_text("taken over: Insurance")).to_be_visible()
    page.get_by_role("button", name="They are two after all").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Changed since, and kept: Insurance.")).to_be_visible()


def test_two_that_are_one_already_are_not_made_one(clinic: Clinic) -> None:
    person = was_here(clinic, "Olive Only (invented)")
    arrived(clinic, person=person)
    page = clinic.console("anna")
    details(page)
    page.get_by_role("button", name="Same person as").press("Enter")
    page.keyboard.type("olive only")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_role("alert").filter(has_text="These two are one patient already.")).to_be_visible()
    expect(page.get_by_role("button", name="They are one patient")).to_be_disabled()


def test_clinical_staff_are_not_shown_details(clinic: Clinic) -> None:
    arrived(clinic, person=was_here(clinic, "Dora Detail (invented)"))
    page = clinic.console("cleo", "clinical")
    details(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page, "ArrowRight")
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("details$"))).to_have_count(0)

"""Who somebody is: returning patients found while one types, nobody added twice unawares."""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press, row, walks_in
from tests.waiting import wait_until

PROFILE = {"visit_types": [{"code": "surgery", "name": "Surgery", "minutes": 30}]}
_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    with closing(Clinic(stack, f"who-{next(_sites)}", open_page, **PROFILE)) as clinic:
        yield clinic


def was_here(clinic: Clinic, name: str, **more: str) -> str:
    """Somebody who was here before; their id."""
    return str(clinic.api.send("POST", "people", {"name": name, **more}).json()["person"])


def types(page: Page, typed: str) -> None:
    """Begin a walk-in, and type."""
    press(page, "n")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type(typed)


def found(page: Page) -> Locator:
    """Those who were here before and could be meant."""
    return page.get_by_role("listbox").get_by_role("option")


def has_a_ticket(page: Page) -> None:
    expect(page.locator(".slip .ticket")).to_have_text(re.compile(r"^B\d\d$"))


@pytest.mark.parametrize("typed", ["return wan", "1980-02-03", "0131"], ids=["name", "birth date", "telephone"])
def test_a_returning_patient_is_found_and_checked_in_without_typing_anything_again(clinic: Clinic, typed: str) -> None:
    person = was_here(clinic, "Wanda Return (invented)", born="1980-02-03", phone="202 555 0131")
    page = clinic.console("anna")
    types(page, typed)
    expect(page.get_by_role("status").filter(has_text="Was here before: 1")).to_be_visible()
    expect(found(page)).to_contain_text("1980-02-03 · …0131")
    press(page, "ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_have_count(1)
    press(page, "Enter")
    expect(page.locator(".chosen")).to_contain_text("Wanda Return (invented)")
    expect(page.get_by_label("Telephone")).to_have_count(0)
    press(page, "Enter")
    has_a_ticket(page)
    (visit,) = clinic.api.visits().values()
    assert visit["person"] == person


def test_whoever_is_not_chosen_is_somebody_new(clinic: Clinic) -> None:
    person = was_here(clinic, "Wanda Return (invented)")
    page = clinic.console("anna")
    types(page, "Wanda")
    expect(found(page)).to_have_count(1)
    page.get_by_label("Date of birth").fill("1999-12-31")
    press(page, "Enter")
    has_a_ticket(page)
    (visit,) = clinic.api.visits().values()
    assert visit["person"] != person
    new = clinic.api.client.get(f"/v1/sites/{clinic.site}/people/{visit['person']}").json()
    assert (new["name"], new["born"]) == ("Wanda", "1999-12-31")


def test_who_was_chosen_by_mistake_is_let_go_and_one_types_on(clinic: Clinic) -> None:
    was_here(clinic, "Wanda Return (invented)")
    page = clinic.console("anna")
    types(page, "wanda")
    found(page).click()
    page.get_by_role("button", name="Somebody else").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("wanda")
    expect(page.get_by_label("Telephone")).to_be_visible()


@pytest.mark.parametrize("answer", ["It is this patient", "It is somebody else"])
def test_somebody_of_the_same_name_and_birth_date_is_asked_about(clinic: Clinic, answer: str) -> None:
    first = was_here(clinic, "Tina Twin (invented)", born="1990-05-06", phone="202 555 0141")
    page = clinic.console("anna")
    types(page, "Tina Twin (invented)")
    page.get_by_label("Date of birth").fill("1990-05-06")
    press(page, "Enter")
    expect(page.get_by_role("alert").filter(has_text="There is already a patient with this name and date of birth")).to_be_visible()
    expect(page.get_by_role("button", name="It is this patient: 1990-05-06 · …0141")).to_be_focused()
    page.get_by_role("button", name=re.compile(answer)).press("Enter")
    if answer == "It is this patient":
        expect(page.locator(".chosen")).to_contain_text("Tina Twin (invented)")
        press(page, "Enter")
    has_a_ticket(page)
    (visit,) = clinic.api.visits().values()
    assert (visit["person"] == first) == (answer == "It is this patient")


def test_a_date_that_finds_nobody_is_no_name(clinic: Clinic) -> None:
    page = clinic.console("anna")
    types(page, "1980-02-03")
    expect(page.get_by_role("status").filter(has_text="Nobody by that")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_role("alert").filter(has_text="That is no name.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("1980-02-03")
    assert clinic.api.visits() == {}


def test_nothing_is_asked_before_three_signs_and_never_two_things_at_once(clinic: Clinic) -> None:
    was_here(clinic, "Wanda Return (invented)")
    page = clinic.console("anna")
    held: list[Route] = []
    page.route("**/people/search", lambda route: held.append(route))  # noqa: PLW0108  # Playwright refuses a list's method
    page.clock.install()
    types(page, "wa")
    page.clock.run_for(5000)
    page.keyboard.type("n")
    page.clock.run_for(5000)
    wait_until(lambda: page.evaluate("1") and len(held) == 1)
    page.keyboard.type("da ret")
    page.clock.run_for(5000)
    assert len(held) == 1
    held[0].continue_()
    wait_until(lambda: page.evaluate("1") and len(held) == 2)
    assert [route.request.post_data_json for route in held] == [{"text": "wan"}, {"text": "wanda ret"}]
    held[1].continue_()
    expect(found(page)).to_have_count(1)


def test_the_kind_of_visit_is_chosen_at_the_door(clinic: Clinic) -> None:
    page = clinic.console("anna")
    types(page, "Maria Test (invented)")
    page.get_by_label("Kind of visit").select_option("surgery")
    page.get_by_label("Name", exact=True).press("Enter")
    has_a_ticket(page)
    (visit,) = clinic.api.visits().values()
    assert visit["visit_type"] == "surgery"


def test_without_the_search_a_walk_in_goes_on(clinic: Clinic) -> None:
    page = clinic.console("anna")
    page.route("**/people/search", lambda route: route.abort())
    walks_in(page, "Maria Test (invented)")
    expect(row(page, "B01")).to_contain_text("Maria Test (invented)")

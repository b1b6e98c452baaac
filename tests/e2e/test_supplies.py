"""What is used up is counted at the desk, by room, and what runs low is said in words."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    supplies = [{"id": "gloves", "name": "Gloves", "low": 5}]
    with closing(Clinic(stack, "supplies", open_page, supplies=supplies)) as clinic:
        yield clinic


def test_what_was_counted_is_shown_by_room_and_what_runs_low_is_said(clinic: Clinic) -> None:
    clinic.api.walk_in(queue="B")
    page = clinic.console("anna")
    press(page, "7")
    card = page.locator(".card", has=page.get_by_role("heading", name="Gloves"))
    expect(card).to_contain_text("Not counted yet.")
    card.get_by_label("Where").select_option("r2")
    card.get_by_label("How many").fill("40")
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="Gloves, Room 2: 40")).to_be_visible()
    expect(card.get_by_role("listitem")).to_have_text(["Room 240"])
    card.get_by_label("How many").fill("5")
    card.get_by_role("button", name="Save: Gloves").press("Enter")
    expect(card.get_by_role("listitem")).to_have_text(["Room 25 low"])
    page.get_by_role("button", name="Alerts: 1").click()
    expect(page.get_by_role("dialog")).to_contain_text("Little is left: Gloves, Room 2")
    press(page, "Escape")
    card.get_by_label("Where").select_option("")
    card.get_by_label("How many").fill("100")
    press(page, "Enter")
    expect(card.get_by_role("listitem")).to_have_text(["The clinic, no room in particular100", "Room 25 low"])


def test_a_count_that_is_none_is_not_sent(clinic: Clinic) -> None:
    page = clinic.console("ben")
    press(page, "7")
    page.get_by_label("How many").fill("-1")
    press(page, "Enter")
    expect(page.get_by_label("How many")).to_have_js_property("validity.valid", False)
    expect(page.locator(".toast")).to_have_count(0)

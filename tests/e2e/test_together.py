"""Desk, wall and phone together in real browsers, on the whole stack: what the one does, the others show."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from services.runtime.phone_link import KEY, PhoneLinks
from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press, row, walks_in

HAND_HELD = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TELEVISION = {"viewport": {"width": 1920, "height": 1080}}
CALLS = 5
NOTE_THE_TAP = """
  addEventListener("keydown", () => { window.pressed_at = performance.timeOrigin + performance.now(); }, { capture: true });
"""
NOTE_CALLS = """
  window.called = {};
  addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    for (const node of document.querySelectorAll("#calling .ticket")) {
      window.called[node.textContent] ??= performance.timeOrigin + performance.now();
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true }));
"""
_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    with closing(Clinic(stack, f"together-{next(_sites)}", open_page)) as clinic:
        yield clinic


@pytest.fixture
def wall(clinic: Clinic, open_page: OpenPage) -> Page:
    """A television that the desk has paired by its code."""
    page = open_page(**TELEVISION)
    page.add_init_script(NOTE_CALLS)
    page.goto(f"{clinic.stack.around.url('board')}/wall")
    code = page.locator("#code")
    expect(code).to_have_text(re.compile(r"^\w{3}-?\w{3}$"))
    body = {"code": code.inner_text(), "name": "By the door"}
    pairing = threading.Thread(target=lambda: clinic.api.send("POST", "screens", body))
    pairing.start()
    expect(page.locator("#site")).to_have_text("Riverside Clinic (invented)", timeout=20_000)
    pairing.join()
    return page


def phone_of(clinic: Clinic, open_page: OpenPage, ticket: str) -> Page:
    """The patient with this ticket opens their link. The page knows if it was loaded anew."""
    (visit,) = [visit["visit"] for visit in clinic.api.visits().values() if visit["ticket"] == ticket]
    links = PhoneLinks((clinic.stack.folder.path / "secrets" / KEY).read_bytes())
    page = open_page(**HAND_HELD)
    page.goto(clinic.stack.around.url("board") + links.path(clinic.site, visit))
    expect(page.locator("#ticket")).to_have_text(ticket)
    page.evaluate("window.stayed = true")
    return page


def test_a_call_is_on_the_wall_within_a_second_and_the_phone_follows_to_the_end(
    clinic: Clinic, wall: Page, open_page: OpenPage
) -> None:
    desk = clinic.console("anna")
    tickets = [f"B0{number}" for number in range(1, CALLS + 1)]
    for ticket in tickets:
        walks_in(desk, f"Patient {ticket} (invented)")
    phone = phone_of(clinic, open_page, "B01")
    desk.evaluate(NOTE_THE_TAP)
    took = []
    for at, ticket in enumerate(tickets):
        row(desk, ticket).focus()
        press(desk, "Enter")
        expect(desk.get_by_role("heading", name=f"Where should {ticket} go?")).to_be_visible()
        press(desk, str(at % 3 + 1))
        expect(wall.locator("#calling li", has_text=ticket)).to_be_visible()
        shown_at = float(wall.evaluate("(ticket) => window.called[ticket]", ticket))
        took.append(shown_at - float(desk.evaluate("window.pressed_at")))
    sys.stdout.write(f"from the desk's key to the wall: {', '.join(f'{milliseconds:.0f}' for milliseconds in took)} ms\n")
    assert min(took) < 1000
    expect(phone.locator("#what")).to_have_text(re.compile("Please go to .Room 1. now."))
    row(desk, "B01").focus()
    press(desk, "Enter")
    expect(phone.locator("#stage")).to_have_text("In the room")
    expect(phone.locator("#where")).to_have_text("Room 1")
    expect(wall.locator("#calling li", has_text="B01")).to_have_count(0)
    visit = next(visit["visit"] for visit in clinic.api.visits().values() if visit["ticket"] == "B01")
    for step in ("provider-seen", "check-out"):
        clinic.api.step(visit, step)
    expect(phone.locator("html")).to_have_attribute("data-stage", "over")
    assert phone.evaluate("window.stayed === true")


def test_while_redis_is_away_wall_and_phone_say_so_within_ten_seconds_and_come_back(
    clinic: Clinic, wall: Page, open_page: OpenPage
) -> None:
    visit = clinic.api.walk_in(queue="B").json()["visit"]
    expect(wall.locator(".queue .ticket")).to_have_text(["B01"])
    phone = phone_of(clinic, open_page, "B01")
    notices = [page.get_by_role("alert") for page in (wall, phone)]
    clinic.stack.stop_part("redis")
    try:
        for notice in notices:
            expect(notice).to_contain_text("may be out of date. Please ask at the desk.", timeout=10_000)
        expect(wall.locator(".queue .ticket")).to_have_text(["B01"])
        expect(phone.locator("#ticket")).to_have_text("B01")
        assert clinic.api.step(visit, "call", room="r2").status_code == 202
    finally:
        clinic.stack.start_part("redis")
    for notice in notices:
        expect(notice).to_be_hidden(timeout=20_000)
    expect(wall.locator("#calling li")).to_contain_text("Room 2")
    expect(phone.locator("#what")).to_have_text(re.compile("Please go to .Room 2. now."))
    assert phone.evaluate("window.stayed === true")

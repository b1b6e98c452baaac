"""A patient's own page in a real browser of the size of a phone: with JavaScript and without, in every state and language."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from schemas.languages import LANGUAGES
from services.runtime.clock import Clock
from tests.board_parts import Board
from tests.builders_live import FlowStandIn, a_visit
from tests.e2e.conftest import OpenPage
from tests.e2e.screens import overflows, violations
from tests.phone_states import State, a_clinic_of_long_names, show_all
from tests.waiting import wait_until

MINUTE = 60_000
HAND_HELD = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NO_JAVASCRIPT = {**HAND_HELD, "java_script_enabled": False}
STALE = "This page may be out of date. Please ask at the desk."


@pytest.fixture
def maple(board: Board) -> Iterator[FlowStandIn]:
    flow = board.flow(a_clinic_of_long_names())
    wait_until(lambda: httpx.get(f"{board.url}/v/maple/{'x' * 22}").status_code == 404)
    yield flow
    flow.close()


def open_phone(page: Page, board: Board, visit: str, query: str = "") -> None:
    address = board.phone("maple", visit)
    wait_until(lambda: httpx.get(address).status_code == 200)
    page.goto(address + query)


def open_state(page: Page, board: Board, state: State, language: str) -> None:
    open_phone(page, board, state.visit.visit, f"?lang={language}" + (f"&said={state.said}" if state.said else ""))


# --- it follows what happens


def test_a_call_appears_within_a_second_and_what_follows_it_too(board: Board, maple: FlowStandIn, open_page: OpenPage) -> None:
    now = Clock().now_ms()
    maple.show(a_visit("A1", now - MINUTE), a_visit("A2", now))
    page = open_page(**HAND_HELD)
    open_phone(page, board, "visit-A2")
    expect(page.get_by_role("heading", name="Your ticket A2")).to_be_visible()
    expect(page.locator("#place")).to_have_text("Place in line 2")
    maple.rooms("A1", "r2")
    expect(page.locator("#place")).to_have_text("Place in line 1", timeout=1000)
    maple.show(a_visit("A2", now, called_ms=now, called_to="r2"))
    expect(page.locator("#what")).to_have_text(re.compile("Please go to .Room 2. now."), timeout=1000)
    expect(page.locator("#place")).to_be_hidden()
    expect(page.locator(".now")).to_have_attribute("aria-live", "polite")
    assert page.title().startswith("It is your turn")
    maple.rooms("A2", "r2")
    expect(page.locator("#where")).to_have_text("Room 2", timeout=1000)
    expect(page.locator("#stage")).to_have_text("In the room")


def test_the_page_turns_stale_within_ten_seconds_and_clears_by_itself(
    board: Board, maple: FlowStandIn, open_page: OpenPage
) -> None:
    maple.waits("A1")
    page = open_page(**HAND_HELD)
    open_phone(page, board, "visit-A1")
    notice = page.get_by_role("alert")
    expect(page.locator("#updated")).to_have_text(re.compile(r"Updated \d\d:\d\d:\d\d"))
    expect(notice).to_be_hidden()
    maple.stop_beating()
    silent_since = time.monotonic()
    expect(notice).to_have_text(STALE, timeout=10_000)
    assert 5 < time.monotonic() - silent_since < 10
    maple.keep_beating()
    expect(notice).to_be_hidden(timeout=6000)


def test_a_board_that_dies_makes_the_page_stale_and_it_goes_on_by_itself(
    board: Board, maple: FlowStandIn, open_page: OpenPage
) -> None:
    maple.waits("A1")
    page = open_page(**HAND_HELD)
    open_phone(page, board, "visit-A1")
    with board.without("board"):
        expect(page.get_by_role("alert")).to_have_text(STALE, timeout=12_000)
        expect(page.locator("#ticket")).to_have_text("A1")
    maple.calls("A1", "r2")
    expect(page.locator("#stage")).to_have_text("It is your turn", timeout=15_000)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_ages_are_counted_by_the_server_and_not_by_the_phones_clock_and_zone(
    board: Board, maple: FlowStandIn, open_page: OpenPage
) -> None:
    maple.waits("A1")
    page = open_page(**HAND_HELD, timezone_id="Asia/Tokyo")
    page.clock.set_system_time("2031-01-01T00:00:00Z")
    open_phone(page, board, "visit-A1")
    page.locator("#updated").wait_for()
    expect(page.get_by_role("alert")).to_be_hidden()
    now = Clock().now()
    local = {(now.hour * 60 + now.minute + shift - hours * 60) % 1440 for shift in (-1, 0) for hours in (4, 5)}
    hour, minute = re.findall(r"(\d\d):(\d\d):", page.locator("#updated").text_content() or "")[0]
    assert int(hour) * 60 + int(minute) in local


def test_a_visit_that_goes_away_takes_the_page_with_it(board: Board, maple: FlowStandIn, open_page: OpenPage) -> None:
    maple.waits("A1")
    page = open_page(**HAND_HELD)
    open_phone(page, board, "visit-A1")
    expect(page.locator("#ticket")).to_have_text("A1")
    maple.show(gone=("visit:visit-A1",))
    expect(page.get_by_text("This link is not valid any more. Please ask at the desk.")).to_be_visible(timeout=10_000)


def test_nothing_is_kept_on_the_phone(board: Board, maple: FlowStandIn, open_page: OpenPage) -> None:
    every = show_all(maple)
    page = open_page(**HAND_HELD)
    open_state(page, board, every["has-checked-in"], "en")
    expect(page.locator("#said")).to_be_visible()
    assert page.url.endswith("?lang=en")
    assert page.context.storage_state() == {"cookies": [], "origins": []}
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


# --- without JavaScript


def test_without_javascript_a_reload_says_what_is_new(board: Board, maple: FlowStandIn, open_page: OpenPage) -> None:
    maple.waits("A1")
    page = open_page(**NO_JAVASCRIPT)
    open_phone(page, board, "visit-A1")
    expect(page.locator("#what")).to_have_text("You are one of the next. Please stay near.")
    expect(page.locator("#updated")).to_have_text(re.compile(r"Updated \d\d:\d\d:\d\d"))
    expect(page.get_by_role("alert")).to_be_hidden()
    maple.calls("A1", "r2")
    wait_until(lambda: ">It is your turn<" in httpx.get(page.url).text)
    page.reload()
    expect(page.locator("#what")).to_have_text(re.compile("Please go to .Room 2. now."))
    page.get_by_role("link", name="Español").click()
    expect(page.locator("#stage")).to_have_text("Es su turno")


def test_without_javascript_a_page_that_waits_for_the_ticket_comes_again_by_itself(
    board: Board, maple: FlowStandIn, open_page: OpenPage
) -> None:
    every = show_all(maple)
    page = open_page(**NO_JAVASCRIPT)
    open_state(page, board, every["just-checked-in"], "en")
    expect(page.locator("#what")).to_have_text(re.compile("Your ticket will appear here in a moment"))
    expect(page.locator("form")).to_have_count(0)
    maple.show(a_visit("A200", Clock().now_ms(), visit=every["just-checked-in"].visit.visit))
    expect(page.locator("#ticket")).to_have_text("A200", timeout=12_000)


def test_without_javascript_old_data_say_so(board: Board, maple: FlowStandIn, open_page: OpenPage) -> None:
    maple.waits("A1")
    page = open_page(**NO_JAVASCRIPT)
    open_phone(page, board, "visit-A1")
    maple.stop_beating()
    wait_until(lambda: f">{STALE}<" in httpx.get(page.url).text, within=15)
    page.reload()
    expect(page.get_by_role("alert")).to_have_text(STALE)


def test_a_clinic_that_comes_back_is_shown_without_a_touch(board: Board, open_page: OpenPage) -> None:
    board.open_site(a_clinic_of_long_names().model_copy(update={"site": "late"}))
    address = board.phone("late", "visit-A1")
    wait_until(lambda: httpx.get(address).status_code == 503)
    page = open_page(**NO_JAVASCRIPT)
    page.goto(address)
    expect(page.get_by_text("Please try again in a moment")).to_be_visible()
    flow = board.flow(a_clinic_of_long_names().model_copy(update={"site": "late"}))
    flow.waits("A1")
    expect(page.locator("#ticket")).to_have_text("A1", timeout=20_000)
    flow.close()


# --- everybody can use it

SMALL = """() => [...document.querySelectorAll("main *, nav *")]
  .filter((node) => node.checkVisibility() && [...node.childNodes].some((part) => part.nodeType === 3 && part.data.trim()))
  .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 16)
  .map((node) => node.outerHTML)
"""
NARROW = """() => [...document.querySelectorAll("a, button, select, input:not([type=hidden])")]
  .filter((node) => { const { width, height } = node.getBoundingClientRect(); return width < 44 || height < 44; })
  .map((node) => node.outerHTML)
"""
CUT_OFF = """() => [...document.querySelectorAll("main *, nav *")]
  .filter((node) => node.checkVisibility() && node.tagName !== "OPTION")
  .filter((node) => { const { left, right } = node.getBoundingClientRect(); return left < 0 || right > 360.5; })
  .map((node) => node.outerHTML)
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_accessible_and_fits_a_small_phone(
    board: Board, maple: FlowStandIn, open_page: OpenPage, language: str, scheme: str
) -> None:
    every = show_all(maple)
    page = open_page(**HAND_HELD, color_scheme=scheme)
    for name, state in every.items():
        open_state(page, board, state, language)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        assert (name, violations(page)) == (name, [])
        assert (name, overflows(page), page.evaluate(CUT_OFF)) == (name, False, [])
        assert (name, page.evaluate(SMALL), page.evaluate(NARROW)) == (name, [], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_that_lead_nowhere_are_accessible_too(
    board: Board, maple: FlowStandIn, open_page: OpenPage, language: str
) -> None:
    board.open_site(a_clinic_of_long_names().model_copy(update={"site": "silent"}))
    away = board.phone("silent", "visit-A1")
    wait_until(lambda: httpx.get(away).status_code == 503)
    page = open_page(**HAND_HELD)
    for address in (f"{board.url}/v/maple/{'x' * 22}", away):
        page.goto(f"{address}?lang={language}")
        assert (violations(page), overflows(page), page.evaluate(SMALL), page.evaluate(NARROW)) == ([], False, [], [])


def test_a_stale_page_is_accessible(board: Board, maple: FlowStandIn, open_page: OpenPage) -> None:
    maple.waits("A1")
    page = open_page(**HAND_HELD)
    open_phone(page, board, "visit-A1")
    maple.stop_beating()
    expect(page.get_by_role("alert")).to_have_text(STALE, timeout=10_000)
    assert violations(page) == []

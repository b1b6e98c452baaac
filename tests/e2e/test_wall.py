"""The wall in a real browser: what patients see, and that a screen that is out of date says so."""

import re
import shutil
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from schemas.access import Role
from schemas.live import LiveRoom
from schemas.rooms import RoomStatus
from schemas.sites import Room
from services.runtime.clock import Clock
from tests.board_parts import Board, a_board, bearer
from tests.builders_live import FlowStandIn, a_clinic, a_visit
from tests.waiting import wait_until

MINUTE = 60_000
LONG_NAME = "Ultrasound and Diagnostic Imaging, second floor, left wing"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--metrics-recording-only", "--no-default-browser-check",
]  # fmt: skip
SIZES = {
    "1920x1080": (1920, 1080),
    "1080x1920": (1080, 1920),
    "360x740": (360, 740),
    "1280x720": (1280, 720),
    "3840x2160": (3840, 2160),
}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    with a_board(tmp_path_factory.mktemp("board")) as board:
        yield board


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing: `make test` installs it, or install your system's package of that name"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in which any error of its own, and any request to somebody else, fails the test."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda request: faults.append(request.url) if "//127.0.0.1:" not in request.url else None)
    yield page
    context.close()
    assert faults == []


@pytest.fixture(scope="module")
def display(board: Board) -> str:
    return board.token(Role.DISPLAY, "maple")


@pytest.fixture
def maple(board: Board, display: str) -> Iterator[FlowStandIn]:
    rooms = (*(Room(id=f"r{number}", name=f"Room {number}") for number in range(1, 9)), Room(id="long", name=LONG_NAME))
    flow = board.flow(a_clinic(queues={"A": "Family medicine", "B": "Blood tests"}, rooms=rooms))
    wait_until(lambda: httpx.get(f"{board.url}/v1/sites/maple/wall", headers=bearer(display)).status_code == 200)
    yield flow
    flow.close()


def a_busy_morning(flow: FlowStandIn) -> None:
    now = Clock().now_ms()
    waiting = [a_visit(f"A{number}", now - (31 - number) * 4 * MINUTE) for number in range(1, 31)]
    waiting += [a_visit(f"B{number}", now - number * 7 * MINUTE) for number in range(1, 6)]
    flow.show(*waiting, LiveRoom(room="r1", status=RoomStatus.CLEANING))
    for number in range(40, 46):
        flow.rooms(f"A{number}", f"r{number - 38}")
    flow.calls("A52", "r3")
    flow.calls("B31", "long")
    flow.calls("A7")


def open_wall(page: Page, board: Board, token: str, query: str = "") -> None:
    page.goto(f"{board.url}/wall/maple{query}#key={token}")
    expect(page.locator("#site")).to_have_text("Maple Street Clinic")


def test_the_wall_shows_who_is_called_and_who_waits(board: Board, maple: FlowStandIn, display: str, page: Page) -> None:
    maple.show(a_visit("A1", Clock().now_ms() - 12 * MINUTE), a_visit("A2", Clock().now_ms() + 5 * MINUTE))
    open_wall(page, board, display)
    expect(page.locator("#calling-none")).to_be_visible()
    expect(page.locator(".queue").first.locator("li")).to_have_text([re.compile("1A112 min"), re.compile("2A2just arrived")])
    maple.calls("A1", "r2")
    expect(page.locator("#calling li")).to_have_text([re.compile("A1.*Room 2.*just now")], timeout=1000)
    expect(page.locator("#calling")).to_have_attribute("aria-live", "polite")
    expect(page.locator(".queue").first.locator("li")).to_have_count(1)
    maple.rooms("A1", "r2")
    expect(page.locator("#calling li")).to_have_count(0)
    expect(page.locator("#recent li")).to_have_text(["A1Room 2"])
    expect(page.locator("#rooms li")).to_have_text(["Free 8", "Occupied 1"])


def test_the_key_of_the_link_is_kept_from_view_and_the_screen_stays_connected(
    board: Board, maple: FlowStandIn, display: str, page: Page
) -> None:
    open_wall(page, board, display)
    assert page.url == f"{board.url}/wall/maple"
    assert display not in page.content()
    assert page.evaluate("document.cookie") == ""
    page.reload()
    expect(page.locator("#site")).to_have_text("Maple Street Clinic")


def test_a_screen_without_a_link_says_so_and_shows_nothing(board: Board, maple: FlowStandIn, page: Page) -> None:
    page.goto(f"{board.url}/wall/maple")
    expect(page.locator("#message")).to_have_text(re.compile("not connected. Please open the link from your clinic"))
    expect(page.locator("#board")).to_be_hidden()
    page.goto(f"{board.url}/wall/maple#key=cf_nobody_{'x' * 43}")
    expect(page.locator("#message")).to_have_text(re.compile("not connected"))


def test_a_revoked_screen_forgets_what_it_showed(board: Board, maple: FlowStandIn, page: Page) -> None:
    token = board.token(Role.DISPLAY, "maple")
    open_wall(page, board, token)
    board.revoke(token)
    expect(page.locator("#message")).to_have_text(re.compile("not connected"), timeout=10_000)
    expect(page.locator("#board")).to_be_hidden()


def test_the_wall_turns_stale_within_ten_seconds_and_clears_by_itself(
    board: Board, maple: FlowStandIn, display: str, page: Page
) -> None:
    open_wall(page, board, display)
    notice = page.get_by_role("alert")
    expect(notice).to_be_hidden()
    maple.stop_beating()
    silent_since = time.monotonic()
    expect(notice).to_have_text("This screen may be out of date. Please ask at the desk.", timeout=10_000)
    assert 5 < time.monotonic() - silent_since < 10
    updated = page.locator("#updated").text_content()
    assert re.fullmatch(r"Updated \d\d:\d\d:\d\d", updated or "")
    maple.keep_beating()
    expect(notice).to_be_hidden(timeout=3000)


@pytest.mark.parametrize("part", ["board", "redis"])
def test_a_dead_part_turns_the_wall_stale_and_it_recovers(
    board: Board, maple: FlowStandIn, display: str, page: Page, part: str
) -> None:
    maple.waits("A1")
    open_wall(page, board, display)
    notice = page.get_by_role("alert")
    with board.without(part):
        expect(notice).to_be_visible(timeout=10_000)
        expect(page.locator(".queue .ticket").first).to_have_text("A1")
    maple.publish()
    maple.waits("A2")
    expect(notice).to_be_hidden(timeout=15_000)
    expect(page.locator(".queue .ticket")).to_have_text(["A1", "A2"])


def test_waits_are_counted_by_the_server_and_not_by_the_screens_clock_and_zone(
    board: Board, maple: FlowStandIn, display: str, browser: Browser
) -> None:
    maple.show(a_visit("A1", Clock().now_ms() - 12 * MINUTE))
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.clock.set_system_time("2031-01-01T00:00:00Z")
    open_wall(page, board, display)
    expect(page.locator(".queue li").first).to_have_text(re.compile("A112 min"))
    now = Clock().now()
    local = {(now.hour * 60 + now.minute + shift - hours * 60) % 1440 for shift in (-1, 0) for hours in (4, 5)}
    hour, minute = (page.locator("#clock").text_content() or "").split(":")
    assert int(hour) * 60 + int(minute) in local
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_busy_wall_fits_every_screen(board: Board, maple: FlowStandIn, display: str, page: Page, size: str) -> None:
    a_busy_morning(maple)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_wall(page, board, display)
    expect(page.locator("#calling li").first).to_be_visible()
    expect(page.get_by_text("and ", exact=False).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width > 640:
        assert page.evaluate("document.documentElement.scrollHeight") <= height
    assert page.evaluate(CLIPPED) == []


CLIPPED = """() => [...document.querySelectorAll("h1, h2, h3, li, li span, footer p")]
  .filter((node) => node.checkVisibility())
  .filter((node) => {
    const box = node.getBoundingClientRect();
    const frame = node.closest("section, header, footer").getBoundingClientRect();
    return box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0;
  })
  .map((node) => `${node.tagName} ${node.className} ${node.textContent}`)
"""


def test_a_site_that_changes_its_language_is_shown_in_it(board: Board, maple: FlowStandIn, display: str, page: Page) -> None:
    open_wall(page, board, display)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    spanish = a_clinic(languages=("es", "en"))
    board.open_site(spanish)
    wait_until(lambda: 'lang="es"' in httpx.get(f"{board.url}/wall/maple").text)
    maple.show(spanish)
    expect(page.locator("html")).to_have_attribute("lang", "es", timeout=5000)
    expect(page.locator("#waiting-none")).to_have_text("Nadie está esperando.")

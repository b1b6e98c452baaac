"""The wall in a real browser: what patients see, and that a screen that is out of date says so."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import cast

import httpx
import pytest
from playwright.sync_api import Browser, Error, Page, expect
from redis import Redis

from schemas import redis_keys
from schemas.access import Role
from schemas.languages import LANGUAGES, ScreenLanguage
from schemas.live import LiveQueue, LiveRoom
from schemas.rooms import RoomStatus
from schemas.sites import Room, SiteProfile, Sound, Voice
from services.board import pages
from services.runtime.clock import Clock
from tests.board_parts import Board, bearer
from tests.builders_live import FlowStandIn, a_clinic, a_visit
from tests.e2e.screens import CLIPPED, SIZES
from tests.waiting import wait_until
from tests.web_texts import catalogues

MINUTE = 60_000
TEXTS = catalogues(pages.FOLDER)
LONG_NAME = "Ultrasound and Diagnostic Imaging, second floor, left wing"


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
    expect(page.locator(".queue").first.locator("li")).to_have_text(
        [re.compile("Place 1A112 min"), re.compile("Place 2A2just arrived")]
    )
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
    expect(page.locator("#message")).to_have_text("This screen is not connected.")
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
    if width > 640:
        expect(page.locator(".pages").first).to_have_text(re.compile(r"^1 of [2-9]$"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width > 640:
        assert page.evaluate("document.documentElement.scrollHeight") <= height
    assert page.evaluate(CLIPPED) == []


def test_a_site_that_changes_its_language_is_shown_in_it(board: Board, maple: FlowStandIn, display: str, page: Page) -> None:
    open_wall(page, board, display)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    spanish = a_clinic(languages=("es", "en"))
    board.open_site(spanish)
    wait_until(lambda: 'lang="es"' in httpx.get(f"{board.url}/wall/maple").text)
    maple.show(spanish)
    expect(page.locator("html")).to_have_attribute("lang", "es", timeout=5000)
    expect(page.locator("#waiting-none")).to_have_text("Nadie está esperando.")


COUNT_CALLS = """
  window.begun = window.heard = 0;
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...when) {
    this.addEventListener("ended", () => { window.heard += 1; });
    window.begun += 1;
    return start.apply(this, when);
  };
"""


def heard(page: Page) -> int:
    return int(page.evaluate("window.heard"))


def speak_in(board: Board, language: ScreenLanguage) -> SiteProfile:
    """Give the clinic another language, and forget what displays of other tests said."""
    board.open_site(clinic := a_clinic(languages=(language,)))
    wait_until(lambda: f'lang="{language}"' in httpx.get(f"{board.url}/wall/maple").text)
    with Redis.from_url(board.redis_url) as redis:
        redis.delete(redis_keys.screens(board.namespace, "maple"))
    return clinic


def hearings(board: Board) -> list[str]:
    """What the displays of the clinic said last of their sound."""
    with Redis.from_url(board.redis_url) as redis:
        said = cast("dict[bytes, bytes]", redis.hgetall(redis_keys.screens(board.namespace, "maple")))
    return [json.loads(state)["hearing"] for screen, state in said.items() if screen.startswith(b"screen:")]


def seen(page: Page, selector: str) -> str:
    """A part of the page as it is now, looked at in a way that does not count as somebody's touch, as Playwright's own looks do.

    Nothing while the page is being loaded anew.
    """
    look = page.context.new_cdp_session(page)
    html = ""
    with suppress(Error):
        document = look.send("DOM.getDocument")["root"]["nodeId"]
        node = look.send("DOM.querySelector", {"nodeId": document, "selector": selector})["nodeId"]
        html = str(look.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"])
    look.detach()
    return html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_display_that_is_paired_by_its_code_calls_each_patient_once_and_again_when_recalled(
    board: Board, maple: FlowStandIn, page: Page, language: ScreenLanguage
) -> None:
    maple.show(speak_in(board, language))
    clips: list[str] = []
    page.on(
        "response", lambda answer: clips.append(answer.url.split("/voice/")[1]) if answer.ok and "/voice/" in answer.url else None
    )
    page.add_init_script(COUNT_CALLS)
    with page.expect_response("**/v1/screens/pairing") as pairing:
        page.goto(f"{board.url}/wall")
    board.approve(pairing.value.json()["code"], "maple")
    wait_until(lambda: hearings(board) == ["off"], 20)
    wait_until(lambda: f'role="status">{TEXTS[language]["wall"]["sound_off"]}<' in seen(page, "#sound"), 20)
    maple.calls("A1", "r2")
    wait_until(lambda: ">A1<" in seen(page, "#calling"))
    page.keyboard.press("a")
    wait_until(lambda: hearings(board) == ["on"])
    assert page.url == f"{board.url}/wall/maple"
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("#calling li")).to_have_count(1)
    expect(page.locator("#sound")).to_be_hidden()
    maple.calls("A2", "r3")
    wait_until(lambda: heard(page) == 1, 30)
    maple.waits("A9")
    expect(page.locator(".queue .ticket", has_text="A9")).to_be_visible()
    assert page.evaluate("window.begun") == 1
    maple.calls("A2", "r3")
    wait_until(lambda: heard(page) == 2, 30)
    maple.calls("A3")
    wait_until(lambda: heard(page) == 3, 30)
    assert page.evaluate("window.begun") == 3
    assert {clip.split("/")[0] for clip in clips} == {"chime.mp3", language}


def test_one_press_while_the_code_is_shown_is_enough_though_the_page_changes_its_language(
    board: Board, maple: FlowStandIn, page: Page
) -> None:
    maple.show(speak_in(board, "es"))
    with page.expect_response("**/v1/screens/pairing") as pairing:
        page.goto(f"{board.url}/wall")
    page.keyboard.press("a")
    board.approve(pairing.value.json()["code"], "maple")
    wait_until(lambda: hearings(board) == ["on"] and "hidden" in seen(page, "#sound").split(">")[0], 20)
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_a_display_that_cannot_be_heard_says_so(board: Board, maple: FlowStandIn, display: str, page: Page) -> None:
    page.add_init_script("AudioContext.prototype.resume = () => new Promise(() => {});")
    page.add_init_script("Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' });")
    open_wall(page, board, display)
    expect(page.locator("#sound")).to_have_text("Sound off. Press a key to turn it on.")


def test_a_wall_without_sound_asks_for_none(board: Board, maple: FlowStandIn, display: str, page: Page) -> None:
    maple.show(a_clinic(sound=Sound(voice=Voice.OFF)))
    open_wall(page, board, display)
    expect(page.locator("#sound")).to_be_hidden()


def test_a_long_queue_turns_its_pages_and_the_space_bar_holds_them(
    board: Board, maple: FlowStandIn, display: str, page: Page
) -> None:
    a_busy_morning(maple)
    open_wall(page, board, display)
    pages = page.locator(".pages").first
    expect(pages).to_have_text(re.compile("^1 of "))
    expect(pages).to_have_text(re.compile("^2 of "), timeout=12_000)
    page.keyboard.press(" ")
    expect(pages).to_have_text("Pages held. Space goes on.")


def test_a_queue_whose_pace_is_known_shows_ranges(board: Board, maple: FlowStandIn, display: str, page: Page) -> None:
    now = Clock().now_ms()
    maple.show(a_visit("A1", now - 12 * MINUTE), LiveQueue(queue="A", pace_seconds=420, taken_ms=now))
    open_wall(page, board, display)
    expect(page.locator(".queue li").first).to_contain_text(re.compile("\\d+\u2013\\d+"))
    expect(page.locator(".queue .kind").first).to_have_text("about, in minutes")

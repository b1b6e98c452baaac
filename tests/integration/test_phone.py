"""A patient's own page on a real board, with flow's side of the live state written by the tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from schemas.languages import LANGUAGES
from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.runtime.clock import Clock
from services.runtime.phone_link import PhoneLinks
from tests.board_parts import Board, streaming
from tests.builders_live import FlowStandIn, a_clinic, a_visit
from tests.waiting import wait_until
from tests.wall_screen import PhoneScreen
from tests.weights import over_the_wire, phone_kb

MINUTE = 60_000
MOST_KILOBYTES = 15


@pytest.fixture
def maple(board: Board) -> Iterator[FlowStandIn]:
    flow = board.flow(a_clinic())
    wait_until(lambda: httpx.get(f"{board.url}/v/maple/{'x' * 22}").status_code == 404)
    yield flow
    flow.close()


def read(board: Board, visit: str, query: str = "", **headers: str) -> httpx.Response:
    """Open the page of a visit, as a browser without JavaScript would."""
    return httpx.get(board.phone("maple", visit) + query, headers=headers)


def words(page: httpx.Response) -> str:
    """What the page says, in one line."""
    body = re.sub(r"<(\w+)[^>]*\shidden>.*?</\1>", "", page.text.split("<main>")[1], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@contextmanager
def following(board: Board, visit: str) -> Iterator[PhoneScreen]:
    """Hold a phone that follows its page."""
    with streaming(board.phone("maple", visit).replace("/v/", "/v1/phone/") + "/events", {}) as lines:
        yield PhoneScreen(lines)


# --- the page


def test_the_page_says_where_the_patient_stands_and_a_reload_says_what_is_new(board: Board, maple: FlowStandIn) -> None:
    now = Clock().now_ms()
    maple.show(*(a_visit(f"A{number}", now - (20 - number) * MINUTE) for number in range(1, 6)))
    wait_until(lambda: "Place in line 4" in words(read(board, "visit-A4")))
    assert "Your ticket A4 Waiting Please take a seat" in words(read(board, "visit-A4"))
    assert "You are one of the next." in words(read(board, "visit-A2"))
    maple.show(a_visit("A4", now, called_ms=now, called_to="r2"))
    wait_until(lambda: "It is your turn" in words(read(board, "visit-A4")), within=2)
    assert "Room 2" in words(read(board, "visit-A4"))
    assert "Place in line 4" in words(read(board, "visit-A5"))


def test_the_page_is_not_kept_tells_nobody_where_it_was_and_sets_nothing(board: Board, maple: FlowStandIn) -> None:
    maple.waits("A1")
    wait_until(lambda: read(board, "visit-A1").status_code == 200)
    page = read(board, "visit-A1")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers
    wall = httpx.get(f"{board.url}/wall/maple").headers["content-security-policy"]
    assert page.headers["content-security-policy"] == wall.replace("form-action 'self'", "form-action 'self' http://127.0.0.1:8080")


def test_the_language_is_the_chosen_one_else_the_visits_else_the_browsers_else_the_clinics(board: Board) -> None:
    flow = board.flow(a_clinic("maple", languages=("es", "en")))
    flow.show(
        a_visit("A1", Clock().now_ms(), language="ar"),
        a_visit("A2", Clock().now_ms()),
        a_visit("A3", Clock().now_ms(), language="vi"),
    )
    wait_until(lambda: read(board, "visit-A3").status_code == 200)
    asked = [
        read(board, "visit-A1", "?lang=en", **{"accept-language": "es"}), read(board, "visit-A1", **{"accept-language": "es"}),
        read(board, "visit-A2", **{"accept-language": "ar-EG,en;q=0.5"}), read(board, "visit-A3", "?lang=xx", **{"accept-language": "de"}),
    ]  # fmt: skip
    assert [re.findall(r'<html lang="(\w+)"', page.text)[0] for page in asked] == ["en", "ar", "ar", "es"]
    assert re.findall(r'href="\?lang=(\w+)"', asked[0].text) == list(LANGUAGES)
    flow.close()


# --- links that lead nowhere


def test_a_link_that_is_wrong_in_any_way_leads_to_the_same_plain_page(board: Board, maple: FlowStandIn) -> None:
    maple.waits("A1")
    wait_until(lambda: read(board, "visit-A1").status_code == 200)
    token = board.phone("maple", "visit-A1").rsplit("/", 1)[1]
    forged = PhoneLinks(bytes(32)).path("maple", "visit-A1")
    wrong = [
        forged, f"/v/oak/{token}", f"/v/Jane%20Roe/{token}", "/v/maple/Jane%20Roe", "/v/maple/", f"/v/maple/{token}/x", "/v/maple/visit-A1",
        f"/v/maple/{token[:-1]}", f"/v/maple/{token}%00", f"/v/maple/%F0%9F%A6%8A{token}", f"/v/{'m' * 5000}/{token}",
    ]  # fmt: skip
    pages = [httpx.get(board.url + address) for address in wrong]
    assert {(page.status_code, page.text) for page in pages} == {(404, pages[0].text)}
    assert "This link is not valid any more. Please ask at the desk." in words(pages[0])
    assert {page.headers["cache-control"] for page in pages} == {"no-store"}
    for address in (forged, f"/v/oak/{token}", "/v/maple/Jane%20Roe"):
        answer = httpx.get(board.url + address.replace("/v/", "/v1/phone/") + "/events")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-link")
        assert "Jane" not in answer.text


def test_the_link_of_a_visit_that_has_ended_has_a_closing_word_for_an_hour(board: Board, maple: FlowStandIn) -> None:
    now = Clock().now_ms()
    maple.show(
        a_visit("A1", now, Stage.DEPARTED, checked_out_ms=now - 59 * MINUTE),
        a_visit("A2", now, Stage.DEPARTED, checked_out_ms=now - 61 * MINUTE),
    )
    wait_until(lambda: read(board, "visit-A1").status_code == 200)
    assert "Your visit is over. Thank you for coming." in words(read(board, "visit-A1"))
    assert read(board, "visit-A2").status_code == 404


def test_while_nothing_is_known_of_the_clinic_the_page_says_so_and_comes_again(board: Board) -> None:
    board.open_site(a_clinic("silent", languages=("es",)))
    address = board.phone("silent", "visit-A1")
    wait_until(lambda: httpx.get(address).status_code == 503)
    page = httpx.get(address)
    assert (page.headers["refresh"], page.headers["retry-after"], page.headers["cache-control"]) == ("5", "5", "no-store")
    assert "no se puede mostrar su visita" in words(page)
    assert httpx.get(address.replace("/v/", "/v1/phone/") + "/events").status_code == 503


# --- what it follows


def test_a_phone_gets_all_that_is_told_and_then_what_changes(board: Board, maple: FlowStandIn) -> None:
    now = Clock().now_ms()
    maple.show(a_visit("A1", now - MINUTE), a_visit("A2", now))
    wait_until(lambda: read(board, "visit-A2").status_code == 200)
    with following(board, "visit-A2") as phone:
        first = phone.next()
        assert (first.name, first.data["phone"]["place"]) == ("snapshot", 2)
        maple.rooms("A1", "r1")
        assert phone.until("change").data["change"]["place"] == 1
        maple.show(a_visit("A2", now, called_ms=now, called_to="r3"))
        called = phone.until("change").data["change"]
        assert (called["what"], called["called"]) == ("called_to", {"to": "Room 3"})
        assert phone.until("beat").data["time"]["age_ms"] < 3000
    assert board.metric("clinicflow_screens_connected", site="maple", view="phone") == 0


def test_what_happens_to_others_is_not_sent(board: Board, maple: FlowStandIn) -> None:
    now = Clock().now_ms()
    maple.show(a_visit("A1", now))
    wait_until(lambda: read(board, "visit-A1").status_code == 200)
    with following(board, "visit-A1") as phone:
        phone.next()
        maple.waits("A2")
        phone.past(maple.rooms("A3", "r2"))
        assert {event.name for event in phone.seen} == {"snapshot", "beat"}


def test_the_stream_ends_with_the_link(board: Board, maple: FlowStandIn) -> None:
    now = Clock().now_ms()
    maple.show(a_visit("A1", now, Stage.DEPARTED, checked_out_ms=now - 60 * MINUTE + 3000))
    wait_until(lambda: read(board, "visit-A1").status_code == 200)
    with following(board, "visit-A1") as phone:
        assert phone.next().data["phone"]["what"] == "departed"
        with pytest.raises(EOFError):
            phone.watch_on()
    assert read(board, "visit-A1").status_code == 404


def test_a_visit_that_leaves_the_live_state_takes_its_link_with_it(board: Board, maple: FlowStandIn) -> None:
    maple.waits("A1")
    wait_until(lambda: read(board, "visit-A1").status_code == 200)
    with following(board, "visit-A1") as phone:
        phone.next()
        maple.show(gone=("visit:visit-A1",))
        assert phone.until("change").data["change"]["what"] == "over"
        with pytest.raises(EOFError):
            phone.watch_on()


def test_a_board_that_was_killed_knows_every_link_again(board: Board, maple: FlowStandIn) -> None:
    maple.waits("A1")
    wait_until(lambda: read(board, "visit-A1").status_code == 200)
    board.stack.part("board").kill()
    board.stack.wait_ready("board", 30)
    wait_until(lambda: _status(board, "visit-A1") == 200)


def _status(board: Board, visit: str) -> int | None:
    try:
        return read(board, visit).status_code
    except httpx.TransportError:
        return None


# --- nobody is named, and it is small


def test_nothing_that_could_name_somebody_reaches_the_phone(board: Board, maple: FlowStandIn) -> None:
    planted: dict[str, Any] = {
        "person": "PLANTED-person",
        "provider": "PLANTED-provider",
        "visit_type": "planted-type",
        "visit": "PLANTED-visit",
    }
    maple.show(a_visit("A1", Clock().now_ms(), **planted))
    wait_until(lambda: read(board, "PLANTED-visit").status_code == 200)
    with following(board, "PLANTED-visit") as phone:
        said = str(phone.next().data)
    assert "planted" not in (said + read(board, "PLANTED-visit").text + str(read(board, "PLANTED-visit").headers)).lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", ["waiting", "expected"])
def test_the_whole_page_is_below_fifteen_kilobytes_over_the_wire(
    board: Board, maple: FlowStandIn, language: str, stage: str
) -> None:
    now = Clock().now_ms()
    maple.show(a_visit("A1", now), LiveVisit(visit="visit-B1", stage=Stage.EXPECTED, person="p", scheduled_ms=now))
    visit = {"waiting": "visit-A1", "expected": "visit-B1"}[stage]
    wait_until(lambda: read(board, visit).status_code == 200)
    address = f"{board.phone('maple', visit)}?lang={language}"
    sizes = over_the_wire(address)
    assert {address.rsplit("/", 1)[1] for address in sizes} >= {
        "tokens.css",
        "phone.css",
        "phone.js",
        "page.js",
        "live.js",
        "icon.svg",
    }
    assert phone_kb(address) <= MOST_KILOBYTES, sizes

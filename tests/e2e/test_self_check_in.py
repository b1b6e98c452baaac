"""A booked patient checks in on their own phone, in a real browser: the form leaves the board and comes back to it."""

from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from playwright.sync_api import Page, expect

from schemas.live import LiveVisit
from schemas.people import Person
from schemas.summaries import Stage
from services.runtime.clock import Clock
from tests.board_parts import Board, a_board
from tests.builders_live import FlowStandIn, a_clinic, a_visit
from tests.e2e.conftest import OpenPage
from tests.waiting import wait_until

MINUTE = 60_000
HAND_HELD = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CLINICFLOW_OUTCOME_SECONDS", "0.2")
        with a_board(tmp_path_factory.mktemp("board"), ["board", "checkin"]) as board:
            yield board


@pytest.fixture(params=["with-javascript", "without-javascript"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(**HAND_HELD, java_script_enabled=request.param == "with-javascript")


@pytest.fixture
def maple(board: Board, request: pytest.FixtureRequest) -> Iterator[FlowStandIn]:
    site = "with" if "[with-" in request.node.name else "without"
    flow = board.flow(a_clinic(site))
    board.know(Person(person="ann", name="Ann Invented", born=date(1987, 3, 2)), site)
    booked = LiveVisit(visit="v1", stage=Stage.EXPECTED, person="ann", scheduled_ms=Clock().now_ms() + 30 * MINUTE)
    flow.show(booked)
    wait_until(lambda: httpx.get(board.phone(site, "v1")).status_code == 200)
    yield flow
    flow.close()


def fill_in(page: Page, day: str, month: str, year: str) -> None:
    page.get_by_label("Day").select_option(day)
    page.get_by_label("Month").select_option(month)
    page.get_by_label("Year").fill(year)
    page.get_by_role("button", name="Check in").click()


def test_a_patient_mistypes_their_birth_date_then_checks_in_and_gets_a_ticket(board: Board, maple: FlowStandIn, page: Page) -> None:
    page.goto(board.phone(maple.site, "v1") + "?lang=en")
    expect(page.locator("#what")).to_have_text("Are you at the clinic? Check in here with your date of birth.")
    fill_in(page, "3", "March", "1987")
    expect(page.locator("#said")).to_have_text("That is not the date of birth we have. Please try again, or check in at the desk.")
    expect(page.get_by_label("Year")).to_have_value("")
    fill_in(page, "2", "March", "1987")
    expect(page.locator("#said")).to_have_text("Thank you, you have checked in.")
    expect(page.locator("form")).to_have_count(0)
    assert page.url.startswith(board.phone(maple.site, "v1"))
    assert "lang=en" in page.url
    maple.show(a_visit("A7", Clock().now_ms(), visit="v1", person="ann", arrived_by="page"))
    expect(page.locator("#ticket")).to_have_text("A7", timeout=12_000)

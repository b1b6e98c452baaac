"""What a wall costs a clinic's line: its first load, as a real browser asks for it."""

import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from schemas.access import Role
from services.runtime.clock import Clock
from tests.board_parts import Board, bearer
from tests.builders_live import FlowStandIn, a_clinic, a_visit
from tests.waiting import wait_until
from tests.weights import over_the_wire, wall_kb

MINUTE = 60_000
MOST_KILOBYTES = 60
WAITING = 500


@pytest.fixture
def crowded(board: Board) -> Iterator[FlowStandIn]:
    """A clinic in which five hundred patients wait."""
    flow = board.flow(a_clinic())
    now = Clock().now_ms()
    flow.show(*(a_visit(f"A{number}", now - number * MINUTE) for number in range(1, WAITING + 1)))
    yield flow
    flow.close()


def test_a_wall_with_five_hundred_patients_weighs_less_than_sixty_kilobytes(board: Board, crowded: FlowStandIn, page: Page) -> None:
    token = board.token(Role.DISPLAY, crowded.site)
    wait_until(lambda: len(_waiting(board, crowded.site, token)) == WAITING)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path))
    page.goto(f"{board.url}/wall/{crowded.site}#key={token}")
    expect(page.locator("#site")).to_have_text("Maple Street Clinic")
    counted = {urlsplit(address).path for address in over_the_wire(f"{board.url}/wall/{crowded.site}")}
    assert {path for path in asked if not path.startswith("/v1/") and not path.endswith(".mp3")} - {"/favicon.ico"} <= counted
    weight = wall_kb(board.url, crowded.site, token)
    sys.stdout.write(f"wall_kb {weight:.1f}\n")
    assert weight < MOST_KILOBYTES


def _waiting(board: Board, site: str, token: str) -> list[object]:
    answer = httpx.get(f"{board.url}/v1/sites/{site}/wall", headers=bearer(token))
    found: list[object] = answer.json()["wall"]["waiting"].get("A", []) if answer.status_code == 200 else []
    return found

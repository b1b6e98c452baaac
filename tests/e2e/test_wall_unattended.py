"""A wall that nobody touches for a week: it comes back from every break by itself, without a reload, and grows no larger."""

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count, pairwise
from typing import cast

import httpx
import pytest
from playwright.sync_api import CDPSession, Page, expect

from services.runtime.clock import Clock
from tests.board_parts import Board, bearer
from tests.builders_live import FlowStandIn, a_clinic, a_visit
from tests.e2e.cable import Cable
from tests.waiting import wait_until

STALE = "This screen may be out of date. Please ask at the desk."
COUNT_MESSAGES = """
  window.came = { snapshot: 0, change: 0 };
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (kind, ...more) {
    if (kind in window.came) listen.call(this, kind, () => { window.came[kind] += 1; });
    return listen.call(this, kind, ...more);
  };
"""
LEAKS = """
  const kept = [];
  new MutationObserver((records) => kept.push(...records.map((record) => [...record.removedNodes])))
    .observe(document, { childList: true, subtree: true });
"""
"""A page that keeps whatever it showed once."""
MEGABYTE = 1_000_000


@pytest.fixture
def maple(board: Board, display: str) -> Iterator[FlowStandIn]:
    flow = board.flow(a_clinic(queues={"A": "Family medicine", "B": "Blood tests"}))
    wait_until(lambda: httpx.get(f"{board.url}/v1/sites/maple/wall", headers=bearer(display)).status_code == 200)
    yield flow
    flow.close()


@pytest.fixture
def cable(board: Board) -> Iterator[Cable]:
    with closing(Cable(board.stack.ports["board"])) as cable:
        yield cable


@pytest.fixture
def wall(cable: Cable, display: str, page: Page) -> Page:
    """The wall of the clinic at the other end of the cable. It counts what comes, and knows if it was loaded anew."""
    page.add_init_script(COUNT_MESSAGES)
    page.goto(f"{cable.url}/wall/maple#key={display}")
    expect(page.locator("#site")).to_have_text("Maple Street Clinic")
    page.evaluate("window.stayed = true")
    return page


def came(page: Page) -> dict[str, int]:
    return cast("dict[str, int]", page.evaluate("({ ...window.came })"))


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def test_a_wall_that_was_cut_off_for_a_moment_is_sent_what_it_missed_and_no_more(
    maple: FlowStandIn, cable: Cable, wall: Page
) -> None:
    last = maple.waits("A1")
    expect(wall.locator(".queue .ticket")).to_have_text(["A1"])
    before = came(wall)
    with cable.pulled():
        maple.waits("A2")
    expect(wall.locator(".queue .ticket")).to_have_text(["A1", "A2"], timeout=8000)
    assert cable.came_back_from()[-1] == last
    assert came(wall) == {"snapshot": before["snapshot"], "change": before["change"] + 1}
    assert stayed(wall)


def test_a_wall_that_was_cut_off_for_long_is_sent_all_of_it(maple: FlowStandIn, cable: Cable, wall: Page) -> None:
    maple.waits("A1")
    expect(wall.locator(".queue .ticket")).to_have_text(["A1"])
    before = came(wall)
    with cable.pulled():
        for number, (now, _) in zip(range(2, 80), pairwise(count(Clock().now_ms())), strict=False):
            maple.show(a_visit(f"A{number}", now))
        expect(wall.get_by_role("alert")).to_have_text(STALE, timeout=10_000)
    expect(wall.locator(".queue .count").first).to_have_text("79", timeout=12_000)
    expect(wall.get_by_role("alert")).to_be_hidden()
    assert came(wall)["snapshot"] > before["snapshot"]
    assert stayed(wall)


@pytest.mark.parametrize("part", ["board", "redis"])
def test_a_part_that_starts_again_does_not_make_the_wall_load_anew(board: Board, maple: FlowStandIn, wall: Page, part: str) -> None:
    maple.waits("A1")
    expect(wall.locator(".queue .ticket")).to_have_text(["A1"])
    with board.without(part):
        expect(wall.get_by_role("alert")).to_have_text(STALE, timeout=10_000)
    maple.publish()
    maple.waits("A2")
    expect(wall.locator(".queue .ticket")).to_have_text(["A1", "A2"], timeout=15_000)
    expect(wall.get_by_role("alert")).to_be_hidden()
    assert stayed(wall)


def test_a_display_without_network_says_so_and_goes_on_when_it_is_back(maple: FlowStandIn, cable: Cable, wall: Page) -> None:
    maple.waits("A1")
    expect(wall.locator(".queue .ticket")).to_have_text(["A1"])
    wall.context.set_offline(True)
    cable.cut()  # Chromium's offline mode leaves streams alone that are open already
    expect(wall.get_by_role("alert")).to_have_text(STALE, timeout=10_000)
    maple.waits("A2")
    wall.context.set_offline(False)
    expect(wall.locator(".queue .ticket")).to_have_text(["A1", "A2"], timeout=15_000)
    expect(wall.get_by_role("alert")).to_be_hidden(timeout=5000)
    assert stayed(wall)


# --- how large it grows


@dataclass(frozen=True)
class Size:
    """What a page holds after its garbage was collected."""

    heap: int
    nodes: int
    listeners: int


class Soak:
    """Leads many changes and breaks through a wall. After each turn it shows what it showed before."""

    TURN = 8

    def __init__(self, flow: FlowStandIn, cable: Cable, page: Page) -> None:
        self._flow, self._cable, self._page = flow, cable, page
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("HeapProfiler.enable")
        self._turns = count(1)
        self.breaks = 0

    def run(self, changes: int, breaks: int) -> Size:
        """Until so many more changes have come through the page; the cable is cut now and then."""
        begun, done = self.changes, self.breaks
        while (passed := self.changes - begun) < changes or self.breaks - done < breaks:
            self._turn()
            if (self.breaks - done) * changes <= passed * breaks:
                self._cable.cut()
                self.breaks += 1
                self._turn()
        return self._size()

    @property
    def changes(self) -> int:
        return came(self._page)["change"]

    def _turn(self) -> None:
        """Somebody comes, is called, taken in and gone; and somebody waits on, so that it is known when all was shown."""
        turn, flow = next(self._turns), self._flow
        for number in range(turn * self.TURN, (turn + 1) * self.TURN):
            ticket = f"A{number % 1000}"
            flow.waits(ticket)
            flow.calls(ticket)
            self._shown(ticket)
            flow.rooms(ticket, "r2")
            flow.show(gone=(f"visit:visit-{ticket}", "room:r2"))
        flow.show(a_visit(f"B{turn % 1000}", Clock().now_ms(), visit="visit-last"))
        self._shown(f"B{turn % 1000}")

    def _shown(self, ticket: str) -> None:
        self._page.wait_for_function(
            "(ticket) => [...document.querySelectorAll('#board .ticket')].some((node) => node.textContent === ticket)", arg=ticket
        )

    def _size(self) -> Size:
        for _ in range(3):
            self._cdp.send("HeapProfiler.collectGarbage")
        counters = self._cdp.send("Memory.getDOMCounters")
        heap = self._cdp.send("Runtime.getHeapUsage")["usedSize"]
        return Size(int(heap), counters["nodes"], counters["jsEventListeners"])


def grown(first: Size, last: Size) -> list[str]:
    """What is larger at the end than after the warm-up, beyond what a page breathes."""
    found = {
        "heap": last.heap - first.heap > 0.25 * MEGABYTE,
        "nodes": last.nodes - first.nodes > 100,
        "listeners": last.listeners - first.listeners > 20,
    }
    return [name for name, is_so in found.items() if is_so]


@pytest.mark.parametrize(
    ("changes", "breaks"), [(1500, 30), pytest.param(100_000, 1000, marks=[pytest.mark.slow, pytest.mark.timeout(4 * 3600)])]
)
def test_a_wall_grows_no_larger_with_what_it_has_shown(
    maple: FlowStandIn, cable: Cable, wall: Page, changes: int, breaks: int
) -> None:
    soak = Soak(maple, cable, wall)
    first = soak.run(changes // 5, breaks // 5)
    last = soak.run(changes, breaks)
    sys.stdout.write(f"{soak.changes} changes, {soak.breaks} breaks: {first} then {last}\n")
    assert grown(first, last) == []
    assert stayed(wall)


def test_a_wall_that_kept_what_it_showed_would_be_found(maple: FlowStandIn, cable: Cable, wall: Page) -> None:
    wall.evaluate(LEAKS)
    soak = Soak(maple, cable, wall)
    first, last = soak.run(50, 2), soak.run(200, 4)
    sys.stdout.write(f"{soak.changes} changes, {soak.breaks} breaks: {first} then {last}\n")
    assert "nodes" in grown(first, last)

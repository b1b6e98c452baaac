"""The corridor's page in a real browser, on the whole stack: clinical staff with a phone in the hand, or a tablet on a trolley."""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic
from tests.e2e.screens import overflows, violations
from tests.waiting import wait_until

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}
NOT_YOURS = re.compile("^Your access doesn.t include this")
SMALL = """() => [...document.querySelectorAll("button, label.check")]
  .filter((node) => node.checkVisibility() && Math.min(node.getBoundingClientRect().height, node.getBoundingClientRect().width) < 24)
  .map((node) => node.textContent)
"""
_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    with closing(Clinic(stack, f"corridor-{next(_sites)}", open_page, rooms_are_cleaned=True)) as clinic:
        yield clinic


class Corridor:
    """Somebody of the clinical staff who has just signed in, before the corridor's page."""

    def __init__(self, clinic: Clinic, page: Page, user: str = "cleo", role: str = "clinical") -> None:
        self.page = page
        clinic.sign_in(page, user, role)
        page.goto(f"{clinic.stack.around.url('checkin')}/corridor/{clinic.site}")

    def room(self, number: int) -> Locator:
        return self.page.locator("li.room", has=self.page.get_by_role("heading", name=f"Room {number}", exact=True))

    def tap(self, number: int, what: str) -> None:
        self.room(number).get_by_role("button", name=what, exact=True).tap()

    def taps(self, number: int) -> list[str]:
        """What can be done in a room."""
        return self.room(number).get_by_role("button").all_inner_texts()

    def mine(self, *numbers: int) -> None:
        self.page.get_by_role("button", name="My rooms").tap()
        for number in numbers:
            self.page.get_by_role("checkbox", name=f"Room {number}").tap()
        self.page.get_by_role("button", name="Done").tap()


@pytest.fixture(params=[PHONE, TABLET], ids=["phone", "tablet"])
def corridor(clinic: Clinic, open_page: OpenPage, request: pytest.FixtureRequest) -> Corridor:
    corridor = Corridor(clinic, open_page(**request.param))
    expect(corridor.room(3)).to_be_visible()
    return corridor


@pytest.fixture
def on_a_phone(clinic: Clinic, open_page: OpenPage) -> Corridor:
    corridor = Corridor(clinic, open_page(**PHONE))
    expect(corridor.room(3)).to_be_visible()
    return corridor


def waits(clinic: Clinic, name: str | None = None, **said: Any) -> str:
    """Somebody has checked in; their visit."""
    if name is not None:
        said["person"] = clinic.api.send("POST", "people", {"name": name}).json()["person"]
    return str(clinic.api.walk_in(queue="B", **said).json()["visit"])


def the_visit(clinic: Clinic, visit: str) -> dict[str, Any]:
    return clinic.api.visits()[visit]


def test_a_patient_goes_through_a_room_with_one_tap_for_each_step(clinic: Clinic, corridor: Corridor) -> None:
    visit = waits(clinic, "Maria Test (invented)")
    expect(corridor.room(2)).to_contain_text("Maria Test (invented)")
    assert corridor.taps(2) == ["B01 is in the room"]
    corridor.tap(2, "B01 is in the room")
    expect(corridor.room(2)).to_contain_text("Occupied")
    expect(corridor.room(1)).not_to_contain_text("B01")
    corridor.tap(2, "Provider is in")
    expect(corridor.room(2)).to_contain_text("with provider")
    assert corridor.taps(2) == ["Left the room"]
    corridor.tap(2, "Left the room")
    expect(corridor.room(2)).to_contain_text("Being cleaned")
    corridor.tap(2, "Room is ready")
    expect(corridor.room(2)).to_contain_text("Free")
    left = the_visit(clinic, visit)
    assert [name for name in ("roomed_ms", "seen_ms", "left_room_ms") if name not in left] == []
    assert left.get("room") is None


def test_only_my_rooms_are_shown_and_this_device_remembers_them(clinic: Clinic, corridor: Corridor) -> None:
    corridor.mine(1, 3)
    expect(corridor.page.locator("li.room h2")).to_have_text(["Room 1", "Room 3"])
    corridor.page.reload()
    expect(corridor.page.locator("li.room h2")).to_have_text(["Room 1", "Room 3"])
    clinic.api.open(rooms=[{"id": "r9", "name": "Room 9"}], rooms_are_cleaned=True)
    expect(corridor.page.locator("li.room h2")).to_have_text(["Room 9"])


def test_every_step_is_undone_where_it_was_taken(clinic: Clinic, on_a_phone: Corridor) -> None:
    corridor, visit = on_a_phone, waits(clinic)
    undo = corridor.page.get_by_role("button", name="Undo", exact=True).last
    corridor.tap(1, "B01 is in the room")
    undo.tap()
    expect(corridor.room(1)).to_contain_text("Next")
    corridor.tap(1, "B01 is in the room")
    corridor.tap(1, "Provider is in")
    expect(corridor.page.get_by_role("status")).to_contain_text("B01: with the provider")
    undo.tap()
    expect(corridor.room(1).get_by_role("button", name="Provider is in")).to_be_visible()
    wait_until(lambda: the_visit(clinic, visit)["stage"] == "in_room")
    corridor.tap(1, "Left the room")
    expect(corridor.room(1)).to_contain_text("Being cleaned")
    corridor.tap(1, "Room is ready")
    expect(corridor.page.get_by_role("status")).to_contain_text("Room 1: Free")
    undo.tap()
    expect(corridor.room(1)).to_contain_text("Being cleaned")


def test_a_tap_too_many_takes_no_step(clinic: Clinic, on_a_phone: Corridor) -> None:
    corridor, visits = on_a_phone, [waits(clinic), waits(clinic)]
    expect(corridor.room(1)).to_contain_text("B01")
    corridor.room(1).get_by_role("button", name="B01 is in the room").dblclick()
    expect(corridor.page.get_by_role("status")).to_contain_text("B01: in the room")
    expect(corridor.room(1).get_by_role("button", name="Provider is in")).to_be_enabled()
    assert [the_visit(clinic, visit)["stage"] for visit in visits] == ["in_room", "waiting"]
    expect(corridor.page.get_by_role("alert")).to_have_text(["", ""])


def test_a_room_never_offers_the_next_patient_while_a_tap_is_on_its_way(clinic: Clinic, on_a_phone: Corridor) -> None:
    corridor = on_a_phone
    waits(clinic)
    waits(clinic)
    expect(corridor.room(1)).to_contain_text("B01")
    held: list[Route] = []
    corridor.page.route("**/visits/*/room", lambda route: held.append(route))  # noqa: PLW0108  # Playwright refuses a list's method
    corridor.tap(1, "B01 is in the room")
    expect(corridor.room(1)).to_contain_text("Occupied")
    expect(corridor.room(1)).not_to_contain_text("B02")
    expect(corridor.room(2)).to_contain_text("B02")
    held[0].continue_()
    expect(corridor.room(1).get_by_role("button", name="Provider is in")).to_be_enabled()


def test_what_the_next_patient_needs_is_said_before_they_are_fetched(clinic: Clinic, on_a_phone: Corridor) -> None:
    first = waits(clinic, language="es")
    waits(clinic)
    room = on_a_phone.room(1)
    expect(room).to_contain_text("Needs: Consent, Spanish")
    clinic.api.step(first, "checklist", item="consent", state="done")
    expect(room).to_contain_text("Needs: Spanish")
    clinic.api.step(first, "call", room="r2")
    expect(room).to_contain_text("B02")
    expect(on_a_phone.room(2)).to_contain_text("B01")


def test_the_corridor_asks_for_nothing_more_than_its_steps(clinic: Clinic, on_a_phone: Corridor) -> None:
    waits(clinic)
    expect(on_a_phone.room(1)).to_contain_text("B01")
    assert on_a_phone.page.get_by_role("button").all_inner_texts() == ["My rooms", "Lock", *["B01 is in the room"] * 3]
    on_a_phone.tap(1, "B01 is in the room")
    expect(on_a_phone.page.locator(".toast")).to_have_text(re.compile(r"^B01: in the room\s*Undo\s*\W$"), use_inner_text=True)


def test_what_another_device_did_appears(clinic: Clinic, corridor: Corridor, open_page: OpenPage) -> None:
    other = Corridor(clinic, open_page(**PHONE), "dora")
    waits(clinic)
    other.tap(3, "B01 is in the room")
    expect(corridor.room(3)).to_contain_text("Occupied")
    expect(corridor.room(3).get_by_role("button", name="Provider is in")).to_be_visible()


def test_a_room_that_somebody_else_took_meanwhile_is_said_and_nothing_is_overwritten(clinic: Clinic, on_a_phone: Corridor) -> None:
    corridor, visits = on_a_phone, [waits(clinic), waits(clinic)]
    expect(corridor.room(1)).to_contain_text("B01")
    corridor.page.route("**/visits/*/room", lambda route: (clinic.api.step(visits[1], "room", room="r1"), route.continue_())[1])
    corridor.tap(1, "B01 is in the room")
    expect(corridor.page.get_by_role("alert").filter(has_text="B02")).to_be_visible()
    expect(corridor.room(1)).to_contain_text("B02")
    assert the_visit(clinic, visits[0])["stage"] == "waiting"


def test_a_lost_connection_is_said_and_what_was_tapped_then_is_taken_back(clinic: Clinic, on_a_phone: Corridor) -> None:
    corridor, visit = on_a_phone, waits(clinic)
    stale = corridor.page.get_by_role("alert").filter(has_text="Not live since")
    expect(corridor.room(1)).to_contain_text("B01")
    clinic.stack.stop_part("checkin")
    try:
        expect(stale).to_be_visible(timeout=10_000)
        corridor.tap(1, "B01 is in the room")
        expect(corridor.page.get_by_role("alert").filter(has_text="Nothing was recorded")).to_be_visible()
        expect(corridor.room(1)).to_contain_text("Next")
    finally:
        clinic.stack.start_part("checkin")
    expect(stale).to_have_count(0, timeout=30_000)
    corridor.tap(1, "B01 is in the room")
    wait_until(lambda: the_visit(clinic, visit)["stage"] == "in_room")


def test_a_tap_that_did_not_get_through_is_sent_again_by_one_more(clinic: Clinic, on_a_phone: Corridor) -> None:
    corridor = on_a_phone
    waits(clinic)
    expect(corridor.room(1)).to_contain_text("B01")
    corridor.page.route("**/visits/*/room", lambda route: route.abort(), times=1)
    corridor.tap(1, "B01 is in the room")
    corridor.page.get_by_role("button", name="Try again").tap()
    expect(corridor.room(1)).to_contain_text("Occupied")
    expect(corridor.page.get_by_role("status")).to_contain_text("B01: in the room")


def test_who_may_not_work_in_the_corridor_is_told_so(clinic: Clinic, open_page: OpenPage) -> None:
    waits(clinic)
    manager = Corridor(clinic, open_page(**PHONE), "mona", "manager")
    expect(manager.page.get_by_text(NOT_YOURS)).to_be_visible()
    expect(manager.page.locator("li.room")).to_have_count(0)


def test_the_corridor_of_another_clinic_stays_closed(clinic: Clinic, stack: Stack, open_page: OpenPage) -> None:
    with closing(Clinic(stack, f"corridor-{next(_sites)}", open_page)) as other:
        waits(other)
        page = Corridor(clinic, open_page(**PHONE)).page
        page.goto(page.url.replace(clinic.site, other.site))
        expect(page.get_by_text(NOT_YOURS)).to_be_visible()
        expect(page.locator("li.room")).to_have_count(0)


def test_locked_the_corridor_shows_nobody(clinic: Clinic, on_a_phone: Corridor) -> None:
    waits(clinic, "Maria Test (invented)")
    expect(on_a_phone.room(1)).to_contain_text("Maria Test (invented)")
    on_a_phone.page.get_by_role("button", name="Lock").tap()
    expect(on_a_phone.page.get_by_role("heading", name="Who is here?")).to_be_visible()
    expect(on_a_phone.page.locator("main")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_corridor_fits_and_nothing_of_wcag_is_violated(clinic: Clinic, corridor: Corridor, language: str) -> None:
    page = corridor.page
    waits(clinic, "Bartholomew-Alexander Featherstonehaugh (invented)", language="es")
    waits(clinic)
    page.context.add_cookies([{"name": "clinicflow_language", "value": language, "url": page.url}])
    page.reload()
    page.locator(".taps button").first.tap()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert (violations(page), overflows(page), page.evaluate(SMALL)) == ([], False, [])

"""The front desk in a real browser, on the whole stack: from a walk-in to checkout, together, and by mistake."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import PIN, Clinic, press, row, walks_in

_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    clinic = Clinic(stack, f"desk-{next(_sites)}", open_page)
    yield clinic
    clinic.api.client.close()


def test_a_walk_in_goes_from_the_door_to_checkout_by_keyboard_alone(clinic: Clinic) -> None:
    page = clinic.console("anna")
    walks_in(page, "Maria Test (invented)")
    expect(row(page, "B01")).to_contain_text("Maria Test (invented)")
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_role("heading", name="Where should B01 go?")).to_be_visible()
    press(page, "1")
    expect(row(page, "B01")).to_contain_text("Room 1")
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="in the room")).to_be_visible()
    press(page, "4", "ArrowDown", "Enter")
    expect(page.get_by_role("status").filter(has_text="with the provider")).to_be_visible()
    press(page, "5", "ArrowDown", "Enter")
    expect(page.get_by_role("status").filter(has_text="checked out")).to_be_visible()
    press(page, "6")
    expect(row(page, "B01")).to_be_visible()
    (visit,) = clinic.api.visits().values()
    assert visit["stage"] == "departed"
    assert visit["room"] is None


def test_a_number_that_can_not_be_one_is_said_and_nothing_typed_is_lost(clinic: Clinic) -> None:
    page = clinic.console("anna")
    press(page, "n")
    page.get_by_label("Name", exact=True).fill("Maria Test (invented)")
    page.get_by_label("Telephone").fill("12")
    press(page, "Enter")
    expect(page.get_by_role("alert").filter(has_text="That is not a telephone number we can use.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Maria Test (invented)")
    page.get_by_label("Telephone").fill("212 555 0147")
    press(page, "Enter")
    expect(page.locator(".slip .ticket")).to_have_text("B01")


def test_search_finds_by_name_or_ticket_while_one_types(clinic: Clinic) -> None:
    page = clinic.console("anna")
    for name in ("Maria Test (invented)", "Tomás Núñez (invented)"):
        walks_in(page, name)
    press(page, "/")
    page.keyboard.type("nunez")
    expect(page.locator(".visits tbody tr")).to_have_count(1)
    expect(row(page, "B02")).to_be_visible()
    press(page, "Escape", "/")
    page.keyboard.type("b01")
    expect(row(page, "B01")).to_contain_text("Maria")
    expect(page.locator(".visits tbody tr")).to_have_count(1)


def test_a_step_is_undone_at_once_and_from_the_history_later(clinic: Clinic) -> None:
    page = clinic.console("anna")
    walks_in(page, "Maria Test (invented)")
    press(page, "ArrowDown", "Enter", "1")
    expect(row(page, "B01")).to_contain_text("called")
    expect(page.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()
    press(page, "z")
    expect(row(page, "B01")).to_contain_text("waiting")
    press(page, "ArrowRight")
    history = page.locator(".history")
    expect(history.get_by_role("row")).to_have_count(4)
    expect(history.locator("tr.undone")).to_have_text(re.compile("^Called"))
    expect(history).to_contain_text(f"user:anna-{clinic.site}")
    history.get_by_role("button", name="Undo: Checked in").click()
    expect(page.get_by_role("status").filter(has_text="step undone")).to_be_visible()
    press(page, "Escape")
    expect(row(page, "B01")).to_have_count(0)


def test_a_time_is_changed_with_a_reason_and_the_wait_follows(clinic: Clinic) -> None:
    page = clinic.console("anna")
    walks_in(page, "Maria Test (invented)")
    press(page, "ArrowDown", "ArrowRight")
    page.get_by_role("button", name="Change the time: Checked in").click()
    shown = page.get_by_label("Checked in: when really?")
    hours, minutes = map(int, shown.input_value().split(":"))
    earlier = (hours * 60 + minutes - 12) % 1440
    shown.fill(f"{earlier // 60:02}:{earlier % 60:02}")
    page.get_by_label("Reason").select_option("entered-late")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".history")).to_contain_text("first said")
    press(page, "Escape")
    expect(row(page, "B01")).to_contain_text(re.compile(r"waiting 1[123] min"))


def test_two_consoles_work_on_one_visit_and_neither_overwrites_the_other(clinic: Clinic) -> None:
    anna, ben = clinic.console("anna"), clinic.console("ben")
    walks_in(anna, "Maria Test (invented)")
    expect(row(ben, "B01")).to_contain_text("Maria Test (invented)")
    for page in (anna, ben):
        press(page, "ArrowDown", "ArrowRight")
        page.get_by_role("button", name="Take to a room").click()
    anna.get_by_role("button", name=re.compile("Room 1")).click()
    expect(anna.get_by_role("status").filter(has_text="in the room")).to_be_visible()
    ben.get_by_role("button", name=re.compile("Room 2")).click()
    expect(ben.get_by_role("alert").filter(has_text="in a room already")).to_be_visible()
    (visit,) = clinic.api.visits().values()
    assert visit["room"] == "r1"
    press(ben, "4")
    expect(row(ben, "B01")).to_contain_text("Room 1")


def site_clock() -> str:
    """What a clock on the clinic's wall shows now."""
    return f"{datetime.now(ZoneInfo('America/New_York')):%H:%M}"


def test_what_ann_takes_on_dan_sees_taken_with_her_time_and_without_reloading(clinic: Clinic) -> None:
    ann, dan = clinic.console("ann"), clinic.console("dan")
    walks_in(ann, "Maria Test (invented)")
    assert clinic.api.send("POST", "providers/dr-test/status", {"status": "delayed", "delayed_minutes": 30}).status_code == 201
    late = {}
    for page in (ann, dan):
        page.get_by_role("button", name="Alerts: 1").click()
        late[page] = page.get_by_role("dialog").get_by_role("listitem").filter(has_text="Dr Test (invented) runs late")
        expect(late[page].get_by_role("button", name=re.compile("see to it$"))).to_be_visible()
    before = site_clock()
    late[ann].get_by_role("button", name=re.compile("see to it$")).click()
    expect(late[dan]).to_contain_text(re.compile(r"Taken on at \d\d:\d\d"))
    told = late[dan].get_by_text("Taken on at").inner_text()
    assert told.removeprefix("Taken on at ") in {before, site_clock()}
    expect(late[ann]).to_contain_text(told)
    for page in (ann, dan):
        expect(late[page].get_by_role("button", name=re.compile("see to it$"))).to_have_count(0)
        press(page, "Escape")
        expect(page.get_by_role("button", name="Alerts: 0")).to_be_visible()


def test_two_coordinators_change_places_and_the_page_stays(clinic: Clinic) -> None:
    page = clinic.console("anna")
    clinic.sign_in(page, "ben")
    clinic.open_console(page)
    walks_in(page, "Maria Test (invented)")
    press(page, "/")
    page.keyboard.type("mar")
    press(page, "ArrowDown", "l")
    expect(page.get_by_role("heading", name="Who is here?")).to_be_visible()
    expect(page.locator("#main")).to_be_hidden()
    page.get_by_role("radio", name="Anna (invented)").check()
    page.get_by_label("PIN").fill(PIN)
    press(page, "Enter")
    expect(page.get_by_role("button", name="Anna (invented)")).to_be_visible()
    expect(page.locator("#search")).to_have_value("mar")
    expect(row(page, "B01")).to_contain_text("Maria Test (invented)")


def test_a_wrong_pin_opens_nothing_and_says_so(clinic: Clinic) -> None:
    page = clinic.console("anna")
    press(page, "l")
    page.get_by_label("PIN").fill("111222")
    press(page, "Enter")
    expect(page.get_by_role("alert").filter(has_text="That PIN is not right")).to_be_visible()
    expect(page.locator("#main")).to_be_hidden()


def test_while_redis_is_away_the_list_stays_and_says_that_it_is_old(clinic: Clinic) -> None:
    page = clinic.console("anna")
    walks_in(page, "Maria Test (invented)")
    clinic.stack.stop_part("redis")
    try:
        expect(page.get_by_role("alert").filter(has_text="Not live since")).to_be_visible(timeout=10_000)
        expect(row(page, "B01")).to_contain_text("Maria Test (invented)")
    finally:
        clinic.stack.start_part("redis")
    expect(page.get_by_role("alert").filter(has_text="Not live since")).to_have_count(0, timeout=20_000)


def test_who_may_not_see_the_clinic_is_told_so(clinic: Clinic, open_page: OpenPage) -> None:
    page = open_page()
    clinic.sign_in(page, "mona", "manager")
    page.goto(f"{clinic.stack.around.url('checkin')}/desk/{clinic.site}")
    expect(page.get_by_text(re.compile("^Your access doesn.t include this"))).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)

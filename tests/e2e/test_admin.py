"""The administration of a clinic in a real browser, on the whole stack: settings, displays, staff, doubtful data, the audit trail."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import PIN, PROFILE, Clinic
from tests.gallery.clinic import puts_beside_the_api, was_not_handed_over
from tests.waiting import wait_until

DESKTOP = {"viewport": {"width": 1366, "height": 900}}
HAND_HELD = {"viewport": {"width": 360, "height": 740}}
PARTS = ("settings", "displays", "users", "set-aside", "billing", "audit")
_sites, _people = count(1), count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    clinic = Clinic(stack, f"admin-{next(_sites)}", open_page)
    with closing(clinic.api.client):
        yield clinic


@pytest.fixture
def admin(clinic: Clinic, open_page: OpenPage) -> Page:
    page = open_page(**DESKTOP)
    clinic.sign_in(page, f"ada{next(_people)}", "admin")
    return page


def go(page: Page, clinic: Clinic, part: str) -> None:
    page.goto(f"{clinic.stack.around.url('checkin')}/admin/{clinic.site}#{part}")
    expect(page.locator("#part")).to_be_visible()


def profile(clinic: Clinic) -> dict[str, Any]:
    found: dict[str, Any] = clinic.api.client.get(f"/v1/sites/{clinic.site}/profile").json()
    return found


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def saves(page: Page) -> None:
    save(page)
    expect(page.get_by_text("Saved. It is in force now.")).to_be_visible()


# --- settings


def test_what_is_changed_is_in_force_at_once_and_what_is_renamed_keeps_its_id(clinic: Clinic, admin: Page) -> None:
    desk = clinic.console(f"dan{next(_people)}")
    go(admin, clinic, "settings")
    admin.get_by_label("Name of room 1").fill("Café (invented)")
    admin.get_by_role("button", name="Add a room").click()
    expect(admin.get_by_label("Name of room 4")).to_be_focused()
    admin.keyboard.type("Niños y niñas")
    admin.get_by_label("Waiting: too long").fill("25")
    admin.get_by_label("Codes of reasons and visit types").fill("Follow-Up, new-patient")
    admin.get_by_role("button", name="Monday: add hours").first.click()
    admin.get_by_label("Monday: from").fill("08:30")
    admin.get_by_role("button", name="Tuesday: as the day before").first.click()
    admin.get_by_role("button", name="Spanish: move up").click()
    admin.get_by_role("button", name="What changes?").click()
    expect(admin.locator(".save-bar .changes")).to_contain_text("Rooms: Café (invented): from “Room 1” to “Café (invented)”")
    saves(admin)
    now = profile(clinic)
    assert [(room["id"], room["name"]) for room in now["rooms"]][::3] == [
        ("r1", "Café (invented)"),
        ("ninos-y-ninas", "Niños y niñas"),
    ]
    assert now["limits"]["waiting_critical"] == 25
    assert [(one["weekday"], one["opens"], one["closes"]) for one in now["hours"]] == [
        (0, "08:30:00", "17:00:00"),
        (1, "08:30:00", "17:00:00"),
    ]
    assert now["languages"] == ["es", "en", "ar"]
    assert now["codes"] == ["follow-up", "new-patient"]
    unchanged = [{**one, "hours": []} for one in PROFILE["providers"]]
    assert (now["queues"], now["providers"]) == (PROFILE["queues"], unchanged), "the rest stays as it was"
    desk.keyboard.press("7")
    expect(desk.get_by_role("heading", name="Niños y niñas")).to_be_visible()


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(clinic: Clinic, admin: Page) -> None:
    before = profile(clinic)
    go(admin, clinic, "settings")
    admin.get_by_label("Name of the clinic").fill(" ")
    admin.get_by_label("Called and not come").fill("0")
    admin.get_by_label("Waiting: long").fill("90")
    save(admin)
    expect(admin.get_by_label("Name of the clinic")).to_be_focused()
    expect(admin.locator("#f-name-wrong")).to_have_text("Please fill this in.")
    expect(admin.locator("#f-limits-unanswered_call-wrong")).to_have_text("Please enter a whole number from 1 to 1440.")
    expect(admin.locator("#f-limits-waiting_warning-wrong")).to_have_text("“Long” must not be more than “too long”.")
    assert profile(clinic) == before
    admin.get_by_label("Name of the clinic").fill("Riverside, renamed (invented)")
    admin.get_by_label("Called and not come").fill("12")
    admin.get_by_label("Waiting: long").fill("20")
    admin.get_by_label("Timezone").fill("america/new_york")
    save(admin)
    expect(admin.locator("#f-timezone-wrong")).to_have_text("There is no such timezone. Choose one of the list.")
    expect(admin.get_by_label("Name of the clinic")).to_have_value("Riverside, renamed (invented)")
    admin.get_by_label("Timezone").fill("America/Chicago")
    saves(admin)
    assert (profile(clinic)["name"], profile(clinic)["timezone"]) == ("Riverside, renamed (invented)", "America/Chicago")


def test_of_two_who_change_the_settings_neither_overwrites_the_other(clinic: Clinic, admin: Page) -> None:
    go(admin, clinic, "settings")
    admin.get_by_label("Name of room 1").fill("Mine")
    admin.get_by_label("Name of provider 1").fill("Dr Mine (invented)")
    theirs = profile(clinic)
    theirs["rooms"] = [{**theirs["rooms"][0], "name": "Theirs"}, *theirs["rooms"][1:], {"id": "r9", "name": "Room 9"}]
    assert clinic.api.send("PUT", "profile", theirs).status_code == 201
    save(admin)
    met = admin.locator(".met")
    expect(met).to_contain_text("Somebody else has saved changes meanwhile")
    expect(met).to_contain_text("Rooms: “Room 9” is new")
    expect(met).to_contain_text("yours is “Mine”, theirs is “Theirs”")
    assert [room["name"] for room in profile(clinic)["rooms"]] == ["Theirs", "Room 2", "Room 3", "Room 9"]
    expect(admin.get_by_label("Name of room 1")).to_have_value("Mine")
    admin.get_by_role("button", name="Take theirs").click()
    expect(admin.get_by_label("Name of room 1")).to_have_value("Theirs")
    saves(admin)
    now = profile(clinic)
    assert [room["name"] for room in now["rooms"]] == ["Theirs", "Room 2", "Room 3", "Room 9"]
    assert now["providers"][0]["name"] == "Dr Mine (invented)"


def test_a_room_with_somebody_in_it_is_not_taken_away_unseen(clinic: Clinic, admin: Page) -> None:
    visit = clinic.api.walk_in().json()
    clinic.api.step(visit["visit"], "room", room="r2")
    go(admin, clinic, "settings")
    admin.get_by_role("button", name="Room 2: remove").click()
    said = f"Room 2 is occupied by {visit['ticket']}."
    expect(admin.get_by_role("alert").filter(has_text=said)).to_be_visible()
    save(admin)
    expect(admin.get_by_role("dialog", name="Patients are still there")).to_contain_text(said)
    admin.get_by_role("button", name="Go back").click()
    assert len(profile(clinic)["rooms"]) == 3
    save(admin)
    admin.get_by_role("button", name="Save anyway").click()
    expect(admin.get_by_text("Saved. It is in force now.")).to_be_visible()
    assert [room["id"] for room in profile(clinic)["rooms"]] == ["r1", "r3"]


def test_while_the_system_is_away_what_was_typed_stays_and_is_saved_afterwards(clinic: Clinic, admin: Page) -> None:
    go(admin, clinic, "settings")
    admin.get_by_label("Name of the clinic").fill("Typed on a bad day (invented)")
    clinic.stack.stop_part("kafka")
    try:
        save(admin)
        expect(admin.get_by_role("alert").filter(has_text="record anything right now")).to_be_visible(timeout=20_000)
        expect(admin.get_by_label("Name of the clinic")).to_have_value("Typed on a bad day (invented)")
    finally:
        clinic.stack.start_part("kafka")
    wait_until(lambda: clinic.api.walk_in().status_code == 201)
    saves(admin)
    assert profile(clinic)["name"] == "Typed on a bad day (invented)"


def test_the_screen_is_locked_and_opened_again_without_losing_what_was_typed(clinic: Clinic, admin: Page) -> None:
    go(admin, clinic, "settings")
    admin.get_by_label("Name of the clinic").fill("Half typed (invented)")
    admin.get_by_role("button", name="Lock").click()
    expect(admin.locator("#main")).to_be_hidden()
    admin.get_by_role("textbox", name="PIN").fill(PIN)
    admin.keyboard.press("Enter")
    expect(admin.get_by_label("Name of the clinic")).to_have_value("Half typed (invented)")


# --- displays


def test_a_display_is_paired_marked_while_it_can_not_be_heard_and_taken_back(
    clinic: Clinic, admin: Page, open_page: OpenPage
) -> None:
    wall = open_page(**DESKTOP)
    # Playwright's looks into a page count as somebody's touch: until the end, only what the page sends is looked at.
    with wall.expect_response("**/v1/screens/pairing") as pairing:
        wall.goto(f"{clinic.stack.around.url('board')}/wall")
    code = pairing.value.json()["code"]
    go(admin, clinic, "displays")
    admin.get_by_label("Code on the display").fill("zzz-zzz")
    admin.get_by_label("What you call it").fill("By the door")
    admin.get_by_role("button", name="Add the display").click()
    expect(admin.locator("#code-wrong")).to_contain_text("No display shows this code", timeout=15_000)
    expect(admin.get_by_label("What you call it")).to_have_value("By the door")
    admin.get_by_label("Code on the display").fill(code)
    admin.get_by_role("button", name="Add the display").click()
    expect(admin.get_by_text("“By the door” is connected.")).to_be_visible(timeout=15_000)
    card = admin.locator(".card", has=admin.get_by_role("heading", name="By the door"))
    expect(card).to_contain_text(re.compile("It can.t be heard. Please touch it once."), timeout=20_000)
    desk = clinic.console(f"dan{next(_people)}")
    badge = desk.get_by_role("link", name="Displays that need somebody: 1")
    expect(badge).to_be_visible()
    badge.click()
    expect(desk.get_by_role("heading", name="By the door")).to_be_visible()
    card.get_by_role("button", name=re.compile("^Take")).click()
    admin.get_by_role("dialog").get_by_role("button", name="Take its access back").click()
    expect(card).to_have_count(0)
    expect(wall.locator("#code")).to_be_visible(timeout=15_000)


# --- doubtful data


def test_what_was_set_aside_is_listed_with_what_to_do_and_tried_again(clinic: Clinic, admin: Page) -> None:
    puts_beside_the_api(clinic.stack, clinic.site, b'{"type": "clinicflow.visit.roomed.v1", "subject": "Maria-Planted"}')
    go(admin, clinic, "set-aside")
    record = admin.locator(".aside-line").last

    def is_listed() -> bool:
        admin.get_by_role("button", name="Look again").click()
        return record.count() > 0

    wait_until(is_listed)
    expect(record).to_contain_text("To the room")
    expect(record).to_contain_text("Have the system that sent it corrected, and the event sent again.")
    assert "Planted" not in admin.content()
    record.get_by_role("button", name=re.compile("^Try again")).click()
    expect(record.get_by_role("status")).to_contain_text("It was set aside again. Something in it is missing", timeout=20_000)
    expect(record).to_contain_text("Tried again")
    expect(admin.locator(".aside-line")).to_have_count(2)


def test_a_visit_whose_times_can_not_be_right_is_opened_at_the_desk(clinic: Clinic, admin: Page) -> None:
    visit = clinic.api.walk_in().json()
    earlier = (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
    clinic.api.step(visit["visit"], "room", room="r1", happened_at=earlier)
    go(admin, clinic, "set-aside")
    line = admin.locator(".fault-line", has_text=visit["ticket"])
    expect(line).to_contain_text("In the room before they checked in")
    line.get_by_role("link").click()
    expect(admin.get_by_role("dialog", name=re.compile(visit["ticket"]))).to_contain_text("What happened")
    assert "#" not in admin.url


def test_what_the_billing_system_would_not_take_is_listed_with_what_to_do_and_tried_again(clinic: Clinic, admin: Page) -> None:
    go(admin, clinic, "billing")
    expect(admin.get_by_text("Nothing failed.")).to_be_visible()
    here = clinic.api.walk_in().json()
    was_not_handed_over(clinic.stack, clinic.site, here["visit"])
    line = admin.locator(".aside-line")
    expect(line).to_contain_text(here["ticket"], timeout=15_000)
    expect(line).to_contain_text(
        "The billing system will not take it. Ask its operator why; correct the visit, or try again. (422)"
    )
    line.get_by_role("button", name=f"Try again: A complete visit, {here['ticket']}").press("Enter")
    expect(line.get_by_role("status")).to_have_text("It will be tried again at once.")
    trail = clinic.api.client.get(f"/v1/sites/{clinic.site}/audit?visit={here['visit']}").json()["records"]
    assert [record["action"] for record in trail].count("retried-delivery") == 1


# --- staff


def test_somebody_is_added_signs_in_by_the_link_that_is_shown_once_and_loses_the_access(
    clinic: Clinic, admin: Page, open_page: OpenPage
) -> None:
    name = f"Zoë Test {uuid4().hex[:6]} (invented)"
    go(admin, clinic, "users")
    admin.get_by_role("button", name="Add somebody").click()
    admin.get_by_label("Name", exact=True).fill(name)
    admin.get_by_role("radio", name=re.compile("^Clinical")).check()
    admin.get_by_role("button", name="Add and make a link").click()
    dialog = admin.get_by_role("dialog", name=f"A link for {name}")
    link = dialog.get_by_label("Link").input_value()
    assert re.search(r"#link=cf-link_zoe-test-[a-z0-9-]+_", link)
    expect(dialog.get_by_role("img", name="The link as a code")).to_have_js_property("complete", value=True)
    assert dialog.get_by_role("img").evaluate("image => image.naturalWidth") > 100
    dialog.get_by_role("button", name="Done").click()
    assert link.partition("#link=")[2] not in admin.content()
    card = admin.locator(".card", has=admin.get_by_role("heading", name=name))
    expect(card).to_contain_text("Clinical · Riverside Clinic (invented)")
    theirs = open_page(**DESKTOP)
    theirs.goto(link)
    theirs.get_by_role("button", name="Sign in on this device").click()
    expect(theirs.get_by_label("Your PIN")).to_be_visible()
    card.get_by_role("button", name=re.compile("^Change")).click()
    admin.get_by_role("radio", name=re.compile("^Front desk")).check()
    save(admin)
    expect(card).to_contain_text("Front desk · Riverside Clinic (invented)")
    card.get_by_role("button", name=re.compile("^End the access")).click()
    admin.get_by_role("dialog").get_by_role("button", name="End the access").click()
    expect(card).to_contain_text("Access ended")
    theirs.reload()
    expect(theirs.get_by_text("Nobody has signed in on this device yet.")).to_be_visible()


def test_who_manages_one_clinic_gives_access_to_that_one_alone(clinic: Clinic, admin: Page) -> None:
    go(admin, clinic, "users")
    admin.get_by_role("button", name="Add somebody").click()
    dialog = admin.get_by_role("dialog")
    expect(dialog.get_by_label("Every clinic")).to_have_count(0)
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_label("Name", exact=True).fill("Nobody (invented)")
    dialog.get_by_role("button", name="Add and make a link").click()
    expect(dialog.get_by_role("alert").filter(has_text="Please choose at least one clinic.")).to_be_visible()


# --- the audit trail


def test_who_looked_at_a_patient_and_what_a_colleague_saw_are_answered(clinic: Clinic, open_page: OpenPage) -> None:
    dan = f"dan{next(_people)}"
    desk = clinic.console(dan)
    desk.keyboard.press("n")
    desk.keyboard.type("Maria Planted (invented)")
    desk.keyboard.press("Enter")
    expect(desk.locator(".slip .ticket")).to_have_text("B01")
    page = open_page(**DESKTOP)
    clinic.sign_in(page, f"olga{next(_people)}", "auditor")
    page.goto(f"{clinic.stack.around.url('checkin')}/admin/{clinic.site}")
    expect(page.get_by_role("heading", name="Audit trail")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.get_by_label("Ticket or patient id").fill("b01")
    page.get_by_role("button", name="Look").click()
    trail = page.locator(".trail tbody tr")
    named = f"{dan.title()} (invented)"
    expect(trail.filter(has_text="Checked in a walk-in")).to_contain_text(named)
    expect(trail.filter(has_text="Added the patient")).to_contain_text(named)
    page.get_by_role("radio", name="What did this colleague see and do?").check()
    page.get_by_label("Staff").select_option(label=named)
    page.get_by_role("button", name="Look").click()
    expect(trail.first).to_contain_text(named)
    with page.expect_download() as exported:
        page.get_by_role("link", name="Export as a table (CSV)").click()
    assert exported.value.suggested_filename == f"audit-{clinic.site}.csv"
    table = exported.value.path().read_text("utf-8")
    assert f"user:{dan}" in table
    assert "Planted" not in table + page.content()
    page.get_by_label("From").fill("2030-01-01")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_text("Nothing is recorded for this.")).to_be_visible()
    page.get_by_role("radio", name="Who looked at this patient?").check()
    page.get_by_label("Ticket or patient id").fill("Z99")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("alert").filter(has_text="has this ticket")).to_be_visible()


# --- who may


@pytest.mark.parametrize(("role", "parts"), [("desk", ["Displays"]), ("clinical", []), ("manager", [])])
def test_a_role_finds_what_it_may_use_and_no_more(clinic: Clinic, open_page: OpenPage, role: str, parts: list[str]) -> None:
    page = open_page(**DESKTOP)
    clinic.sign_in(page, f"{role}{next(_people)}", role)
    page.goto(f"{clinic.stack.around.url('checkin')}/admin/{clinic.site}#users")
    if parts:
        expect(page.get_by_role("heading", level=2)).to_have_text(parts)
    else:
        expect(page.get_by_text(re.compile("^Your access doesn.t include this"))).to_be_visible()

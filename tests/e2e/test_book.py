"""The book in a real browser, on the whole stack, by keyboard: returning patients, free times, a provider who is ill."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import PROFILE, Clinic, press

HOURS = [{"weekday": day, "opens": "08:00", "closes": "12:00"} for day in range(7)]
PROVIDERS = [{"id": "dr-lee", "name": "Dr Lee (invented)"}, {"id": "dr-roy", "name": "Dr Roy (invented)"}]
TYPES = [{"code": "check-up", "name": "Check-up", "minutes": 20}]
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).astimezone(ZoneInfo("America/New_York")).date()
_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    profile = {"providers": PROVIDERS, "hours": HOURS, "visit_types": TYPES, "checklist": [], "slot_minutes": 20}
    with closing(Clinic(stack, f"book-{next(_sites)}", open_page, **profile)) as clinic:
        yield clinic


def before_the_book(clinic: Clinic, open_page: OpenPage, user: str = "ann") -> Page:
    """Somebody of the desk who has just signed in, and looks at the next day."""
    page = open_page(viewport={"width": 1366, "height": 900})
    clinic.sign_in(page, user)
    page.goto(f"{clinic.stack.around.url('checkin')}/book/{clinic.site}")
    expect(page.locator(".grid")).to_be_visible()
    press(page, "ArrowRight")
    expect(page.locator(".days h2")).to_contain_text(str(TOMORROW.day))
    return page


def patient(clinic: Clinic, name: str, **more: str) -> str:
    return str(clinic.api.send("POST", "people", {"name": name, **more}).json()["person"])


def booked(clinic: Clinic, at: str, provider: str = "dr-lee", **more: object) -> str:
    said = {"local": f"{TOMORROW}T{at}", "provider": provider, "visit_type": "check-up", **more}
    answer = clinic.api.send("POST", "visits", said)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["visit"])


def booking(page: Page, provider: str, name: str) -> Locator:
    return page.get_by_role("region", name=provider).get_by_role("button", name=name)


def test_a_returning_patient_is_found_and_booked_by_keyboard_and_the_booking_undone(clinic: Clinic, open_page: OpenPage) -> None:
    patient(clinic, "Wanda Return (invented)", phone="202 555 0131", born="1980-02-03")
    page = before_the_book(clinic, open_page)
    press(page, "n")
    page.keyboard.type("return wan")
    expect(page.get_by_role("option", name="Wanda Return (invented)")).to_contain_text("1980-02-03")
    press(page, "ArrowDown", "Enter")
    expect(page.locator(".chosen")).to_contain_text("Wanda Return (invented)")
    page.get_by_label("Kind of visit").focus()
    page.keyboard.type("Check")
    expect(page.locator(".slots label").first).to_contain_text("08:00")
    page.get_by_label("From which day on").focus()
    press(page, "Enter")
    expect(booking(page, "Dr Lee (invented)", "Wanda Return")).to_contain_text("08:00")
    press(page, "z")
    expect(booking(page, "Dr Lee (invented)", "Wanda Return")).to_have_count(0)


def test_a_time_that_is_taken_is_given_twice_only_for_a_reason(clinic: Clinic, open_page: OpenPage) -> None:
    booked(clinic, "09:00", person=patient(clinic, "First Come (invented)"))
    page = before_the_book(clinic, open_page)
    press(page, "n")
    page.keyboard.type("Second Come (invented)")
    page.get_by_label("Provider").select_option("dr-lee")
    page.get_by_label("Another time on that day").fill("09:10")
    press(page, "Enter")
    expect(page.get_by_role("alert").get_by_text("has this time")).to_be_visible()
    page.get_by_label("Book all the same, because").select_option("urgent")
    page.get_by_role("button", name="Book", exact=True).press("Enter")
    expect(booking(page, "Dr Lee (invented)", "Second Come")).to_contain_text("booked on purpose")


def test_somebody_of_the_same_name_and_birth_date_is_asked_about(clinic: Clinic, open_page: OpenPage) -> None:
    patient(clinic, "Tina Twin (invented)", born="1990-05-06", phone="202 555 0141")
    page = before_the_book(clinic, open_page)
    press(page, "n")
    page.keyboard.type("Tina Twin (invented)")
    page.get_by_label("Date of birth").fill("1990-05-06")
    expect(page.locator(".slots label").first).to_be_visible()
    page.get_by_role("button", name="Book", exact=True).press("Enter")
    page.get_by_role("button", name="…0141").last.click()
    page.get_by_role("button", name="Book", exact=True).press("Enter")
    expect(booking(page, "Dr Lee (invented)", "Tina Twin")).to_have_count(1)
    assert len(clinic.api.send("POST", "people/search", {"text": "tina twin"}).json()["people"]) == 1


def test_what_another_desk_books_is_there_by_itself(clinic: Clinic, open_page: OpenPage) -> None:
    page = before_the_book(clinic, open_page)
    booked(clinic, "10:00", "dr-roy", person=patient(clinic, "Else Where (invented)"))
    expect(booking(page, "Dr Roy (invented)", "Else Where")).to_contain_text("10:00")


def test_a_provider_who_is_ill_is_a_day_moved_in_one_action_and_moved_back_in_one(clinic: Clinic, open_page: OpenPage) -> None:
    for number, at in enumerate(("08:00", "08:20", "08:40")):
        booked(clinic, at, person=patient(clinic, f"Ill Day {number} (invented)"))
    page = before_the_book(clinic, open_page)
    page.get_by_role("button", name="Provider away").press("Enter")
    rows = page.locator("dialog tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first.locator("select")).to_contain_text("Dr Roy (invented)")
    rows.last.locator("select").select_option("cancel")
    page.get_by_role("button", name="Enter the absence and change 3 visits").press("Enter")
    expect(page.get_by_text("3 visits were changed.")).to_be_visible()
    expect(page.locator(".away")).to_have_count(1)
    expect(page.get_by_role("region", name="Dr Roy (invented)").locator(".booking")).to_have_count(2)
    page.get_by_role("button", name="Undo all of it").press("Enter")
    expect(page.get_by_role("region", name="Dr Lee (invented)").locator(".booking")).to_have_count(3)
    expect(page.locator(".away")).to_have_count(0)


def test_what_is_to_be_done_stays_until_it_is_done(clinic: Clinic, open_page: OpenPage) -> None:
    person = patient(clinic, "Fay Follow (invented)")
    visit = clinic.api.walk_in(person=person, queue="A").json()["visit"]
    due = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    clinic.api.step(visit, "disposition", disposition="urgent", follow_up_due_at=due)
    clinic.api.step(visit, "check-out")
    page = before_the_book(clinic, open_page)
    press(page, "4")
    follow_ups = page.locator("section", has=page.get_by_role("heading", name="Follow-ups"))
    expect(follow_ups).to_contain_text("Fay Follow (invented)")
    follow_ups.get_by_role("button", name="Done: Fay Follow (invented)").press("Enter")
    expect(follow_ups).to_contain_text("No follow-up is due.")


def test_who_comes_on_the_next_open_day_is_rung_up_from_a_list(clinic: Clinic, open_page: OpenPage) -> None:
    booked(clinic, "09:20", person=patient(clinic, "Later Lee (invented)"))
    visit = booked(clinic, "08:00", "dr-roy", person=patient(clinic, "Early Eve (invented)", phone="202 555 0177"))
    page = before_the_book(clinic, open_page)
    press(page, "t", "3")
    expect(page.locator(".days h2")).to_contain_text(str(TOMORROW.day))
    expect(page.locator(".list tbody th .who")).to_have_text(["Early Eve (invented)", "Later Lee (invented)"])
    expect(page.get_by_text("Will come: 0 of 2")).to_be_visible()
    page.get_by_role("button", name="Telephone: Early Eve (invented)").press("Enter")
    expect(page.locator(".list")).to_contain_text("+12025550177")
    page.get_by_role("button", name="Will come: Early Eve (invented)").press("Enter")
    expect(page.get_by_text("Will come: 1 of 2")).to_be_visible()
    assert clinic.api.visits()[visit]["confirmed"]
    press(page, "ArrowRight")
    expect(page.get_by_text("Nobody is booked on this day.")).to_be_visible()


def test_a_day_without_hours_is_passed_over_on_the_way_to_the_list(clinic: Clinic, open_page: OpenPage) -> None:
    closed = [one for one in HOURS if one["weekday"] != TOMORROW.weekday()]
    clinic.api.open(**{**PROFILE, "providers": PROVIDERS, "hours": closed})
    page = before_the_book(clinic, open_page)
    press(page, "t", "3")
    expect(page.locator(".days h2")).to_contain_text(str((TOMORROW + timedelta(days=1)).day))


def test_a_file_is_checked_before_it_is_booked_and_its_bad_row_is_named(clinic: Clinic, open_page: OpenPage) -> None:
    page = before_the_book(clinic, open_page)
    page.get_by_role("button", name="Files").press("Enter")
    rows = [
        "name,date,time,provider",
        f"Carl Column (invented),{TOMORROW},08:00,dr-lee",
        "Dana Daft (invented),2026-02-30,09:00,dr-lee",
    ]
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "old.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    page.get_by_role("button", name="Check the file").press("Enter")
    expect(page.get_by_role("status").get_by_text("can be booked: 1")).to_contain_text("not taken: 1")
    expect(page.locator(".rows tbody tr")).to_contain_text("date")
    expect(page.locator(".rows tbody tr th")).to_have_text("3")
    expect(booking(page, "Dr Lee (invented)", "Carl Column")).to_have_count(0)
    page.get_by_role("button", name="Book them (1)").press("Enter")
    expect(page.get_by_role("status").get_by_text("booked: 1")).to_be_visible()
    press(page, "Escape")
    expect(booking(page, "Dr Lee (invented)", "Carl Column")).to_contain_text("08:00")


def test_the_book_is_given_out_as_a_table_without_a_name(clinic: Clinic, open_page: OpenPage) -> None:
    visit = booked(clinic, "08:00", person=patient(clinic, "Nowhere Named (invented)"))
    page = before_the_book(clinic, open_page)
    page.get_by_role("button", name="Files").press("Enter")
    with page.expect_download() as coming:
        page.get_by_role("link", name="As a table (CSV)").press("Enter")
    table = coming.value.path().read_text(encoding="utf-8")
    assert visit in table
    assert "Named" not in table


def test_clinical_staff_read_the_book_and_change_nothing(clinic: Clinic, open_page: OpenPage) -> None:
    visit = booked(clinic, "08:00", person=patient(clinic, "Read Only (invented)"))
    page = open_page(viewport={"width": 1366, "height": 900})
    clinic.sign_in(page, "cleo", "clinical")
    page.goto(f"{clinic.stack.around.url('checkin')}/book/{clinic.site}")
    expect(page.locator(".grid")).to_be_visible()
    press(page, "ArrowRight")
    expect(page.get_by_role("button", name="New booking")).to_have_count(0)
    page.locator(f"#booking-{visit}").press("Enter")
    expect(page.locator("dialog[open]")).to_contain_text("Read Only (invented)")
    expect(page.get_by_role("button", name="New time")).to_have_count(0)

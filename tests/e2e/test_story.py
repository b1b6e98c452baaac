"""One visit from the telephone call to the bill, by keyboard alone, on the whole stack and with a billing system that verifies."""

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from schemas.deliveries import DeliveryState
from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press, row, tab_to
from tests.integration.billing_receiver import Got, Receiver
from tests.waiting import wait_until

PROFILE: dict[str, Any] = {
    "rooms": [{"id": "r1", "name": "Room 1"}, {"id": "theatre", "name": "Theatre", "equipment": ["light"]}],
    "service_points": [{"id": "lab", "name": "Laboratory"}],
    "queues": {"A": "Waiting"},
    "visit_types": [{"code": "surgery", "name": "Surgery", "minutes": 30, "equipment": ["light"]}],
    "checklist": [{"id": "consent", "name": "Consent", "visit_types": ["surgery"], "blocks": True}],
    "dispositions": [{"code": "come-back", "name": "Come back"}],
}
KNOWN = {
    "name": "Sara Story (invented)", "born": "1971-04-05", "phone": "202 555 0188", "payer": "Example Health (invented)",
    "member_number": "M-4711-invented",
}  # fmt: skip
FOLLOWS = {
    "follow-up": "12312099", "referral": "Example Eye Clinic (invented)", "diagnoses": "H25.9, Z98.41", "procedures": "66984-RT",
}  # fmt: skip
_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    with closing(Clinic(stack, f"story-{next(_sites)}", open_page, **PROFILE)) as clinic:
        yield clinic


@pytest.fixture
def bills(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A billing system, which the stack's billing is told of for as long as the test lasts."""
    key = stack.folder.path / "secrets" / "billing-webhook-1.key"
    key.write_bytes(bytes(range(32)))
    with Receiver(key.read_bytes()).listening() as receiver:
        monkeypatch.setenv("CLINICFLOW_BILLING_URL", f"http://127.0.0.1:{receiver.port}/visits")
        _restart_billing(stack)
        yield receiver
        monkeypatch.undo()
        _restart_billing(stack)


def _restart_billing(stack: Stack) -> None:
    stack.stop_part("billing")
    stack.start_part("billing")


def open_book(clinic: Clinic, page: Page) -> None:
    page.goto(f"{clinic.stack.around.url('checkin')}/book/{clinic.site}")
    expect(page.locator(".grid")).to_be_visible()


def go(page: Page, wanted: Locator) -> None:
    """To a button or field by the Tab key, and press it."""
    tab_to(page, wanted)
    press(page, "Enter")


def test_from_the_call_to_the_bill_by_keyboard(clinic: Clinic, bills: Receiver) -> None:
    person = clinic.api.send("POST", "people", KNOWN).json()["person"]
    page = clinic.console("ann")
    visit = rings_up(clinic, page, person)
    ticket = comes_without_the_form(clinic, page)
    is_taken_where_the_light_is(page, ticket)
    goes_to_the_laboratory_and_back(page, ticket)
    is_seen_and_leaves(page, ticket)
    follows_her(clinic, page)
    wait_until(lambda: (visit, "visit.completed") in bills.told())
    (bill,) = [got for got in bills.got if got.visit == visit]
    says_what_a_bill_needs(bill, person)
    assert clinic.api.client.get(f"/v1/sites/{clinic.site}/deliveries").json()["deliveries"][0]["state"] == DeliveryState.SENT


def rings_up(clinic: Clinic, page: Page, person: str) -> str:
    """Her name is found, nothing of her is typed again, and she takes the first free time; the visit."""
    open_book(clinic, page)
    press(page, "n")
    page.keyboard.type("sara st")
    expect(page.get_by_role("option", name="Sara Story (invented)")).to_contain_text("1971-04-05")
    press(page, "ArrowDown", "Enter")
    expect(page.locator(".chosen")).to_contain_text("Sara Story (invented)")
    tab_to(page, page.get_by_label("Kind of visit"))
    page.keyboard.type("Surg")
    expect(page.locator(".slots label").first).to_be_visible()
    go(page, page.get_by_role("button", name="Book", exact=True))
    expect(page.get_by_role("status").filter(has_text="Booked")).to_be_visible()
    ((visit, booked),) = clinic.api.visits().items()
    assert (booked["stage"], booked["person"], booked["visit_type"]) == ("expected", person, "surgery")
    return visit


def comes_without_the_form(clinic: Clinic, page: Page) -> str:
    """She is checked in, and what is missing is said; her ticket."""
    clinic.open_console(page)
    press(page, "1", "ArrowDown", "Enter")
    expect(page.get_by_role("status").filter(has_text="checked in")).to_be_visible()
    press(page, "3")
    waiting = page.locator("tbody tr")
    expect(waiting).to_contain_text("Sara Story (invented)")
    expect(waiting.locator(".lacking")).to_have_text("Consent")
    return waiting.locator(".ticket").inner_text()


def is_taken_where_the_light_is(page: Page, ticket: str) -> None:
    """The other room is not offered when she is called; the form is signed at the desk before she goes in."""
    press(page, "ArrowDown", "Enter")
    expect(page.locator(".choices button b")).to_have_text(["Theatre", "The desk"])
    press(page, "1")
    expect(row(page, ticket)).to_contain_text("called")
    press(page, "Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Missing: Consent")
    go(page, page.get_by_role("button", name="It is here now; go on"))
    press(page, "4")
    expect(row(page, ticket)).to_contain_text("Theatre")


def goes_to_the_laboratory_and_back(page: Page, ticket: str) -> None:
    press(page, "ArrowDown", "ArrowRight")
    go(page, page.get_by_role("button", name="Move", exact=True))
    expect(page.locator(".choices button").last).to_contain_text("Laboratory")
    go(page, page.locator(".choices button").last)
    expect(row(page, ticket)).to_contain_text("Laboratory")
    press(page, "ArrowDown", "Enter")
    expect(row(page, ticket)).to_contain_text("in room")


def is_seen_and_leaves(page: Page, ticket: str) -> None:
    """With a day by which she comes again, to whom she is sent on, and the codes for the bill."""
    press(page, "ArrowDown", "Enter", "5")
    expect(row(page, ticket)).to_be_visible()
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_role("radio", name="Come back")).to_be_focused()
    press(page, "Space")
    for field, typed in FOLLOWS.items():
        tab_to(page, page.locator(f"#{field}"))
        page.keyboard.type(typed)
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text=f"{ticket}: checked out")).to_be_visible()


def follows_her(clinic: Clinic, page: Page) -> None:
    """What is still to be done about her stands in the book until it is done."""
    open_book(clinic, page)
    press(page, "4")
    for kind in ("Follow-ups", "Referrals"):
        section = page.locator("section", has=page.get_by_role("heading", name=kind))
        expect(section).to_contain_text("Sara Story (invented)")


def says_what_a_bill_needs(bill: Got, person: str) -> None:
    """And nothing else of who she is."""
    said = bill.said["data"]
    assert said["codes"] == {"diagnoses": ["H25.9", "Z98.41"], "procedures": ["66984-RT"]}
    assert (said["person"], said["payer"], said["member_number"]) == (person, KNOWN["payer"], KNOWN["member_number"])
    assert (said["visit_type"], said["disposition"], said["checklist"]) == ("surgery", "come-back", {"consent": "done"})
    times = [said[f"{step}_at"] for step in ("checked_in", "roomed", "provider_seen", "checked_out", "completed")]
    assert times == sorted(times)
    assert said["service_seconds"] >= 0
    assert not [word for word in ("Sara", "1971-04-05", "5550188", "Eye Clinic") if word in json.dumps(said)]

"""The checklist at the desk: what is for this kind of visit, by when, who said so, and the notes that only the vault holds."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic
from tests.waiting import wait_until

PROFILE = {
    "timezone": "UTC",
    "visit_types": [{"code": "surgery", "name": "Surgery", "minutes": 30}, {"code": "check-up", "name": "Check-up", "minutes": 15}],
    "checklist": [
        {"id": "consent", "name": "Consent", "visit_types": ["surgery"], "due_days": 1, "blocks": True},
        {"id": "lab", "name": "Laboratory results", "visit_types": ["surgery"], "due_days": 3},
        {"id": "insurance", "name": "Insurance"},
        {"id": "vaccines", "name": "Vaccination card", "visit_types": ["check-up"]},
    ],
}
NOTE = "Card 4711 of her husband (invented)"
_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    with closing(Clinic(stack, f"list-{next(_sites)}", open_page, **PROFILE)) as clinic:
        yield clinic


def somebody(clinic: Clinic) -> str:
    return str(clinic.api.send("POST", "people", {"name": "Carla Check (invented)"}).json()["person"])


def arrived(clinic: Clinic, **more: str) -> str:
    """Somebody who is here for surgery; their visit."""
    return str(clinic.api.walk_in(visit_type="surgery", **more).json()["visit"])


def open_visit(page: Page, visit: str) -> None:
    page.goto(f"{page.url}#visit={visit}")
    expect(page.locator(".checklist li").first).to_be_visible()


def item(page: Page, name: str) -> Locator:
    return page.locator(".checklist li", has=page.get_by_role("checkbox", name=name))


def states(clinic: Clinic, visit: str) -> dict[str, Any]:
    found: dict[str, Any] = clinic.api.visits()[visit]["checklist"]
    return found


def test_only_what_is_for_this_kind_of_visit_is_asked_for_and_what_stops_a_patient_is_said(clinic: Clinic) -> None:
    visit = arrived(clinic)
    page = clinic.console("anna")
    open_visit(page, visit)
    expect(page.locator(".checklist label")).to_have_text(["Consent", "Laboratory results", "Insurance"])
    expect(item(page, "Consent")).to_contain_text("missing · needed before the patient goes in · needed now")
    expect(item(page, "Insurance")).not_to_contain_text("before the patient goes in")


def test_an_item_is_asked_for_there_or_not_needed_and_who_said_so_stands_beside_it(clinic: Clinic) -> None:
    visit = arrived(clinic)
    page = clinic.console("anna")
    open_visit(page, visit)
    page.get_by_role("button", name="Asked for: Laboratory results").press("Enter")
    expect(item(page, "Laboratory results")).to_contain_text(f"asked for · needed now · said by user:anna-{clinic.site}")
    page.get_by_role("button", name="Not needed: Insurance").press("Enter")
    expect(page.get_by_role("button", name="Not needed: Insurance", pressed=True)).to_be_visible()
    page.get_by_role("checkbox", name="Consent").press("Space")
    expect(item(page, "Consent")).to_contain_text("here")
    wait_until(lambda: states(clinic, visit) == {"lab": "requested", "insurance": "waived", "consent": "done"})
    page.get_by_role("button", name="Not needed: Insurance").press("Enter")
    wait_until(lambda: states(clinic, visit)["insurance"] == "missing")


def test_by_when_something_should_be_there_is_said_in_the_clinics_days(clinic: Clinic) -> None:
    at = datetime.now(UTC) + timedelta(hours=30)
    visit = str(clinic.api.send("POST", "visits", {"scheduled_at": at.isoformat(), "visit_type": "surgery"}).json()["visit"])
    page = clinic.console("anna")
    open_visit(page, visit)
    expect(item(page, "Laboratory results")).to_contain_text(f"overdue since {at - timedelta(days=3):%A}")
    expect(item(page, "Consent")).to_contain_text(f"before the visit, by {at - timedelta(days=1):%A}")
    expect(item(page, "Insurance")).to_contain_text("by check-in")


def test_a_note_is_kept_with_the_patient_and_the_visit_only_says_where(clinic: Clinic) -> None:
    person = somebody(clinic)
    visit = arrived(clinic, person=person)
    page = clinic.console("anna")
    open_visit(page, visit)
    page.get_by_role("button", name="Note…: Insurance").press("Enter")
    page.get_by_label("Insurance: number or note").fill(NOTE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Read the note…: Insurance")).to_be_visible()
    history = clinic.api.client.get(f"/v1/sites/{clinic.site}/visits/{visit}/history").json()["steps"]
    reference = history[-1]["said"]["reference"]
    assert history[-1]["said"] == {"item": "insurance", "state": "missing", "reference": reference}
    known = clinic.api.client.get(f"/v1/sites/{clinic.site}/people/{person}").json()
    assert known["notes"] == {reference: NOTE}
    page.get_by_role("checkbox", name="Insurance").press("Space")
    expect(item(page, "Insurance")).to_contain_text("here")
    page.get_by_role("button", name="Read the note…: Insurance").press("Enter")
    expect(page.get_by_label("Insurance: number or note")).to_have_value(NOTE)


def test_without_a_patient_there_is_nowhere_to_keep_a_note(clinic: Clinic) -> None:
    visit = arrived(clinic)
    page = clinic.console("anna")
    open_visit(page, visit)
    page.get_by_role("button", name="Note…: Insurance").press("Enter")
    expect(page.get_by_text("Nobody said yet who this patient is.")).to_be_visible()


def test_clinical_staff_see_where_things_stand_and_change_nothing(clinic: Clinic) -> None:
    visit = arrived(clinic)
    page = clinic.console("cleo", "clinical")
    open_visit(page, visit)
    expect(item(page, "Consent")).to_contain_text("missing")
    expect(page.get_by_role("checkbox", name="Consent")).to_be_disabled()
    expect(page.get_by_role("button", name="Asked for: Consent")).to_have_count(0)

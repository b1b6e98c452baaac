"""From the waiting room to the bill, by keyboard: a form that is missing, a room that fits, the laboratory and back, what follows."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press, row, tab
from tests.waiting import wait_until

PROFILE = {
    "rooms": [{"id": "r1", "name": "Room 1"}, {"id": "theatre", "name": "Theatre", "equipment": ["light"]}],
    "service_points": [{"id": "lab", "name": "Laboratory"}],
    "queues": {"A": "Waiting"},
    "visit_types": [{"code": "surgery", "name": "Surgery", "minutes": 30, "equipment": ["light"]}],
    "checklist": [
        {"id": "consent", "name": "Consent", "visit_types": ["surgery"], "blocks": True},
        {"id": "insurance", "name": "Insurance", "visit_types": ["check-up"]},
    ],
    "dispositions": [{"code": "come-back", "name": "Come back"}],
    "codes": ["check-up"],
}
_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    with closing(Clinic(stack, f"checkout-{next(_sites)}", open_page, **PROFILE)) as clinic:
        yield clinic


def arrived(clinic: Clinic) -> tuple[str, str, str]:
    """Somebody who came for surgery, without their consent: person, visit and ticket."""
    person = clinic.api.send("POST", "people", {"name": "Olga Op (invented)"}).json()["person"]
    here = clinic.api.walk_in(person=person, visit_type="surgery").json()
    return person, here["visit"], here["ticket"]


def take_in(page: Page, ticket: str) -> None:
    """Begin to take the patient of a ticket to the first room that is offered."""
    tab(page, "Waiting").click()
    row(page, ticket).get_by_role("button", name=f"Open {ticket}").press("Enter")
    page.get_by_role("button", name="Take to a room").press("Enter")


def test_only_a_room_that_has_what_is_needed_is_offered_and_a_missing_form_is_asked_about(
    clinic: Clinic, open_page: OpenPage
) -> None:
    _, visit, ticket = arrived(clinic)
    page = clinic.console("ann")
    expect(row(page, ticket).locator(".lacking")).to_have_text("Consent")
    take_in(page, ticket)
    expect(page.locator(".choices button")).to_have_count(1)
    press(page, "Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Missing: Consent")
    page.get_by_role("button", name="It is here now; go on").press("Enter")
    tab(page, "In room").click()
    expect(row(page, ticket)).to_contain_text("Theatre")
    assert clinic.api.visits()[visit]["checklist"] == {"consent": "done"}


def test_without_the_form_a_patient_goes_in_for_a_reason(clinic: Clinic, open_page: OpenPage) -> None:
    _, visit, ticket = arrived(clinic)
    page = clinic.console("ann")
    take_in(page, ticket)
    press(page, "Enter")
    page.get_by_label("Or go on without it, because").select_option("clinician-decides")
    page.get_by_role("button", name="Go on without it").press("Enter")
    wait_until(lambda: clinic.api.visits()[visit]["stage"] == "in_room")


def test_to_the_laboratory_and_back_and_out_with_what_follows(clinic: Clinic, open_page: OpenPage) -> None:
    person, visit, ticket = arrived(clinic)
    clinic.api.step(visit, "room", room="theatre", override="urgent")
    page = clinic.console("ann")
    tab(page, "In room").click()
    row(page, ticket).get_by_role("button", name=f"Open {ticket}").press("Enter")
    page.get_by_role("button", name="Move").press("Enter")
    page.get_by_role("button", name="Laboratory").press("Enter")
    expect(row(page, ticket)).to_contain_text("Laboratory")
    row(page, ticket).get_by_role("button", name=f"Open {ticket}").press("Enter")
    page.get_by_role("button", name="Take to a room").press("Enter")
    press(page, "Enter")
    expect(row(page, ticket)).to_contain_text("Theatre")
    row(page, ticket).focus()
    press(page, "Enter")
    tab(page, "With provider").click()
    row(page, ticket).focus()
    press(page, "Enter")
    page.get_by_label("What follows").select_option("come-back")
    page.get_by_label("Follow-up").select_option("14")
    page.get_by_label("Referred to, and for what").fill("Eye clinic, for a second look (invented)")
    page.get_by_label("Diagnoses (ICD-10-CM)").fill("Z00.00 nonsense")
    press(page, "Enter")
    expect(page.get_by_role("alert").get_by_text("One of the codes can")).to_be_visible()
    page.get_by_label("Diagnoses (ICD-10-CM)").fill("Z00.00")
    page.get_by_label("Procedures (CPT)").fill("99213")
    press(page, "Enter")
    tab(page, "Done").click()
    expect(row(page, ticket)).to_be_visible()
    gone = clinic.api.visits()[visit]
    assert gone["stage"] == "departed"
    assert gone["service_seconds"] >= 0
    assert gone["completed_ms"]
    known = clinic.api.client.get(f"/v1/sites/{clinic.site}/people/{person}").json()
    assert list(known["notes"].values()) == ["Eye clinic, for a second look (invented)"]
    assert list(known["codes"].values()) == [{"diagnoses": ["Z00.00"], "procedures": ["99213"]}]

"""From the waiting room to the bill, by keyboard: a form that is missing, a room that fits, the laboratory and back, what follows."""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import PROFILE, Clinic, press, row, tab
from tests.waiting import wait_until

CLINIC: dict[str, Any] = {
    **PROFILE,
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
    with closing(Clinic(stack, f"checkout-{next(_sites)}", open_page, **CLINIC)) as clinic:
        yield clinic


def arrived(clinic: Clinic, **more: str) -> tuple[str, str, str]:
    """Somebody who came for surgery, without their consent: person, visit and ticket."""
    person = clinic.api.send("POST", "people", {"name": "Olga Op (invented)", **more}).json()["person"]
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


def test_without_the_form_a_patient_goes_in_for_a_reason_that_somebody_chose(clinic: Clinic, open_page: OpenPage) -> None:
    _, visit, ticket = arrived(clinic)
    page = clinic.console("ann")
    take_in(page, ticket)
    press(page, "Enter")
    expect(page.get_by_role("radio", name="It comes later")).to_be_focused()
    press(page, "Enter")  # no reason was chosen yet: nothing is sent
    page.get_by_role("radio", name="The clinician decides so").check()
    press(page, "Enter")
    wait_until(lambda: clinic.api.visits()[visit]["stage"] == "in_room")
    assert said(clinic, visit, "roomed") == [{"room": "theatre", "override": "clinician-decides"}]


def test_in_the_corridor_a_reason_is_given_by_tap_and_who_fits_no_room_is_said(clinic: Clinic, open_page: OpenPage) -> None:
    _, _, ticket = arrived(clinic)
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    clinic.sign_in(page, "cleo", "clinical")
    page.goto(f"{clinic.stack.around.url('checkin')}/corridor/{clinic.site}")
    rooms = page.locator("li.room")
    expect(rooms.filter(has_text="Theatre")).to_contain_text(ticket)
    expect(rooms.filter(has_text="Room 1")).not_to_contain_text(ticket)
    rooms.filter(has_text="Theatre").get_by_role("button", name=f"{ticket} is in the room").tap()
    expect(page.get_by_role("dialog")).to_contain_text("Missing: Consent")
    expect(page.get_by_role("button", name="It is here now; go on")).to_have_count(0)
    page.get_by_role("radio", name="It is urgent").tap()
    page.get_by_role("button", name="Go on without it").tap()
    expect(rooms.filter(has_text="Theatre")).to_contain_text("Occupied")
    clinic.api.open(**{**CLINIC, "rooms": [{"id": "theatre", "name": "Theatre"}]})
    other = clinic.api.walk_in(visit_type="surgery").json()
    expect(page.get_by_text(f"{other['ticket']} No room has what this visit needs.")).to_be_visible()


def test_to_the_laboratory_and_back_in_one_step_each(clinic: Clinic, open_page: OpenPage) -> None:
    _, visit, ticket = arrived(clinic)
    clinic.api.step(visit, "room", room="theatre", override="urgent")
    page = clinic.console("ann")
    tab(page, "In room").click()
    row(page, ticket).get_by_role("button", name=f"Open {ticket}").press("Enter")
    page.get_by_role("button", name="Move").press("Enter")
    expect(page.locator(".choices button")).to_have_text([re.compile("Theatre"), re.compile("Laboratory")])
    page.get_by_role("button", name="Laboratory").press("Enter")
    expect(row(page, ticket)).to_contain_text(re.compile(r"Laboratory for \d min"))
    row(page, ticket).focus()
    expect(row(page, ticket).get_by_role("button", name="Back to Theatre")).to_be_visible()
    press(page, "Enter")
    expect(row(page, ticket)).to_contain_text("in room")
    wait_until(lambda: clinic.api.visits()[visit]["stage"] == "in_room")
    assert clinic.api.visits()[visit]["service_seconds"] >= 0


def with_provider(clinic: Clinic, **more: str) -> tuple[str, str, str]:
    """Somebody who is ready to leave: person, visit and ticket."""
    person, visit, ticket = arrived(clinic, **more)
    clinic.api.step(visit, "room", room="theatre", override="urgent")
    clinic.api.step(visit, "provider-seen")
    return person, visit, ticket


def leave(page: Page, ticket: str) -> None:
    """Begin to check the patient of a ticket out, by keyboard."""
    tab(page, "With provider").click()
    row(page, ticket).focus()
    press(page, "Enter")
    expect(page.get_by_role("radio", name="Come back")).to_be_focused()


def said(clinic: Clinic, visit: str, step: str) -> list[dict[str, Any]]:
    """What was said in each step of this kind that stands, in order."""
    history = clinic.api.client.get(f"/v1/sites/{clinic.site}/visits/{visit}/history").json()["steps"]
    return [one["said"] for one in history if one["step"] == step and not one["undone_by"]]


def known_of(clinic: Clinic, person: str) -> dict[str, Any]:
    known: dict[str, Any] = clinic.api.client.get(f"/v1/sites/{clinic.site}/people/{person}").json()
    return known


def test_enter_checks_out_and_nothing_is_decided_for_anybody(clinic: Clinic) -> None:
    _, visit, ticket = with_provider(clinic)
    page = clinic.console("ann")
    leave(page, ticket)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text=f"{ticket}: checked out")).to_be_visible()
    gone = clinic.api.visits()[visit]
    assert gone["stage"] == "departed"
    assert gone["completed_ms"]
    assert said(clinic, visit, "disposition-recorded") == said(clinic, visit, "referred") == []


def test_what_follows_is_recorded_part_by_part_and_what_failed_is_sent_again_alone(clinic: Clinic) -> None:
    person, visit, ticket = with_provider(clinic)
    page = clinic.console("ann")
    leave(page, ticket)
    page.get_by_role("radio", name="Come back").check()
    page.get_by_label("Follow-up by").fill("2099-03-02")
    page.get_by_label("Referred to, and for what").fill("Eye clinic, for a second look (invented)")
    page.get_by_label("Diagnoses (ICD-10-CM)").fill("Z00.00, nonsense E11.9")
    page.get_by_label("Procedures (CPT)").fill("99213 93000")
    press(page, "Enter")
    alert = page.get_by_role("alert").filter(has_text="Not recorded yet: codes for billing. One of the codes can")
    expect(alert).to_contain_text("Recorded: what follows, to whom the patient is referred, the referral, checkout")
    expect(page.get_by_text("Please check these, counted from the first: 2")).to_be_visible()
    page.get_by_label("Diagnoses (ICD-10-CM)").fill("Z00.00, E11.9")
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.get_by_role("status").filter(has_text=f"{ticket}: checked out")).to_be_visible()
    (follows,), (referral,), (out,), (complete,) = (
        said(clinic, visit, step) for step in ("disposition-recorded", "referred", "checked-out", "completed")
    )
    assert follows == {"disposition": "come-back", "follow_up_due_at": "2099-03-02T17:00:00Z"}
    assert (referral["state"], out) == ("sent", {})
    known = known_of(clinic, person)
    assert known["notes"] == {referral["referral"]: "Eye clinic, for a second look (invented)"}
    assert known["codes"] == {complete["reference"]: {"diagnoses": ["Z00.00", "E11.9"], "procedures": ["99213", "93000"]}}


def test_what_may_have_been_recorded_is_sent_again_under_its_key_and_counts_once(clinic: Clinic) -> None:
    _, visit, ticket = with_provider(clinic)
    page = clinic.console("ann")
    keys: list[str | None] = []

    def answer_is_lost(route: Route) -> None:
        keys.append(route.request.header_value("idempotency-key"))
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/disposition", answer_is_lost)
    leave(page, ticket)
    page.get_by_role("radio", name="Come back").check()
    press(page, "Enter")
    expect(page.get_by_role("alert").filter(has_text="Not recorded yet: what follows")).to_be_visible()
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.get_by_role("status").filter(has_text="checked out")).to_be_visible()
    assert keys[0] == keys[1]
    assert len(said(clinic, visit, "disposition-recorded")) == 1


def test_a_checkout_by_mistake_is_undone_with_all_that_it_completed(clinic: Clinic) -> None:
    _, visit, ticket = with_provider(clinic)
    page = clinic.console("ann")
    leave(page, ticket)
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="checked out")).to_be_visible()
    press(page, "z")
    expect(row(page, ticket)).to_contain_text("with provider")
    wait_until(lambda: clinic.api.visits()[visit]["completed_ms"] is None)
    assert clinic.api.visits()[visit]["stage"] == "with_provider"


def test_a_record_that_was_left_open_is_completed_later(clinic: Clinic) -> None:
    person, visit, ticket = with_provider(clinic)
    page = clinic.console("ann")
    leave(page, ticket)
    page.get_by_role("checkbox", name="The record is complete").uncheck()
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="checked out")).to_be_visible()
    assert clinic.api.visits()[visit]["completed_ms"] is None
    tab(page, "Done").click()
    row(page, ticket).get_by_role("button", name=f"Open {ticket}").press("Enter")
    page.get_by_role("button", name="Complete the record").press("Enter")
    page.get_by_label("Diagnoses (ICD-10-CM)").fill("e11.9")
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="record complete")).to_be_visible()
    assert clinic.api.visits()[visit]["completed_ms"]
    assert [one["diagnoses"] for one in known_of(clinic, person)["codes"].values()] == [["E11.9"]]


def test_of_somebody_whom_nobody_knows_nothing_is_written_down_before_it_is_said_who_they_are(clinic: Clinic) -> None:
    here = clinic.api.walk_in(visit_type="surgery").json()
    clinic.api.step(here["visit"], "provider-seen", override="urgent")
    page = clinic.console("ann")
    leave(page, here["ticket"])
    expect(page.get_by_text("Nobody said yet who this patient is.")).to_be_visible()
    expect(page.get_by_label("Diagnoses (ICD-10-CM)")).to_have_count(0)
    press(page, "Enter")
    expect(page.get_by_role("status").filter(has_text="checked out")).to_be_visible()

"""While a patient is here: an emergency goes first and it is on the record why, and whoever needs an interpreter is seen to."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from playwright.sync_api import expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press, row
from tests.waiting import wait_until

_sites = count(1)


@pytest.fixture
def clinic(stack: Stack, open_page: OpenPage) -> Iterator[Clinic]:
    more = {"checklist": [{"id": "interpreter", "name": "Interpreter"}]}
    with closing(Clinic(stack, f"during-{next(_sites)}", open_page, **more)) as clinic:
        yield clinic


def test_an_emergency_goes_first_and_the_record_says_why(clinic: Clinic) -> None:
    first, urgent = (clinic.api.walk_in(queue="A").json() for _ in range(2))
    page = clinic.console("ann")
    expect(page.locator("tbody .ticket")).to_have_text([first["ticket"], urgent["ticket"]])
    row(page, urgent["ticket"]).get_by_role("button", name=f"Open {urgent['ticket']}").press("Enter")
    page.get_by_role("button", name="Priority…").press("Enter")
    expect(page.get_by_role("radio", name="Goes first")).to_be_focused()
    press(page, "Tab")
    page.keyboard.type("In pain")
    press(page, "Tab", "Enter")
    expect(page.locator(".history tbody tr").filter(has_text="In pain")).to_contain_text("user:ann")
    press(page, "Escape")
    expect(page.locator("tbody .ticket")).to_have_text([urgent["ticket"], first["ticket"]])
    expect(row(page, urgent["ticket"])).to_contain_text("Goes first")


def test_who_speaks_another_language_is_marked_and_the_interpreter_was_asked_for(clinic: Clinic) -> None:
    people = [
        clinic.api.send("POST", "people", {"name": f"{name} Test (invented)", "language": language}).json()["person"]
        for name, language in (("Inés", "es"), ("Jane", "en"))
    ]
    spanish, english = (clinic.api.walk_in(person=person, queue="A").json() for person in people)
    page = clinic.console("ann")
    expect(row(page, spanish["ticket"]).locator(".of-name")).to_contain_text("Spanish")
    expect(row(page, english["ticket"]).locator(".of-name")).to_contain_text("Jane Test (invented)")
    expect(row(page, english["ticket"]).locator(".speaks")).to_have_count(0)
    row(page, spanish["ticket"]).get_by_role("button", name=f"Open {spanish['ticket']}").press("Enter")
    expect(page.locator(".where")).to_contain_text("Spanish")
    page.get_by_role("button", name="Asked for: Interpreter").press("Enter")
    wait_until(lambda: clinic.api.visits()[spanish["visit"]].get("checklist") == {"interpreter": "requested"})

"""Staff before the real pages: a clinic on the whole stack, users who sign in by their links, and their consoles."""

import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from services.stack.stack import Stack
from tests.e2e.conftest import OpenPage
from tests.integration.front_desk import FrontDesk

PIN = "493817"
PROFILE: Mapping[str, Any] = {
    "name": "Riverside Clinic (invented)",
    "rooms": [{"id": f"r{number}", "name": f"Room {number}"} for number in (1, 2, 3)],
    "providers": [{"id": "dr-test", "name": "Dr Test (invented)"}],
    "queues": {"A": "With appointment", "B": "Walk-in"},
    "languages": ["en", "es", "ar"],
    "checklist": [{"id": "consent", "name": "Consent"}],
}


class Clinic:
    """One site of a running stack, with its API and its people."""

    def __init__(self, stack: Stack, site: str, open_page: OpenPage, **profile: Any) -> None:
        self.stack, self.site, self._open_page = stack, site, open_page
        self.api = FrontDesk(stack, site).open(**{**PROFILE, **profile})

    def close(self) -> None:
        """Let go of the API."""
        self.api.client.close()

    def link(self, user: str, role: str = "desk") -> str:
        """Add a user, whose name says that they are invented; their one-time link."""
        command = [
            sys.executable, "-m", "services.cli", "user", "add", f"{user}-{self.site}", "--name", f"{user.title()} (invented)", "--role", role,
            "--site", self.site, "--data", str(self.stack.folder.path),
        ]  # fmt: skip
        told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return told.stdout.strip()

    def sign_in(self, page: Page, user: str, role: str = "desk") -> None:
        """Follow a new user's link on this page's browser, and choose a PIN."""
        page.goto(self.link(user, role))
        page.get_by_role("button", name="Sign in on this device").click()
        page.get_by_label("Your PIN").fill(PIN)
        page.get_by_label("Once more").fill(PIN)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(f"Signed in as {user.title()} (invented)")).to_be_visible()

    def console(self, user: str, role: str = "desk", **context: Any) -> Page:
        """Somebody who has just signed in, before the console of the site."""
        page = self._open_page(**{"viewport": {"width": 1366, "height": 900}, **context})
        self.sign_in(page, user, role)
        self.open_console(page)
        return page

    def open_console(self, page: Page) -> None:
        """Open the console where somebody has signed in, and wait until it shows the clinic."""
        page.goto(f"{self.stack.around.url('checkin')}/desk/{self.site}")
        expect(page.get_by_role("tab", name="Waiting")).to_be_visible()


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name)


def row(page: Page, ticket: str) -> Locator:
    return page.locator("tr", has=page.get_by_role("button", name=f"Open {ticket}", exact=True))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def walks_in(page: Page, name: str) -> None:
    """By keyboard alone: N, the name, Enter; Enter again goes on."""
    press(page, "n")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type(name)
    press(page, "Enter")
    expect(page.locator(".slip .ticket")).to_have_text(re.compile(r"^B\d\d$"))
    press(page, "Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def tab_to(page: Page, wanted: Locator) -> None:
    """Go by the Tab key to a button or field."""
    for _ in range(40):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        press(page, "Tab")
    raise AssertionError("the Tab key does not lead there")

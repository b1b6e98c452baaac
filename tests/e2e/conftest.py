"""A real browser, and pages in which nothing may go wrong unseen."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.screens import a_browser


class OpenPage(Protocol):
    """Opens a page of its own, as `Browser.new_context` takes it; what goes wrong in it fails the test."""

    def __call__(self, **context: Any) -> Page: ...


@pytest.fixture(scope="module")  # not longer: while Playwright runs, no other test of the process may run a loop
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages in which any error of their own, and any request to somebody else, fails the test."""
    with ExitStack() as pages:
        yield lambda **context: pages.enter_context(_watched(browser, context))


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page on a television."""
    return open_page(viewport={"width": 1920, "height": 1080})


@contextmanager
def _watched(browser: Browser, options: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(**options)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda request: faults.append(request.url) if "//127.0.0.1:" not in request.url else None)
    yield page
    context.close()
    assert faults == []

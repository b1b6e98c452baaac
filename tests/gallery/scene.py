"""One screen in one state, and how to bring it about."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from playwright.sync_api import Page, expect

SIZES = {"360": (360, 740), "1080p": (1920, 1080), "4k": (3840, 2160), "portrait": (1080, 1920)}
"""Width and height by name, in pixels."""


class Scene(NamedTuple):
    """A page that is opened by `show`, given the language to be shown in, and is looked at once `until` can be seen there."""

    show: Callable[[Page, str], object]
    until: str
    browser: Mapping[str, Any] = {}
    """Options of the browser's context: whose cookies it has, and the like."""
    away: Callable[[], AbstractContextManager[None]] = nullcontext
    """What is taken away once the page is open, and given back afterwards."""
    sizes: Iterable[str] = tuple(SIZES)

    def wait(self, page: Page) -> None:
        """Until it is there."""
        expect(page.locator(self.until).first).to_be_visible(timeout=20_000)

"""What the tests in a real browser share: how it is started, which screens there are, and what to look for on any page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Any of them will do; the first is the same browser without what only a window needs, and several times as fast."""

QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--metrics-recording-only", "--no-default-browser-check",
]  # fmt: skip
SIZES = {
    "1920x1080": (1920, 1080),
    "1080x1920": (1080, 1920),
    "360x740": (360, 740),
    "1280x720": (1280, 720),
    "3840x2160": (3840, 2160),
}
CLIPPED = """() => [...document.querySelectorAll("h1, h2, h3, li, li span, footer p")]
  .filter((node) => node.checkVisibility() && !node.closest(".unseen"))
  .filter((node) => {
    const box = node.getBoundingClientRect();
    const frame = node.closest("section, header, footer").getBoundingClientRect();
    return box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0;
  })
  .map((node) => `${node.tagName} ${node.className} ${node.textContent}`)
"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Chromium."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "Chromium is missing: `make test` installs it, or install your system's package of that name"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def violations(page: Page) -> list[str]:
    """What WCAG 2.2 A and AA find wrong with a page as it is now: the rule, and where."""
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def overflows(page: Page) -> bool:
    """Whether a page is wider than its screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

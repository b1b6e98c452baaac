"""Looks at a scene in a language, at every size, light and dark: what is wrong with it, and a picture."""

import base64
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from tests.e2e.screens import violations
from tests.gallery.scene import SIZES, Scene
from tests.waiting import comes_about

THEMES = ("light", "dark")
SETTLED_SECONDS = 3
NO_PICTURES: Mapping[tuple[str, str], Path] = {}
TALLEST = 4000
"""So much of a page is in its picture at most, in pixels."""

SPILLS = """() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) found.push(`page: ${document.documentElement.scrollWidth} of ${width} px`);
  const nodes = [...document.querySelectorAll("body *")].filter((node) =>
    node.checkVisibility({ visibilityProperty: true }) && !node.closest(".unseen, option, noscript, svg"));
  for (const node of nodes) {
    const texts = [...node.childNodes].filter((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
    if (texts.length === 0) continue;
    const range = document.createRange();
    range.setStartBefore(texts[0]);
    range.setEndAfter(texts.at(-1));
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    for (let around = node; around !== document.body; around = around.parentElement) {
      const { overflowX, overflowY, clipPath, textOverflow } = getComputedStyle(around);
      // An ellipsis says that there is more; where it stands, more must be shown on focus.
      if (["auto", "scroll"].includes(overflowX) || clipPath !== "none" || textOverflow === "ellipsis") break;
      const frame = around.getBoundingClientRect();
      const cutX = overflowX !== "visible" && (box.right > frame.right + 1 || box.left < frame.left - 1);
      const cutY = overflowY !== "visible" && (box.bottom > frame.bottom + 2 || box.top < frame.top - 2);
      if (cutX || cutY) found.push(`cut off: ${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 60)}`);
      if (around.parentElement === document.body && (box.right > width + 1 || box.left < -1))
        found.push(`off the screen: ${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 60)}`);
    }
  }
  return [...new Set(found)];
}
"""


class Look(NamedTuple):
    """What was seen of a scene at one size in one theme."""

    size: str
    theme: str
    violations: list[str]
    spills: list[str]
    content: str


class Eye(NamedTuple):
    """Who looks: with which browser, at which sizes in which themes."""

    browser: Browser
    views: Iterable[tuple[str, str]] = tuple(product(SIZES, THEMES))

    def look(self, scene: Scene, language: str, pictures: Mapping[tuple[str, str], Path] = NO_PICTURES) -> list[Look]:
        """Open a scene once and look at it in every view. `pictures`: by view, where they are kept."""
        page = self.browser.new_context(locale=language, reduced_motion="reduce", **_opened(scene)).new_page()
        try:
            scene.show(page, language)
            with scene.away():
                scene.wait(page)
                views = [view for view in self.views if view[0] in set(scene.sizes)]
                return [self._at(page, scene, view, pictures.get(view)) for view in views]
        finally:
            page.context.close()

    def _at(self, page: Page, scene: Scene, view: tuple[str, str], picture: Path | None) -> Look:
        size, theme = view
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light" if theme == "light" else "dark")
        page.mouse.move(0, 0)
        scene.wait(page)
        spills = _spills(page)
        if picture is not None:
            take(page, picture, size)
        return Look(size, theme, violations(page), spills, page.content())


def _opened(scene: Scene) -> dict[str, Any]:
    return {"viewport": {"width": 1366, "height": 900}, **scene.browser}


def _spills(page: Page) -> list[str]:
    """What goes beyond its place once the page has fitted itself to its size."""
    found: list[str] = []

    def none() -> bool:
        found[:] = page.evaluate(SPILLS)
        return not found

    comes_about(none, SETTLED_SECONDS)
    return found


def take(page: Page, path: Path, size: str) -> None:
    """Keep a picture: of what the screen shows, and on a phone of the whole page."""
    width, height = SIZES[size]
    if size == "360":
        height = min(TALLEST, max(height, page.evaluate("document.documentElement.scrollHeight")))
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {
        "format": "webp", "quality": 60, "captureBeyondViewport": size == "360",
        "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 0.5 if size == "4k" else 1},
    })  # fmt: skip
    session.detach()
    path.write_bytes(base64.b64decode(shot["data"]))

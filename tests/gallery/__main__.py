"""`make screens`: takes every picture anew, looks for what is wrong on every screen, and prints one JSON line of what it found.

What was found is told on stderr as it is found, with the scene, the language, the size and the theme.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from schemas.languages import LANGUAGES
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.board_parts import a_board
from tests.e2e.screens import a_browser
from tests.gallery.looking import Eye, Look
from tests.gallery.patients import Patients
from tests.gallery.scene import Scene
from tests.gallery.staff import Staff
from tests.scanning import planted_found

PICTURES = Path(__file__).parents[2] / "docs" / "screens"
KEPT = {("1080p", "en", "light"), ("360", "ar", "dark")}
"""Of every scene."""
KEPT_OF_EACH_PAGE = KEPT | {("4k", "es", "dark"), ("portrait", "en", "light")}
EACH_PAGE = {
    "wall-busy", "wall-stale", "phone-waiting", "phone-called", "desk-waiting", "desk-visit", "book-day", "corridor", "admin-settings", "sign-in-pages",
}  # fmt: skip
"""One or two of each page, kept at all sizes."""
WALL_KB, PHONE_KB = 60, 15


def main() -> int:
    """Look at everything, in every view of every language; whether nothing was wrong."""
    found: dict[str, float] = {"pages": 0, "violations": 0, "planted_found": 0, "overflows": 0}
    for picture in PICTURES.glob("*.webp"):
        picture.unlink()
    with tempfile.TemporaryDirectory(prefix="clinicflow-screens-") as folder, a_browser() as browser:
        with _patients(Path(folder) / "patients") as patients:
            _look_at(patients.scenes(), browser, found)
            found |= {"wall_kb": round(patients.wall_kb(), 1), "phone_kb": round(patients.phone_kb(), 1)}
        with Stack(StackSettings(data=Path(folder) / "data", ports="free", show_logs=False)) as stack:
            _look_at(Staff(stack, browser).scenes(), browser, found)
            _plant(stack, Path(folder), found)
    sys.stdout.write(json.dumps(found) + "\n")
    too_heavy = found["wall_kb"] > WALL_KB or found["phone_kb"] > PHONE_KB
    return int(too_heavy or any(found[what] for what in ("violations", "planted_found", "overflows")))


def _plant(stack: Stack, folder: Path, found: dict[str, float]) -> None:
    for place in (places := planted_found(stack, "planted", folder)):
        sys.stderr.write(f"planted, and found: {place}\n")
    found["planted_found"] = len(places)


def _look_at(scenes: Mapping[str, Scene], browser: Browser, found: dict[str, float]) -> None:
    eye = Eye(browser)
    for name, scene in scenes.items():
        for language in LANGUAGES:
            for seen in eye.look(scene, language, _pictures(name, language)):
                _count(f"{name} {language}", seen, found)


def _pictures(name: str, language: str) -> dict[tuple[str, str], Path]:
    """By size and theme, where the pictures of a scene in a language are kept."""
    kept = KEPT_OF_EACH_PAGE if name in EACH_PAGE else KEPT
    return {(size, theme): PICTURES / f"{name}.{size}.{spoken}.{theme}.webp" for size, spoken, theme in kept if spoken == language}


def _count(where: str, seen: Look, found: dict[str, float]) -> None:
    found["pages"] += 1
    found["violations"] += len(seen.violations)
    found["overflows"] += len(seen.spills)
    for wrong in (*seen.violations, *seen.spills):
        sys.stderr.write(f"{where} {seen.size} {seen.theme}: {wrong}\n")


@contextmanager
def _patients(folder: Path) -> Iterator[Patients]:
    with a_board(folder) as board, closing(Patients(board)) as patients:
        yield patients


if __name__ == "__main__":
    sys.exit(main())

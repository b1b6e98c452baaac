"""Every screen in every state and language breaks no rule of WCAG 2.2 A and AA, and fits. `make screens` looks at all sizes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from schemas.languages import LANGUAGES
from services.stack.stack import Stack
from tests.board_parts import a_board
from tests.gallery.looking import Eye
from tests.gallery.patients import Patients
from tests.gallery.scene import Scene
from tests.gallery.staff import Staff

VIEWS = {
    "en": [("1080p", "light"), ("1080p", "dark")],
    "es": [("360", "light"), ("portrait", "dark")],
    "ar": [("360", "dark")],
}


@pytest.fixture(scope="module")
def patients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Scene]]:
    with a_board(tmp_path_factory.mktemp("board")) as board:
        patients = Patients(board)
        yield patients.scenes()
        patients.close()


@pytest.fixture(scope="module")
def staff(stack: Stack, browser: Browser) -> Mapping[str, Scene]:
    return Staff(stack, browser).scenes()


def wrong(browser: Browser, scenes: Mapping[str, Scene], part: str, language: str) -> list[str]:
    """What is wrong with a part of the scenes, each in one or two views."""
    eye = Eye(browser, VIEWS[language])
    return [
        f"{name}: {fault}"
        for name, scene in scenes.items()
        if name.startswith(part)
        for seen in eye.look(scene, language)
        for fault in (*seen.violations, *seen.spills)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["wall", "board", "phone"])
def test_what_patients_see_is_accessible_and_fits(
    browser: Browser, patients: Mapping[str, Scene], part: str, language: str
) -> None:
    assert wrong(browser, patients, part, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["desk", "book", "corridor", "admin", "sign-in"])
def test_what_staff_see_is_accessible_and_fits(browser: Browser, staff: Mapping[str, Scene], part: str, language: str) -> None:
    assert wrong(browser, staff, part, language) == []


def test_a_page_that_breaks_a_rule_and_one_that_does_not_fit_are_found(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<html lang="en"><title>x</title><main><h1>x</h1><img src="x.png"><p style="width:9000px">wide</p>'
                    '<div style="width:2rem;overflow:hidden;white-space:nowrap">cut off here</div></main>', "utf-8")  # fmt: skip
    (seen,) = Eye(browser, [("360", "light")]).look(Scene(lambda shown, _: shown.goto(page.as_uri()), "h1"), "en")
    assert [rule.split(":")[0] for rule in seen.violations] == ["image-alt"]
    assert [spill.split(":")[0] for spill in seen.spills] == ["page", "cut off"]

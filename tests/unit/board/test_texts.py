"""Every language says everything that the pages say."""

import json
import re
from pathlib import Path

import pytest

from services.board.pages import HEADERS, HERE, Pages

TEXTS = {path.stem: json.loads(path.read_text("utf-8")) for path in (HERE / "texts").glob("*.json")}
SOURCES = [*(HERE / "templates").glob("*.html"), HERE / "static" / "wall.js"]
ROOM_STATES = {"free", "free_at_most", "occupied", "cleaning", "out_of_service", "unknown"}


def used() -> set[str]:
    """The keys that templates and the page's module name; the module's are strings that stand in the catalogue's place."""
    said = "\n".join(path.read_text("utf-8") for path in SOURCES)
    return (
        set(re.findall(r"texts\.(\w+)", said)) | set(re.findall(r'\btext\("(\w+)"', said))
        | set(re.findall(r'"((?:wait|calling)_\w+)"', said)) | ROOM_STATES
    )  # fmt: skip


def holes(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_a_language_has_every_text_that_is_used_and_no_other(language: str) -> None:
    assert set(TEXTS[language]) == used()


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_a_text_has_the_same_holes_in_every_language(language: str) -> None:
    assert {key: holes(text) for key, text in TEXTS[language].items()} == {key: holes(text) for key, text in TEXTS["en"].items()}


def test_no_text_is_empty_or_left_in_english() -> None:
    assert all(text.strip() for texts in TEXTS.values() for text in texts.values())
    same = {key for key, text in TEXTS["es"].items() if text == TEXTS["en"][key]}
    assert same == {"dir", "wait_minutes", "wait_hours"}


def test_the_shell_holds_no_inline_script_or_style_and_names_nobody_else() -> None:
    shell = Pages().wall("maple", "en", "dark")
    assert [tag for tag in re.findall(r"<script[^>]*>", shell) if "src=" not in tag and "application/json" not in tag] == []
    assert not re.search(r"<style|\sstyle=|\son\w+=|https?://", shell)
    assert "unsafe" not in HEADERS["content-security-policy"]


def test_another_content_has_another_version(tmp_path: Path) -> None:
    for part in ("texts", "static", "templates"):
        (tmp_path / part).mkdir()
    (tmp_path / "static" / "wall.css").write_text("a{}")
    first = Pages(tmp_path).version
    (tmp_path / "static" / "wall.css").write_text("b{}")
    assert Pages(tmp_path).version != first


def test_the_wall_stays_small_on_the_wire() -> None:
    pages = Pages()
    assert sum(map(len, pages.static.values())) + len(pages.wall("maple", "es", "dark").encode()) < 60_000

"""The wall's page is small, asks nobody else for anything, and changes its address with its content."""

import hashlib
import re
from pathlib import Path

from services.board.pages import FOLDER
from services.runtime.web.pages import SHARED, Pages
from services.runtime.web.serving import safety_headers


def the_wall(pages: Pages, language: str = "en") -> str:
    return pages.render("wall.html", language, site="maple", area=None, theme="dark")


def test_the_shell_holds_no_inline_script_or_style_and_names_nobody_else() -> None:
    shell = the_wall(Pages(FOLDER))
    assert [tag for tag in re.findall(r"<script[^>]*>", shell) if "src=" not in tag and "application/json" not in tag] == []
    assert not re.search(r"<style|\sstyle=|\son\w+=|https?://", shell)
    assert "unsafe" not in safety_headers()["content-security-policy"]


def test_another_content_has_another_version(tmp_path: Path) -> None:
    for part in ("texts", "static", "templates"):
        (tmp_path / part).mkdir()
    (tmp_path / "static" / "wall.css").write_text("a{}")
    first = Pages(tmp_path).version
    (tmp_path / "static" / "wall.css").write_text("b{}")
    assert Pages(tmp_path).version != first


def test_an_arabic_wall_is_written_from_right_to_left() -> None:
    assert '<html lang="ar" dir="rtl"' in the_wall(Pages(FOLDER), "ar")


def test_what_is_vendored_is_what_its_readme_says() -> None:
    listed = dict(
        re.findall(r"^\| `([\w.]+)` \|.*\| `([0-9a-f]{64})` \|$", (SHARED / "vendor" / "README.md").read_text(), re.MULTILINE)
    )
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (SHARED / "vendor").glob("*.js")}


def test_dark_is_the_same_whether_the_page_or_the_device_asks_for_it() -> None:
    said = (SHARED / "static" / "tokens.css").read_text()
    asked, preferred = re.findall(r'\[data-theme="(?:dark|auto)"\] {([^}]*)}', said)
    assert asked.split() == preferred.split()

"""The pages: a public, empty shell per wall, its module and its styles, under addresses that change with their content."""

import hashlib
import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.board.domain.language import FALLBACK

HERE = Path(__file__).parent
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""For every answer. The page needs no inline script or style and asks nobody else for anything."""


class Pages:
    """Everything the pages are made of, read once. `version` names exactly this content."""

    def __init__(self, folder: Path = HERE) -> None:
        self.texts: dict[str, dict[str, str]] = {
            path.stem: json.loads(path.read_text("utf-8")) for path in sorted((folder / "texts").glob("*.json"))
        }
        self.static = {path.name: path.read_bytes() for path in sorted((folder / "static").iterdir()) if path.suffix in TYPES}
        digest = hashlib.sha256()
        for path in sorted(path for part in ("static", "templates", "texts") for path in (folder / part).iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        self.version = digest.hexdigest()[:12]
        self._environment = Environment(
            loader=FileSystemLoader(folder / "templates"), autoescape=select_autoescape(["html"]), undefined=StrictUndefined
        )

    def wall(self, site: str, language: str, theme: str) -> str:
        """Return the shell of a wall, which says nothing of the clinic."""
        return self._page("wall.html", site=site, language=language, theme=theme, texts=self.texts[language])

    def about(self) -> str:
        """Return the page at /."""
        return self._page("about.html", language=FALLBACK, texts=self.texts[FALLBACK])

    def _page(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(version=self.version, **values)

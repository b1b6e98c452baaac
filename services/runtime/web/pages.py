"""A service's pages: templates, texts by language, and static files under addresses that change with their content.

A service keeps them in the folders `static`, `templates` and `texts` beside its code; what all services share stands here.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from schemas.languages import RIGHT_TO_LEFT

SHARED = Path(__file__).parent
TYPES = {
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
    ".mp3": "audio/mpeg", ".webmanifest": "application/manifest+json",
}  # fmt: skip
_PACKED = (".js", ".css", ".svg", ".webmanifest")


@dataclass(frozen=True)
class StaticFile:
    """A file as it is sent: as it is, and gzipped where that helps."""

    media_type: str
    plain: bytes
    packed: bytes | None


class Pages:
    """Everything a service's pages are made of, read once. `version` names exactly this content."""

    def __init__(self, folder: Path) -> None:
        self.texts: dict[str, dict[str, str]] = {
            path.stem: json.loads(path.read_text("utf-8")) for path in sorted((folder / "texts").glob("*.json"))
        }
        self.static = dict(_static(SHARED / "vendor")) | dict(_static(SHARED / "static")) | dict(_static(folder / "static"))
        self.version = _digest([SHARED, folder])
        self._environment = Environment(
            loader=FileSystemLoader([folder / "templates", SHARED / "templates"]),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, language: str, **values: object) -> str:
        """Return a page in a language; the template finds `texts`, `language`, `direction` and `version` besides `values`."""
        return self._environment.get_template(template).render(
            texts=self.texts[language],
            language=language,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            version=self.version,
            **values,
        )


def _static(folder: Path) -> Iterator[tuple[str, StaticFile]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES:
            plain = path.read_bytes()
            packed = gzip.compress(plain, 9, mtime=0) if path.suffix in _PACKED else None
            yield path.relative_to(folder).as_posix(), StaticFile(TYPES[path.suffix], plain, packed)


def _digest(folders: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for part in (folder / part for folder in folders for part in ("vendor", "static", "templates", "texts")):
        for path in sorted(path for path in part.rglob("*") if path.is_file()):
            digest.update(path.relative_to(part).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]

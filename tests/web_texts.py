"""What the pages of a service say, and where they say it: for the tests that every language is complete."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from services.runtime.web.pages import SHARED

Catalogue = Mapping[str, Mapping[str, str]]


def catalogues(folder: Path) -> dict[str, Catalogue]:
    """By language, the texts of a service by section."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((folder / "texts").glob("*.json"))}


def sources(folder: Path, section: str) -> str:
    """All that may use the texts of a section: the templates that name it, and the modules in the folder of its name."""
    templates = [path.read_text("utf-8") for path in (folder / "templates").glob("*.html")]
    modules = [path.read_text("utf-8") for path in (folder / "static" / section).rglob("*.js")]
    shared = [path.read_text("utf-8") for path in (SHARED / "static").glob("*.js")] if modules else []
    return "\n".join([*(text for text in templates if f"texts.{section} " in text), *modules, *shared])


def missing(catalogue: Mapping[str, str], source: str) -> set[str]:
    """Keys that a page names and the catalogue doesn't have."""
    named = _in_templates(source) | set(re.findall(r'\btext\(\s*"(\w+)"', source))
    return named - set(catalogue)


def _in_templates(source: str) -> set[str]:
    return set(re.findall(r"{[{%][^}]*?\b(?:words|texts\.\w+)\.(\w+)", source))


def unused(catalogue: Mapping[str, str], source: str) -> set[str]:
    """Keys of the catalogue that no page names, whole or by their beginning (`stage_${…}`)."""
    begun = set(re.findall(r"`([a-z_]+_)\${", source))
    whole = set(re.findall(r'"(\w+)"', source)) | _in_templates(source)
    return {key for key in catalogue if key not in whole and not any(key.startswith(prefix) for prefix in begun)}


def holes(text: str) -> set[str]:
    """The names of what is filled in."""
    return set(re.findall(r"{(\w+)}", text))


def by_key(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Every text, as (section, key, words)."""
    for section, texts in catalogue.items():
        for key, words in texts.items():
            yield section, key, words

"""What languages a browser asks for."""

from typing import Final

_MOST: Final = 10
"""A header has no say beyond so many languages."""


def wanted(header: str | None) -> list[str]:
    """Return the languages of an Accept-Language header by preference, without regions: `es-MX, en;q=0.8` is es, en."""
    found: list[tuple[float, str]] = []
    for entry in (header or "").split(",")[:_MOST]:
        tag, _, weight = entry.partition(";")
        quality, language = _quality(weight.strip()), tag.strip().partition("-")[0].lower()
        if language and quality > 0:
            found.append((-quality, language))
    return [language for _, language in sorted(found, key=lambda one: one[0])]


def _quality(said: str) -> float:
    name, _, value = said.partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0

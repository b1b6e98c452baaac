"""The languages that screens and texts speak."""

from collections.abc import Collection, Iterable
from typing import Literal, get_args

ScreenLanguage = Literal["en", "es", "ar"]
LANGUAGES: tuple[ScreenLanguage, ...] = get_args(ScreenLanguage)
NAMES: dict[ScreenLanguage, str] = {"en": "English", "es": "Español", "ar": "العربية"}
"""Each in its own words."""
FALLBACK: ScreenLanguage = "en"
RIGHT_TO_LEFT: frozenset[str] = frozenset({"ar"})


def chosen(wanted: Iterable[str], available: Collection[str] = LANGUAGES) -> str:
    """Return the first language that is wanted and available; English if none."""
    return next((language for language in wanted if language in available), FALLBACK)

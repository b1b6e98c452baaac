"""Which language a site's screens speak."""

from collections.abc import Collection, Iterable

FALLBACK = "en"


def chosen(wanted: Iterable[str], available: Collection[str]) -> str:
    """Return the first language that the site wants and that has texts; English if none."""
    return next((language for language in wanted if language in available), FALLBACK)

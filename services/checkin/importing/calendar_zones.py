"""The timezones of a calendar: by their usual names, by Windows' names, or as the file describes them."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON


class Zones:
    """Finds the zones of one file. What has none follows the clinic's own clock."""

    def __init__(self, described: Mapping[str, str], own: ZoneInfo) -> None:
        self._described, self._own = described, own
        self._found: dict[str, tzinfo | None] = {}

    def find(self, name: str | None) -> tzinfo | None:
        """Give the zone of this name; None: nobody knows it."""
        if name is None:
            return self._own
        if name not in self._found:
            self._found[name] = _known(name) or self._from_file(name)
        return self._found[name]

    def _from_file(self, name: str) -> tzinfo | None:
        text = self._described.get(name)
        if text is None:
            return None
        try:
            described = Timezone.from_ical(text)
            return cast("tzinfo", described.to_tz(lookup_tzid=False)) if isinstance(described, Timezone) else None
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):  # whatever is wrong with it, it is no zone
            return None


def _known(name: str) -> ZoneInfo | None:
    """Calendars also write /some.program/America/New_York: the longest part of it that is a zone counts."""
    words = name.strip("/").split("/")
    for first in range(len(words)):
        key = "/".join(words[first:])
        found = WINDOWS_TO_OLSON.get(key, key)
        if found in _all():
            return ZoneInfo(found)
    return None


@cache
def _all() -> frozenset[str]:
    return frozenset(available_timezones())

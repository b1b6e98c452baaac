"""A log's times as instants, or why one can't be read."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schemas.envelope import EARLIEST, LATEST

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_NO_FORM = "the time is not written in a form that the map names"
_TWO_FORMS = "the time can be read in two ways by the forms that the map names"
_SKIPPED = "there is no such local time: clocks were set forward over it"
_FAR = "the time lies before 2000 or after now"


class TimeReader:
    """Reads times in the forms of a map."""

    def __init__(self, formats: tuple[str, ...], zone: str, now: datetime) -> None:
        """`zone` is that of times without an offset; a log of what happened has no time after `now`."""
        self._formats, self._zone, self._now = formats, ZoneInfo(zone), min(now, LATEST)

    def read(self, text: str) -> datetime | str:
        """Give the instant in UTC, or the reason why there is none, without a word of the text.

        An hour that comes twice, when clocks are set back, is read as its first.
        """
        found = {instant for form in self._formats if (instant := self._by(form, text)) is not None}
        if len(found) != 1:
            return _TWO_FORMS if found else _NO_FORM
        instant = found.pop()
        if isinstance(instant, str):
            return instant
        return instant if EARLIEST <= instant <= self._now else _FAR

    def _by(self, form: str, text: str) -> datetime | str | None:
        try:
            if form != "iso":
                return self._fixed(datetime.strptime(text, form))  # noqa: DTZ007  # the zone comes next
            return self._fixed(datetime.fromisoformat(text)) if _ISO.match(text) else None
        except ValueError:
            return None

    def _fixed(self, read: datetime) -> datetime | str:
        if read.tzinfo is not None:
            return read.astimezone(UTC)
        local = read.replace(tzinfo=self._zone)
        instant = local.astimezone(UTC)
        return instant if instant.astimezone(self._zone).replace(tzinfo=None) == read else _SKIPPED

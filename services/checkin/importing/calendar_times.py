"""The times of a calendar's events: on which clock, how long, and how often they come again."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple, cast

from dateutil.rrule import rrulestr
from icalendar import vDuration

from services.checkin.importing.calendar_lines import Said
from services.checkin.importing.calendar_zones import Zones

_DATE = re.compile(r"[0-9]{8}")
_TIME = re.compile(r"[0-9]{8}T[0-9]{6}")
_EARLIEST, _LATEST = 2000, 2199
_OFTEN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})
_SELDOM = _OFTEN | {"BYMONTHDAY", "BYMONTH", "BYSETPOS"}
_READ = {"DAILY": _OFTEN, "WEEKLY": _OFTEN, "MONTHLY": _SELDOM, "YEARLY": _SELDOM}
"""By how often an event comes again, what else may be said of that."""
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


class NotReadableError(ValueError):
    """What is wrong with a time, in plain words that repeat nothing of it."""


class Local(NamedTuple):
    """What a clock shows, and which clock."""

    shown: datetime
    zone: tzinfo

    @property
    def instant(self) -> datetime:
        """When that is; the earlier where it comes twice."""
        return self.shown.replace(tzinfo=self.zone).astimezone(UTC)


def on_clock(instant: datetime, zone: tzinfo) -> datetime:
    """What a clock shows at an instant."""
    return instant.astimezone(zone).replace(tzinfo=None)


def local(said: Said, zones: Zones) -> Local:
    """Read a point in time. Raises NotReadableError."""
    text = said.value.upper()
    if said.kind == "DATE" or _DATE.fullmatch(text):
        raise NotReadableError("is a whole day, and no time of day")
    zone: tzinfo | None = UTC if text.endswith("Z") else zones.find(said.zone)
    if zone is None:
        raise NotReadableError("is in a timezone that nobody knows here")
    shown = _shown(text.removesuffix("Z"))
    if shown is None or not _EARLIEST <= shown.year <= _LATEST:
        raise NotReadableError("is no date and time")
    return Local(shown, zone)


def _shown(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%S") if _TIME.fullmatch(text) else None  # noqa: DTZ007  # its zone comes apart
    except ValueError:
        return None


def minutes(start: Local, end: Said | None, duration: Said | None, zones: Zones) -> int | None:
    """How long an event is; None where it doesn't say. Raises NotReadableError."""
    if end is not None:
        length = local(end, zones).instant - start.instant
    elif duration is not None:
        length = _duration(duration.value)
    else:
        return None
    if length < timedelta(0):
        raise NotReadableError("is over before it begins")
    if length > timedelta(days=1):
        raise NotReadableError("is longer than a day")
    return -(-length // timedelta(minutes=1)) or None


def _duration(text: str) -> timedelta:
    try:
        return cast("timedelta", vDuration.from_ical(text))  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        raise NotReadableError("is no length of time") from None


def repeated(rule: str, start: Local, last: datetime) -> Iterator[datetime]:
    """Yield when an event comes, up to the last moment that matters, on its own clock. Raises NotReadableError."""
    text = _rule(rule, start)
    try:
        for at in rrulestr(text, dtstart=start.shown):
            if at > last:
                return
            yield at
    except (ValueError, TypeError, LookupError, ArithmeticError):  # it finds some of them out only on the way
        raise NotReadableError("does not say how it comes again") from None


def _rule(rule: str, start: Local) -> str:
    said = dict(part.partition("=")[::2] for part in rule.upper().replace(" ", "").split(";") if part)
    if not said.keys() <= _READ.get(said.get("FREQ", ""), frozenset()):
        raise NotReadableError("comes again in a way that is not read here; please enter these visits by hand")
    numbers = all(_NUMBER.fullmatch(said.get(name, "1")) for name in ("INTERVAL", "COUNT"))
    if not numbers or said.keys() >= {"COUNT", "UNTIL"}:
        raise NotReadableError("does not say how it comes again")
    if "UNTIL" in said:
        said["UNTIL"] = _until(said["UNTIL"], start)
    return ";".join(f"{name}={value}" for name, value in said.items())


def _until(text: str, start: Local) -> str:
    """The last moment on the event's own clock; a date means all of that day."""
    if _DATE.fullmatch(text):
        return f"{text}T235959"
    shown = _shown(text.removesuffix("Z"))
    if shown is None:
        raise NotReadableError("does not say until when it comes again")
    last = on_clock(shown.replace(tzinfo=UTC), start.zone) if text.endswith("Z") else shown
    return last.strftime("%Y%m%dT%H%M%S")


def listed(all_said: list[Said], start: Local, zones: Zones) -> Iterator[datetime | date]:
    """Read times, or days, that are listed one by one, on the event's own clock. Raises NotReadableError."""
    for said in all_said:
        for text in said.value.split(","):
            if said.kind == "DATE" or _DATE.fullmatch(text):
                yield _day(text)
            else:
                yield on_clock(local(said._replace(value=text), zones).instant, start.zone)


def _day(text: str) -> date:
    shown = _shown(f"{text}T000000")
    if shown is None:
        raise NotReadableError("is no date")
    return shown.date()

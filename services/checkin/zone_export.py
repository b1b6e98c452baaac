"""A timezone as a calendar describes it: each change of the clocks within some days, with the offsets before and after.

The library's own description (icalendar 7.3) has the clocks put forward an hour too late.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def described(zone: ZoneInfo, first: date, last: date) -> Timezone:
    """Describe the zone from the first day to the last."""
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last))
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    timezone.add_component(_part(zone, begin, begin - _MINUTE, begin))
    for change in changes(zone, begin, end):
        timezone.add_component(_part(zone, change, change - _MINUTE, change))
    return timezone


def changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the instants at which the offset of the zone changes."""
    day = begin
    while day < end:
        low, high = day, day + _DAY
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            while high - low > _MINUTE:
                middle = low + (high - low) // _MINUTE // 2 * _MINUTE
                same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield high
        day += _DAY


def _part(zone: ZoneInfo, change: datetime, before: datetime, after: datetime) -> TimezoneStandard | TimezoneDaylight:
    """Describe from when the clock goes as it does after a change, in the time that it showed before."""
    was, now = before.astimezone(zone), after.astimezone(zone)
    part = TimezoneDaylight() if now.dst() else TimezoneStandard()
    offset = was.utcoffset() or timedelta()
    part.add("dtstart", (change + offset).replace(tzinfo=None))
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", now.utcoffset() or timedelta())
    part.add("tzname", now.tzname() or zone.key)
    return part

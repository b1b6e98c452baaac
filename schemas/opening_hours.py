"""When a site is open, as instants: its weekly hours in its own zone, through midnight and both changes of the clocks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.sites import Hours

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_WEEK = 7
_PAST_MIDNIGHT = 5 * _MINUTE_MS
"""An opening past midnight is written as two, the first until 23:59: so small a gap is none."""
_LONGEST = 48 * _HOUR_MS


class Opening(NamedTuple):
    """From, and until (ms)."""

    opens: int
    closes: int


class OpeningHours:
    """The hours of one site. Without any it is open around the clock, and never closes."""

    def __init__(self, hours: tuple[Hours, ...], zone: ZoneInfo) -> None:
        self._zone = zone
        self._by_weekday: dict[int, list[Hours]] = {}
        for each in sorted(hours, key=lambda each: each.opens):
            self._by_weekday.setdefault(each.weekday, []).append(each)
        self._known = Opening(0, 0)
        """The day of work that was last asked for: most questions are about the same one."""

    def over_by(self, moment: int, grace: int) -> int | None:
        """Say when somebody last heard of at `moment` should be gone: `grace` (ms) after the closing of that day's work.

        Somebody who is there after closing may stay `grace` longer; who comes before the opening belongs to the day that
        follows. None: the site never closes.
        """
        if not self._by_weekday:
            return None
        if not self._known.opens <= moment < self._known.closes:
            before, day = self._around(moment)
            if before is not None and moment < day.opens and moment - before.closes < day.opens - moment:
                return moment + grace
            self._known = day
        return self._known.closes + grace

    def hold(self, start: int, end: int) -> bool:
        """Whether the site is open all the time between these (ms), without a break."""
        if not self._by_weekday:
            return True
        reached = start
        for opens, closes in self._openings(start):
            if opens <= reached + (_PAST_MIDNIGHT if reached != start else 0) and closes > reached:
                reached = closes
            if reached >= end:
                return True
        return False

    def on(self, day: date) -> list[Opening]:
        """Every opening that begins on this day; without hours, the whole day."""
        if not self._by_weekday:
            return [Opening(self._at(day, time()), self._at(day + timedelta(days=1), time()))]
        return [Opening(self._at(day, each.opens), self._at(day, each.closes)) for each in self._by_weekday.get(day.weekday(), ())]

    def silent_from(self, heard: int, allowed: int) -> int | None:
        """Say from when on a site last heard of at `heard` is silent: after `allowed` ms of one opening without a word."""
        for opens, closes in self._openings(heard):
            begins = max(heard, opens)
            if begins + allowed <= closes:
                return begins + allowed
        return None

    def _around(self, moment: int) -> tuple[Opening | None, Opening]:
        """The day of work before the moment, if any, and the one that holds it or comes next."""
        before = None
        for day in self._days(moment):
            if day.closes > moment:
                return before, day
            before = day
        raise AssertionError("a site with hours opens once a week at least")

    def _days(self, moment: int) -> Iterator[Opening]:
        """Days of work around the moment, breaks included; what goes on past midnight is one day, of 48 hours at most."""
        openings = self._openings(moment)
        day = next(openings)
        for opening in openings:
            goes_on = opening.opens - day.closes <= _PAST_MIDNIGHT or self._day_of(opening.opens) == self._day_of(day.closes)
            if goes_on and opening.closes - day.opens <= _LONGEST:
                day = Opening(day.opens, opening.closes)
            else:
                yield day
                day = opening
        yield day

    def _openings(self, moment: int) -> Iterator[Opening]:
        """Every opening from a week before the moment to a week after it."""
        today = self._day_of(moment)
        for days in range(-_WEEK - 1, _WEEK + 2):
            day = today + timedelta(days=days)
            for each in self._by_weekday.get(day.weekday(), ()):
                yield Opening(self._at(day, each.opens), self._at(day, each.closes))

    def _day_of(self, moment: int) -> date:
        return (_EPOCH + moment * _MILLISECOND).astimezone(self._zone).date()

    def _at(self, day: date, local: time) -> int:
        return (datetime.combine(day, local, self._zone) - _EPOCH) // _MILLISECOND

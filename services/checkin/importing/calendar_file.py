"""The bookings of a calendar: each event, and each time that it comes within the next year, is one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.checkin.domain.book_file import MOST_ROWS, TWICE, Draft, Flaw, Read, Unreadable, too_many
from services.checkin.domain.booking import AHEAD, NEVER, shown
from services.checkin.importing.calendar_lines import Event, parts
from services.checkin.importing.calendar_times import Local, NotReadableError, listed, local, minutes, on_clock, repeated
from services.checkin.importing.calendar_zones import Zones

_FIELDS = {"SUMMARY": "name", "DTSTART": "start", "DTEND": "end", "DURATION": "end", "STATUS": "status", "UID": "uid"}
"""By property, what it is called to people; all others say how the event comes again."""
_AGAIN = "repeats"


class Window(NamedTuple):
    """When it is, on whose clock times are that name none, and whether it has taken too long."""

    now: datetime
    own: ZoneInfo
    late: Callable[[], bool]
    """There are rules that take seconds to come to nothing."""


class _LeftOutError(ValueError):
    """Why an event is no booking; on the way to a Flaw."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


@contextmanager
def _reading(field: str) -> Iterator[None]:
    try:
        yield
    except NotReadableError as problem:
        raise _LeftOutError(field, str(problem)) from None


def read_calendar(raw: bytes, window: Window) -> Read | Unreadable:
    """Read the bookings. What is wrong with one event is said of that event alone."""
    found = parts(raw.decode("utf-8-sig", "surrogateescape"))
    if found is None:
        said = "This file is no calendar. Please export it anew, as iCalendar (.ics)."
        return Unreadable("no-calendar", "No calendar", said)
    if len(found.events) > MOST_ROWS:
        return too_many()
    reading = _Reading(Zones(found.zones, window.own), window)
    reading.note_moved(found.events)
    for event in found.events:
        reading.take(event)
        if len(reading.read.drafts) > MOST_ROWS:
            return too_many()
    return reading.read


class _Reading:
    def __init__(self, zones: Zones, window: Window) -> None:
        self.read = Read([], [], [])
        self._zones, self._window = zones, window
        self._moved: dict[str, set[datetime]] = {}

    def note_moved(self, events: list[Event]) -> None:
        """Note which times of a series another event stands for."""
        for event in events:
            uid, which = event.one("UID"), event.one("RECURRENCE-ID")
            if uid is not None and which is not None:
                try:
                    self._moved.setdefault(uid.value, set()).add(local(which, self._zones).instant)
                except NotReadableError:
                    continue  # it is said of that event

    def take(self, event: Event) -> None:
        """Read one event."""
        try:
            self._take(event)
        except _LeftOutError as problem:
            self.read.flaws.append(Flaw(event.number, problem.field, str(problem)))

    def _take(self, event: Event) -> None:
        if self._window.late():
            raise _LeftOutError("", "was left out, because the events before it took too long; please send it in a file of its own")
        for name in event.broken:
            raise _LeftOutError(_FIELDS.get(name, _AGAIN), "can't be read, or is there twice")
        status = event.one("STATUS")
        if status is not None and status.value.upper() == "CANCELLED":
            self.read.notes.append(Flaw(event.number, "status", "is cancelled, and was left out"))
            return
        start, cells = self._start(event), self._cells(event)
        series = event.one("UID") or event.one("DTSTART")
        repeats = bool(event.said.keys() & {"RRULE", "RDATE"})
        for at in self._times(event, start) if repeats else (start.shown,):
            self._add(Draft(event.number, cells, None, series.value if series else "", repeats), Local(at, start.zone))

    def _add(self, draft: Draft, at: Local) -> None:
        often = shown(at.shown, at.zone)
        instant = at.instant if draft.repeats else None
        if often == "never":
            self.read.flaws.append(Flaw(draft.row, "start", NEVER, instant))
            return
        if often == "twice":
            self.read.notes.append(Flaw(draft.row, "start", TWICE, instant))
        self.read.drafts.append(draft._replace(at=at.instant))

    def _start(self, event: Event) -> Local:
        said = event.one("DTSTART")
        if said is None:
            raise _LeftOutError("start", "is missing")
        if "EXRULE" in event.said or any(one.range for one in event.said.get("RECURRENCE-ID", ())):
            raise _LeftOutError(_AGAIN, "comes again in a way that is not read here; please enter these visits by hand")
        with _reading("start"):
            return local(said, self._zones)

    def _cells(self, event: Event) -> dict[str, str]:
        summary = event.one("SUMMARY")
        with _reading("end"):
            length = minutes(self._start(event), event.one("DTEND"), event.one("DURATION"), self._zones)
        cells = {"name": summary.value if summary is not None else ""}
        return cells if length is None else {**cells, "minutes": str(length)}

    def _times(self, event: Event, start: Local) -> list[datetime]:
        """When it comes from now on, on its own clock."""
        first = on_clock(self._window.now, start.zone)
        last = first + AHEAD
        with _reading(_AGAIN):
            times = set(self._all(event, start, last))
            gone = set(listed(event.said.get("EXDATE", []), start, self._zones))
        uid = event.one("UID")
        gone |= {on_clock(at, start.zone) for at in self._moved.get(uid.value if uid is not None else "", ())}
        found = sorted(at for at in times if first <= at <= last and at not in gone and at.date() not in gone)
        if not found:
            raise _LeftOutError(_AGAIN, f"has no time of its own within the next {AHEAD.days} days")
        return found

    def _all(self, event: Event, start: Local, last: datetime) -> Iterator[datetime]:
        rule = event.one("RRULE")
        if rule is None:
            yield start.shown
        else:
            yield from repeated(rule.value, start, last)
        for at in listed(event.said.get("RDATE", []), start, self._zones):
            if not isinstance(at, datetime):
                raise NotReadableError("is a whole day, and no time of day")
            yield at

"""The book of some days: the openings of the clinic and of each provider, and the visits that are booked."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from schemas.live import LiveProvider, LiveVisit
from schemas.opening_hours import Opening, OpeningHours
from schemas.sites import ChecklistEntry, SiteProfile
from schemas.summaries import Stage
from schemas.visits import ChecklistState

MINUTE_MS = 60_000
_THERE = frozenset({ChecklistState.DONE, ChecklistState.WAIVED})
_SHOWN = {
    "visit", "stage", "ticket", "person", "scheduled_ms", "buffer_before", "buffer_after", "visit_type", "override", "plan",
    "planned_by", "delay_minutes", "confirmed", "checklist",
}  # fmt: skip
"""What is shown of a visit as it is in the live state."""


class Days(NamedTuple):
    """So many local days of a clinic, from the first on."""

    first: date
    number: int
    zone: ZoneInfo

    @property
    def all(self) -> list[date]:
        """Each of them."""
        return [self.first + timedelta(days=at) for at in range(self.number)]

    @property
    def span(self) -> tuple[int, int]:
        """From when until when they are (ms)."""
        return self._begin(self.first), self._begin(self.first + timedelta(days=self.number))

    def _begin(self, day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() * 1000)


class Span(NamedTuple):
    """From when until when (ms) a booking needs provider and room, with its buffers."""

    start: int
    end: int

    def meets(self, other: "Span | Opening") -> bool:
        """Whether both are at some time."""
        return self.start < other[1] and other[0] < self.end


def minutes_of(visit: LiveVisit, profile: SiteProfile) -> int:
    """How long the visit is booked for."""
    return profile.slot_minutes if visit.minutes is None else visit.minutes


def span_of(visit: LiveVisit, profile: SiteProfile) -> Span:
    """What the visit, which is in the book, needs of its provider and room."""
    assert visit.scheduled_ms is not None
    before, after = visit.buffer_before or 0, (visit.buffer_after or 0) + minutes_of(visit, profile)
    return Span(visit.scheduled_ms - before * MINUTE_MS, visit.scheduled_ms + after * MINUTE_MS)


def booked(visits: Iterable[LiveVisit], profile: SiteProfile, days: Days) -> Iterator[LiveVisit]:
    """Yield the visits that are in the book on these days."""
    wanted = Span(*days.span)
    return (visit for visit in visits if visit.scheduled_ms is not None and span_of(visit, profile).meets(wanted))


def hours_of(profile: SiteProfile) -> Mapping[str, OpeningHours]:
    """The hours of each provider, and under "" those of the clinic."""
    zone = ZoneInfo(profile.timezone)
    own = OpeningHours(profile.hours, zone)
    return {"": own} | {one.id: OpeningHours(one.hours, zone) if one.hours else own for one in profile.providers}


def row_of(visit: LiveVisit, profile: SiteProfile) -> dict[str, Any]:
    """A visit of the book, as it is sent. It names nobody."""
    row = visit.model_dump(mode="json", include=_SHOWN, exclude_defaults=True)
    row |= {"priority": visit.priority, "minutes": minutes_of(visit, profile)}
    found = {"provider": visit.booked_provider, "room": visit.booked_room}
    return row | {name: value for name, value in found.items() if value is not None}


def openings_of(hours: OpeningHours, days: Days) -> list[dict[str, Any]]:
    """The openings of each day."""
    return [
        {"date": day.isoformat(), "openings": [{"from_ms": opens, "until_ms": closes} for opens, closes in hours.on(day)]}
        for day in days.all
    ]


def provider_of(name: str, known: LiveProvider | None, hours: OpeningHours, days: Days) -> dict[str, Any]:
    """A provider, with their openings of each day and the absences that touch these days."""
    wanted = Span(*days.span)
    absences = [one for one in known.absences if Span(one.from_ms, one.until_ms).meets(wanted)] if known is not None else []
    return {
        "provider": name,
        "days": openings_of(hours, days),
        "absences": [one.model_dump(mode="json", exclude_none=True) for one in absences],
    }


def missing_of(visit: LiveVisit, profile: SiteProfile, today: date) -> list[dict[str, Any]]:
    """What is not there yet of all that the checklist asks for of a visit of this kind, and by which day it should be."""
    assert visit.scheduled_ms is not None
    day = datetime.fromtimestamp(visit.scheduled_ms / 1000, UTC).astimezone(ZoneInfo(profile.timezone)).date()
    found = []
    for entry in profile.checklist:
        state = visit.checklist.get(entry.id, ChecklistState.MISSING)
        if is_for(entry, visit.visit_type) and state not in _THERE:
            due = day - timedelta(days=entry.due_days)
            found.append({"item": entry.id, "state": state.value, "due_on": due.isoformat(), "overdue": due < today})
    return found


def is_for(entry: ChecklistEntry, visit_type: str | None) -> bool:
    """Whether an entry of the checklist is for visits of this kind."""
    return not entry.visit_types or visit_type in entry.visit_types


def lacking(visits: Iterable[LiveVisit], profile: SiteProfile, days: Days, today: date) -> list[dict[str, Any]]:
    """Every visit to come on these days of which something is missing, what is due first first."""
    found = [
        {**row_of(visit, profile), "items": items}
        for visit in booked(visits, profile, days)
        if visit.stage is Stage.EXPECTED and (items := missing_of(visit, profile, today))
    ]
    return sorted(found, key=lambda row: (min(item["due_on"] for item in row["items"]), row["scheduled_ms"], row["visit"]))

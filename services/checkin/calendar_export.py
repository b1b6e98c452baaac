"""The book as a calendar (RFC 5545) that may leave the clinic: visits by id, kind and place, and nothing of whose they are."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from schemas.live import LiveVisit
from schemas.sites import SiteProfile
from schemas.summaries import Stage
from services.checkin.domain.book_lines import start_of
from services.checkin.domain.day_book import Days, minutes_of
from services.checkin.zone_export import described

PRODUCT = "-//clinicflow//book//EN"
_VISIT = "Visit"


def calendar_of(visits: Iterable[LiveVisit], profile: SiteProfile, days: Days, now: datetime) -> bytes:
    """Write the visits as a calendar. A visit keeps its UID, and its SEQUENCE rises with whatever happens to it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(described(days.zone, days.first - timedelta(days=2), days.first + timedelta(days=days.number + 2)))
    for visit in visits:
        calendar.add_component(_event(visit, profile, days.zone, now))
    written: bytes = calendar.to_ical()
    return written


def _event(visit: LiveVisit, profile: SiteProfile, zone: ZoneInfo, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{visit.visit}@{profile.site}.clinicflow")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", visit.offsets[-1] if visit.offsets else 0)
    event.add("dtstart", _start(visit, zone))
    event.add("duration", timedelta(minutes=minutes_of(visit, profile)))
    event.add("status", "CANCELLED" if visit.stage is Stage.CANCELLED else "CONFIRMED")
    event.add("summary", " · ".join(_words(visit, profile)))
    if visit.booked_room is not None:
        event.add("location", _names(profile.rooms).get(visit.booked_room, visit.booked_room))
    event.add("x-clinicflow-stage", visit.stage.value)
    return event


def _start(visit: LiveVisit, zone: ZoneInfo) -> datetime:
    """On the clinic's own clock; but the second of two times that look alike there can only be said in UTC."""
    local = start_of(visit).astimezone(zone)
    return start_of(visit) if local.fold else local


def _words(visit: LiveVisit, profile: SiteProfile) -> list[str]:
    kinds = {kind.code: kind.name for kind in profile.visit_types}
    kind = kinds.get(visit.visit_type, visit.visit_type) if visit.visit_type is not None else _VISIT
    who = visit.booked_provider
    return [kind] if who is None else [kind, _names(profile.providers).get(who, who)]


def _names(things: Iterable[object]) -> dict[str, str]:
    return {thing.id: thing.name for thing in things}  # type: ignore[attr-defined]

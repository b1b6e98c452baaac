"""The book as a table that may leave the clinic: visits by id, and nothing of whose they are."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from schemas.live import LiveVisit
from schemas.sites import SiteProfile
from services.checkin.domain.day_book import Days, booked, minutes_of

HEADER = ("visit", "date", "time", "scheduled_at", "minutes", "provider", "room", "visit_type", "stage")
"""`scheduled_at` is the instant: on the day that the clocks are put back, date and time alone say two."""


def chosen(visits: Iterable[LiveVisit], profile: SiteProfile, days: Days, provider: str | None) -> list[LiveVisit]:
    """The visits that are in the book on these days, of all providers or of one, the earliest first."""
    found = (visit for visit in booked(visits, profile, days) if provider in {None, visit.booked_provider})
    return sorted(found, key=lambda visit: (visit.scheduled_ms or 0, visit.visit))


def start_of(visit: LiveVisit) -> datetime:
    """When a visit that is in the book is, in UTC."""
    assert visit.scheduled_ms is not None
    return datetime.fromtimestamp(visit.scheduled_ms / 1000, UTC)


def lines(visits: Iterable[LiveVisit], profile: SiteProfile, days: Days) -> Iterator[tuple[str | None, ...]]:
    """Yield the header, then a line for each visit."""
    yield HEADER
    for visit in visits:
        at = start_of(visit)
        local = at.astimezone(days.zone)
        yield (
            visit.visit, local.date().isoformat(), local.strftime("%H:%M"), at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            str(minutes_of(visit, profile)), visit.booked_provider, visit.booked_room, visit.visit_type, visit.stage.value,
        )  # fmt: skip

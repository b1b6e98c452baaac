"""Self check-in: when a patient may check in on their own phone, and what they are told when they have tried.

The page that offers it and the API that takes it are two services; this is what they agree on.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from schemas.live import LiveVisit
from schemas.sites import SiteClock, SiteProfile
from schemas.summaries import Stage

NEAR_MS = 2 * 60 * 60 * 1000
"""A visit booked for so long before or after midnight is due on both days."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Due(StrEnum):
    """Whether a booked patient is expected now: not yet on this day, on this day, or on a day that is over."""

    EARLY = "early"
    NOW = "now"
    LATE = "late"


class Said(StrEnum):
    """What became of a try. Closed; the page has a sentence for each."""

    CHECKED_IN = "checked-in"
    WRONG = "wrong"
    TOO_MANY = "too-many"
    NOT_EXPECTED = "not-expected"
    NO_RECORD = "no-record"
    TRY_AGAIN = "try-again"


def due(scheduled_ms: int | None, zone: str, at_ms: int) -> Due:
    """Return whether a visit booked for then is due, by the site's calendar; one of which no time is known is due."""
    if scheduled_ms is None or abs(scheduled_ms - at_ms) <= NEAR_MS:
        return Due.NOW
    booked, today = (local(instant, zone).date() for instant in (scheduled_ms, at_ms))
    if booked == today:
        return Due.NOW
    return Due.EARLY if booked > today else Due.LATE


def may_check_in(visit: LiveVisit, profile: SiteProfile, when: Due) -> bool:
    """Whether this patient may check in on their phone: expected today, or given up today, where the clinic lives now."""
    expected = visit.stage in {Stage.EXPECTED, Stage.NO_SHOW}
    return expected and when is Due.NOW and profile.clock is SiteClock.WALL


def local(at_ms: int, zone: str) -> datetime:
    """Return an instant as the site's own clock and calendar show it."""
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(ZoneInfo(zone))

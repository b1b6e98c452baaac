"""Time as a site's screens need it: no browser's clock or timezone has a say (DESIGN I11)."""

from datetime import UTC, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from schemas.live import Version
from services.runtime.live.feed import LiveFeed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ScreenTime(TypedDict):
    """Goes with every message to a screen.

    `server_ms` is now by the one clock, which goes `speed` times as fast as real time; `offset_ms` is the site's distance
    from UTC at that moment, and `day_began_ms` when its day began. `age_ms` is how old the data are, in real milliseconds;
    null where nothing is known yet. `version` is the site's version that was last taken in, whether or not it changed what
    the screen shows.
    """

    server_ms: int
    speed: float
    zone: str
    offset_ms: int
    day_began_ms: int
    age_ms: int | None
    version: str | None


def screen_time(feed: LiveFeed) -> ScreenTime:
    """Return what the screens of a site are told of time now."""
    now, age, live, zone = feed.clock.now_ms(), feed.age_seconds(), feed.live, feed.zone
    return {
        "server_ms": now,
        "speed": feed.clock.speed,
        "zone": zone,
        "offset_ms": offset_ms(zone, now),
        "day_began_ms": day_began_ms(zone, now),
        "age_ms": None if age is None else round(age * 1000),
        "version": None if live is None else version_id(live.meta.version),
    }


def version_id(version: Version) -> str:
    """Name a version of a site as the events of its screens do."""
    return f"{version[0]}-{version[1]}"


def offset_ms(zone: str, at_ms: int) -> int:
    """Return the distance of a timezone's local time from UTC at an instant."""
    return round((_local(zone, at_ms).utcoffset() or timedelta()).total_seconds() * 1000)


def day_began_ms(zone: str, at_ms: int) -> int:
    """Return when the day of a timezone began that an instant lies in."""
    midnight = _local(zone, at_ms).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return round((midnight - _EPOCH).total_seconds() * 1000)


def _local(zone: str, at_ms: int) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(ZoneInfo(zone))

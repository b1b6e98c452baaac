"""Time as a site's screens need it: no browser's clock or timezone has a say (DESIGN I11)."""

from datetime import UTC, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WallTime(TypedDict):
    """Goes with every message to a screen.

    `server_ms` is now by the one clock, which goes `speed` times as fast as real time; `offset_ms` is the site's distance
    from UTC at that moment. `age_ms` is how old the data are, in real milliseconds; null where nothing is known yet.
    `version` is the site's version that was last taken in, whether or not it changed what the wall shows.
    """

    server_ms: int
    speed: float
    zone: str
    offset_ms: int
    age_ms: int | None
    version: str | None


def offset_ms(zone: str, at_ms: int) -> int:
    """Return the distance of a timezone's local time from UTC at an instant."""
    local = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(ZoneInfo(zone))
    return round((local.utcoffset() or timedelta()).total_seconds() * 1000)

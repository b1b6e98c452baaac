"""A fact is what an event says about one visit, in the form the fold keeps."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from schemas.codec import SiteEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
_PREFIX = len("clinicflow.visit.")
_SUFFIX = len(".v1")


class Fact(NamedTuple):
    """One event about a visit or a room: instants in ms since 1970 UTC, `kind` the type's short name, `data` what it says.

    `offset` is where it stands on the log. Nothing follows from it: it is there to be found again.
    """

    id: str
    kind: str
    at: int
    recorded: int
    data: dict[str, Any]
    offset: int


def ms(instant: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return (instant - _EPOCH) // _MILLISECOND


def instant(milliseconds: int) -> datetime:
    """The UTC time of so many ms since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def fact(event: SiteEvent, recorded: int, offset: int) -> Fact:
    """What a visit's event says, which was recorded then (ms). What was left out is left out; times within are in ms."""
    data = {}
    for name, value in event.data.__dict__.items():
        if value is not None:
            data[name] = ms(value) if value.__class__ is datetime else value
    return Fact(event.id, event.type[_PREFIX:-_SUFFIX], ms(event.time), recorded, data, offset)

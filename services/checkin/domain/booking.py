"""When a booking is: from what the desk says of the clinic's own clock and of the kind of visit, to an instant and a length."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from schemas.sites import SiteProfile
from services.checkin.domain.bodies import BookVisit
from services.checkin.domain.people import Wrong

AHEAD = timedelta(days=395)
"""The log is kept for 400 days, so that no booking outlives what was said of it."""
BEHIND = timedelta(hours=24)
"""A booking of longer ago is entered with the time at which it was made."""

_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")

NEVER = "does not exist on that day, because the clocks are put forward over it; please choose another time"

Shown = Literal["once", "never", "twice"]


def shown(local: datetime, zone: tzinfo) -> Shown:
    """How often the clock of a zone shows this time: not at all where it is put forward over it, twice where it is put back."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        return "never"
    return "once" if first.utcoffset() == second.utcoffset() else "twice"


def instant_of(text: str, zone: ZoneInfo, *, later: bool | None) -> datetime | Wrong:
    """Read a time of the clinic's own clock. `later`: which of two is meant; None: nobody has said."""
    try:
        local = datetime.fromisoformat(text) if _LOCAL.fullmatch(text) else None
    except ValueError:
        local = None
    if local is None:
        return Wrong("local", "is no date and time; please write it like 2026-03-02T14:30")
    often = shown(local, zone)
    if often == "never":
        return Wrong("local", NEVER)
    if often == "twice" and later is None:
        return Wrong("later", "must say which is meant: that day the clocks are put back, and this time comes twice")
    return local.replace(tzinfo=zone, fold=int(bool(later))).astimezone(UTC)


def placed(body: BookVisit, profile: SiteProfile, now: datetime) -> BookVisit | Wrong:
    """Say of a booking when it is and how long it takes, where the body leaves that to the clinic's clock and to the visit type."""
    said = body.model_dump(exclude_unset=True, exclude={"local", "later"})
    if (body.local is None) == (body.scheduled_at is None):
        return Wrong("local", "or scheduled_at must say when the visit is; and not both")
    if body.local is not None:
        later = body.later if "later" in body.model_fields_set else None
        when = instant_of(body.local, ZoneInfo(profile.timezone), later=later)
        if isinstance(when, Wrong):
            return when
        said["scheduled_at"] = when
    if body.happened_at is None and (problem := _out_of_reach(said["scheduled_at"], now)) is not None:
        return Wrong("scheduled_at" if body.local is None else "local", problem)
    kind = next((kind for kind in profile.visit_types if kind.code == body.visit_type), None)
    if kind is not None:
        usual = {"minutes": kind.minutes, "buffer_before": kind.buffer_before, "buffer_after": kind.buffer_after}
        said = usual | {name: value for name, value in said.items() if value is not None or name not in usual}
    return BookVisit.model_validate(said)


def _out_of_reach(when: datetime, now: datetime) -> str | None:
    if when < now - BEHIND:
        return "lies in the past; a booking of then is entered with the time at which it was made"
    return "is too far away; nothing is booked more than a year ahead" if when > now + AHEAD else None

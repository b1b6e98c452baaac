"""Items of a feed's batch: each becomes an event of its own, or is refused on its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import get_args

from schemas.codec import SITE_EVENT, SiteEvent
from schemas.envelope import Intent, UtcTime, VisitId
from schemas.sites import SiteClock, SiteProfile
from services.checkin.domain.bodies import Exact
from services.checkin.domain.events import SOURCE
from services.checkin.domain.identity import canonical, event_id, fingerprint, is_key

MAX_ITEMS = 1000
MAX_BYTES = 5_000_000


class Batch(Exact):
    """The body: items in the order they should have on the log."""

    events: list[object]


class BatchItem(Exact):
    """One fact of a feed. `type` may be short (`checked-in`, `room.status-changed`) or the event's full type."""

    type: str
    visit: VisitId | None = None
    time: UtcTime
    data: dict[str, object] = {}
    key: str | None = None
    """Makes a repeat the same event; without it the item's content does."""
    recorded_at: UtcTime | None = None
    """When the feed's log recorded it; only for a site that follows its log."""


@dataclass(frozen=True)
class Feed:
    """Who sends a batch, to which site, and when."""

    profile: SiteProfile
    actor: str
    now: datetime


def _full_types() -> Iterator[str]:
    for event in get_args(get_args(SiteEvent)[0]):
        yield event.model_fields["type"].default


def _type_names() -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for full in _full_types():
        if full == "clinicflow.site.profile-changed.v1":
            continue
        _, thing, step, _ = full.split(".")
        for name in (full, f"{thing}.{step}", step):
            names.setdefault(name, []).append(full)
    return {name: found[0] for name, found in names.items() if len(found) == 1}


TYPES = _type_names()
"""By every name an item may use for it, the full type. A feed doesn't change profiles."""

_SUBJECTS = {"room": "room", "provider": "provider", "supply": "supply"}
"""By the second part of the type, the field of the data that names what the event is about; else it is a visit."""


def item_event(item: BatchItem, feed: Feed) -> SiteEvent | str:
    """Make the item's event, or say in plain words why there is none. Raises ValueError (pydantic's) for unusable data."""
    full = TYPES.get(item.type)
    if full is None:
        return "type: is none of the known types"
    if item.key is not None and not is_key(item.key):
        return "key: needs 1 to 128 visible characters, no spaces"
    follows_log = feed.profile.clock is SiteClock.LOG
    if item.recorded_at is not None and not follows_log:
        return "recorded_at: is only for a clinic that follows its log"
    subject = _subject(full, item, feed.profile.site)
    if subject is None:
        return "visit: is missing"
    said = {**item.model_dump(mode="json", exclude={"key"}, exclude_none=True), "type": full}
    return SITE_EVENT.validate_python(
        {
            "id": event_id(feed.profile.site, item.key or sha256(canonical(said).encode()).hexdigest()),
            "source": SOURCE,
            "type": full,
            "subject": subject,
            "time": item.time,
            "recordedtime": (item.recorded_at or item.time) if follows_log else feed.now,
            "site": feed.profile.site,
            "actor": feed.actor,
            "intent": Intent.REPORT,
            "fingerprint": fingerprint(full, subject, said),
            "data": item.data,
        },
        extra="forbid",
    )


def _subject(full: str, item: BatchItem, site: str) -> str | None:
    thing = full.split(".")[1]
    if thing == "visit":
        return item.visit
    if thing == "alert":
        return site
    named = item.data.get(_SUBJECTS[thing])
    return named if isinstance(named, str) else site

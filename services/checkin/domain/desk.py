"""What the desk's console sees of a site, as the JSON that browsers receive: visits by id, rooms, alerts, and how long it takes.

It names nobody: a visit has its person's id, and who may see the name asks for it. What is not known is left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict, cast

from schemas.estimates import ranges
from schemas.live import LiveAlert, LiveOpenItems, LiveProvider, LiveQueue, LiveRoom, LiveSupply, LiveVisit
from schemas.sites import SiteProfile
from schemas.summaries import Stage

Row = Mapping[str, Any]
"""One visit, room or other thing, with the fields of its record in schemas.live."""
LISTS: tuple[Literal["visits", "rooms", "providers", "supplies", "open_items", "alerts"], ...] = (
    "visits",
    "rooms",
    "providers",
    "supplies",
    "open_items",
    "alerts",
)
"""What is sent row by row."""
_AHEAD_MS = 48 * 60 * 60 * 1000
_BOOKED = frozenset({Stage.EXPECTED, Stage.NO_SHOW, Stage.CANCELLED})


class Desk(TypedDict):
    """All that a console shows: of the book, what is not far ahead.

    `book` rises whenever anything in the book changes. `estimates`: by queue, for each place from the first, minutes from now (at
    least, at most).
    """

    site: Mapping[str, Any]
    visits: Mapping[str, Row]
    rooms: Mapping[str, Row]
    providers: Mapping[str, Row]
    supplies: Mapping[str, Row]
    open_items: Mapping[str, Row]
    alerts: Mapping[str, Row]
    book: int
    estimates: Mapping[str, list[tuple[int, int]]]


class Rows(TypedDict):
    """What changed among rows: these are new or different, those are gone."""

    set: dict[str, Row]
    gone: list[str]


class DeskChange(TypedDict, total=False):
    """What became different; a part that is missing stayed as it was. What is no list of rows is sent whole."""

    site: Mapping[str, Any]
    visits: Rows
    rooms: Rows
    providers: Rows
    supplies: Rows
    open_items: Rows
    alerts: Rows
    book: int
    estimates: Mapping[str, list[tuple[int, int]]]


SITE_FIELDS = {
    "site", "name", "timezone", "clock", "rooms", "providers", "service_points", "queues", "limits", "rooms_are_cleaned",
    "languages", "areas", "checklist", "sessions", "retention_hours", "visit_types", "dispositions", "supplies",
}  # fmt: skip
"""What a console needs of the profile; the rest is for those who edit it."""


def site_of(profile: SiteProfile) -> Row:
    """Return what a console needs of the profile."""
    return profile.model_dump(mode="json", include=SITE_FIELDS)


Thing = LiveVisit | LiveRoom | LiveProvider | LiveSupply | LiveOpenItems | LiveAlert


def is_of_now(visit: LiveVisit, now_ms: int, kept_ms: int) -> bool:
    """Whether a console shows the visit: not what is booked for later, nor what is long over and only has a loose end left."""
    if visit.stage in _BOOKED and visit.scheduled_ms is not None:
        return visit.scheduled_ms < now_ms + _AHEAD_MS
    return visit.checked_out_ms is None or visit.checked_out_ms > now_ms - kept_ms


def book_stamp(visits: Iterable[LiveVisit]) -> int:
    """Return where on the log the last word stands on anything that is in the book."""
    return max((visit.offsets[-1] for visit in visits if visit.scheduled_ms is not None and visit.offsets), default=0)


def row_of(thing: Thing) -> Row:
    """Return a row as it is sent."""
    said = thing.model_dump(mode="json", exclude_defaults=True, exclude={"offsets"})
    if isinstance(thing, LiveVisit):
        return {**said, "priority": thing.priority}
    return {**said, "status": thing.status.value} if isinstance(thing, LiveRoom) else said


def estimates_of(visits: Iterable[LiveVisit], queues: Mapping[str, LiveQueue], now_ms: int) -> dict[str, list[tuple[int, int]]]:
    """Return the ranges of every queue of whose pace something is known."""
    waiting: dict[str, int] = {}
    for visit in visits:
        if visit.stage is Stage.WAITING and visit.called_ms is None and visit.queue is not None:
            waiting[visit.queue] = waiting.get(visit.queue, 0) + 1
    found = {letter: ranges(pace, waiting.get(letter, 0) + 1, now_ms) for letter, pace in queues.items()}
    return {letter: places for letter, places in found.items() if places}


def change_between(old: Desk, new: Desk) -> DeskChange:
    """Return what leads from one to the other; empty when they are the same. Rows that did not change are the same objects."""
    change: dict[str, Any] = {}
    wholes: tuple[Literal["site", "book", "estimates"], ...] = ("site", "book", "estimates")
    for whole in wholes:
        if old[whole] != new[whole]:
            change[whole] = new[whole]
    for part in LISTS:
        if rows := _rows(old[part], new[part]):
            change[part] = rows
    return cast("DeskChange", change)


def _rows(old: Mapping[str, Row], new: Mapping[str, Row]) -> Rows | None:
    changed = {name: row for name, row in new.items() if old.get(name) is not row and old.get(name) != row}
    gone = [name for name in old if name not in new]
    return {"set": changed, "gone": gone} if changed or gone else None

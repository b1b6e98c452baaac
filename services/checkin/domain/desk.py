"""What the desk's console sees of a site, as the JSON that browsers receive: visits by id, rooms, alerts, and how long it takes.

It names nobody: a visit has its person's id, and who may see the name asks for it. What is not known is left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from schemas.estimates import ranges
from schemas.live import LiveAlert, LiveQueue, LiveRoom, LiveVisit
from schemas.sites import SiteProfile
from schemas.summaries import Stage

Row = Mapping[str, Any]
"""One visit, room or alert, with the fields of its record in schemas.live."""


class Desk(TypedDict):
    """All that a console shows. `estimates`: by queue, for each place from the first, minutes from now (at least, at most)."""

    site: Mapping[str, Any]
    visits: Mapping[str, Row]
    rooms: Mapping[str, Row]
    alerts: Mapping[str, Row]
    estimates: Mapping[str, list[tuple[int, int]]]


class Rows(TypedDict):
    """What changed among rows: these are new or different, those are gone."""

    set: dict[str, Row]
    gone: list[str]


class DeskChange(TypedDict, total=False):
    """What became different; a part that is missing stayed as it was. `site` and `estimates` are sent whole."""

    site: Mapping[str, Any]
    visits: Rows
    rooms: Rows
    alerts: Rows
    estimates: Mapping[str, list[tuple[int, int]]]


SITE_FIELDS = {
    "site", "name", "timezone", "clock", "rooms", "providers", "service_points", "queues", "limits", "rooms_are_cleaned",
    "languages", "areas", "checklist", "sessions", "retention_hours",
}  # fmt: skip
"""What a console needs of the profile; the rest is for those who edit it."""


def site_of(profile: SiteProfile) -> Row:
    """Return what a console needs of the profile."""
    return profile.model_dump(mode="json", include=SITE_FIELDS)


def row_of(thing: LiveVisit | LiveRoom | LiveAlert) -> Row:
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
    change: DeskChange = {}
    if old["site"] != new["site"]:
        change["site"] = new["site"]
    if visits := _rows(old["visits"], new["visits"]):
        change["visits"] = visits
    if rooms := _rows(old["rooms"], new["rooms"]):
        change["rooms"] = rooms
    if alerts := _rows(old["alerts"], new["alerts"]):
        change["alerts"] = alerts
    if old["estimates"] != new["estimates"]:
        change["estimates"] = new["estimates"]
    return change


def _rows(old: Mapping[str, Row], new: Mapping[str, Row]) -> Rows | None:
    changed = {name: row for name, row in new.items() if old.get(name) is not row and old.get(name) != row}
    gone = [name for name in old if name not in new]
    return {"set": changed, "gone": gone} if changed or gone else None

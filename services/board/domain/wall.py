"""What a wall shows of a site, as the JSON that its screens receive.

Tickets, queue letters, the names of rooms, counts, and instants (`_ms`: milliseconds since 1970 UTC): no visit, person or
provider, no reason, no priority (DESIGN I9). `waiting` is in order: a ticket's place is its position in the list, from 1.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TypedDict

from schemas.live import LiveRoom, LiveVisit, Version, place_key
from schemas.rooms import RoomStatus
from schemas.sites import SiteProfile
from schemas.summaries import Stage
from services.board.domain.language import chosen

RECENT = 8
"""So many of those last taken in are shown."""


class Called(TypedDict):
    """A ticket that is being called. `to` is the name of a room; null means the desk."""

    ticket: str
    to: str | None
    called_ms: int


class TakenIn(TypedDict):
    """A ticket that was called and is in a room now. `to` is null where a feed didn't say which."""

    ticket: str
    to: str | None
    roomed_ms: int


class Waiting(TypedDict):
    """A ticket that waits to be called. Its arrival is null where it isn't known."""

    ticket: str
    checked_in_ms: int | None


class Rooms(TypedDict):
    """How many rooms are in each state; `unknown`: patients who are in a room of which no feed said which."""

    free: int
    occupied: int
    cleaning: int
    out_of_service: int
    unknown: int


class SiteSign(TypedDict):
    """Which clinic, and the language of its wall."""

    id: str
    name: str
    timezone: str
    language: str


class Wall(TypedDict):
    """All that a screen shows. `waiting` has the letters of `queues`, no others.

    `silent`: nothing was heard from the clinic for so long that where everybody is, is not known.
    """

    site: SiteSign
    silent: bool
    queues: dict[str, str]
    calling: list[Called]
    recent: list[TakenIn]
    waiting: dict[str, list[Waiting]]
    rooms: Rooms


def wall_id(version: Version) -> str:
    """Name a version of a site as the events of a wall do."""
    return f"{version[0]}-{version[1]}"


def wall_of(
    profile: SiteProfile, visits: Collection[LiveVisit], rooms: Mapping[str, LiveRoom], languages: Collection[str], *, silent: bool
) -> Wall:
    """Return the wall of a site in this state; `languages` are those that have texts."""
    names = {room.id: room.name for room in profile.rooms} | {point.id: point.name for point in profile.service_points}
    shown = [visit for visit in visits if visit.ticket is not None]
    waiting = _waiting(shown, sorted(profile.queues))
    return {
        "site": {
            "id": profile.site,
            "name": profile.name,
            "timezone": profile.timezone,
            "language": chosen(profile.languages, languages),
        },
        "silent": silent,
        "queues": {letter: profile.queues.get(letter, letter) for letter in waiting},
        "calling": _calling(shown, names),
        "recent": _recent(shown, names),
        "waiting": waiting,
        "rooms": _rooms(profile, visits, rooms),
    }


def _calling(visits: Iterable[LiveVisit], names: dict[str, str]) -> list[Called]:
    """The last call comes first."""
    called = [(-visit.called_ms, visit.visit, visit) for visit in visits if visit.called_ms is not None and _waits(visit)]
    return [
        {"ticket": visit.ticket or "", "to": names.get(visit.called_to or ""), "called_ms": -when}
        for when, _, visit in sorted(called, key=lambda entry: entry[:2])
    ]


def _recent(visits: Iterable[LiveVisit], names: dict[str, str]) -> list[TakenIn]:
    """Of those who are still in, the last ones first."""
    inside = (Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE)
    taken = [(-visit.roomed_ms, visit.visit, visit) for visit in visits if visit.roomed_ms is not None and visit.stage in inside]
    return [
        {"ticket": visit.ticket or "", "to": names.get(visit.room or visit.service or ""), "roomed_ms": -when}
        for when, _, visit in sorted(taken, key=lambda entry: entry[:2])[:RECENT]
    ]


def _waiting(visits: Iterable[LiveVisit], letters: list[str]) -> dict[str, list[Waiting]]:
    queues: dict[str, list[Waiting]] = {letter: [] for letter in letters}
    for visit in sorted((visit for visit in visits if visit.called_ms is None and _waits(visit)), key=place_key):
        letter = visit.queue or (visit.ticket or "")[:1]
        queues.setdefault(letter, []).append({"ticket": visit.ticket or "", "checked_in_ms": visit.checked_in_ms})
    return queues


def _waits(visit: LiveVisit) -> bool:
    return visit.stage is Stage.WAITING


def _rooms(profile: SiteProfile, visits: Iterable[LiveVisit], rooms: Mapping[str, LiveRoom]) -> Rooms:
    counts: Rooms = {"free": 0, "occupied": 0, "cleaning": 0, "out_of_service": 0, "unknown": 0}
    declared = {room.id for room in profile.rooms}
    for room in declared | rooms.keys():
        state = rooms.get(room)
        if state is not None and state.visits:
            counts["occupied"] += 1
        elif room not in declared:
            continue  # a room that only a feed knows, and nobody is in it
        elif state is None or state.status is RoomStatus.READY:
            counts["free"] += 1
        elif state.status is RoomStatus.CLEANING:
            counts["cleaning"] += 1
        else:
            counts["out_of_service"] += 1
    in_a_room = (Stage.IN_ROOM, Stage.WITH_PROVIDER)
    counts["unknown"] = sum(visit.room is None and visit.stage in in_a_room for visit in visits)
    return counts

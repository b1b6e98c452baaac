"""What a wall shows of a site, as the JSON that its screens receive.

Tickets, queue letters, the names of rooms, counts, the clinic's own lines, and instants (`_ms`: milliseconds since 1970 UTC): no
visit, person or provider, no reason, no priority (DESIGN I9). `waiting` is in order: a ticket's place is its position in the
list, from 1.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from schemas.estimates import ranges
from schemas.languages import ScreenLanguage, chosen
from schemas.live import LiveQueue, LiveRoom, LiveVisit
from schemas.rooms import RoomStatus
from schemas.sites import SiteProfile, WaitingArea
from schemas.summaries import Stage
from services.board.domain.lines import letter_of, lines, waits
from services.board.domain.spoken_call import clips_of, sentence_of

RECENT = 8
"""So many of those last taken in are shown."""


class Called(TypedDict):
    """A ticket that is being called. `to` is the name of a room; null means the desk.

    `clips`: the call aloud, the chime first, as files below static/voice; `said`: the same for the display's own voice.
    """

    ticket: str
    to: str | None
    called_ms: int
    clips: list[str]
    said: str


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


class Quiet(TypedDict):
    """A time of the week in which nothing is heard: 0 is Monday, times are the clinic's own, as HH:MM."""

    weekday: int
    begins: str
    ends: str


class SoundSign(TypedDict):
    """What is heard of a call: `clips`, `speech` or `off`, and how often."""

    voice: str
    repeat: int
    quiet: list[Quiet]


class Wall(TypedDict):
    """All that a screen shows. `waiting` and `estimates` have letters of `queues`, no others.

    `silent`: nothing was heard from the clinic for so long that where everybody is, is not known. `estimates`: for each place
    of a queue, from the first, how many minutes more it takes from now, (at least, at most); empty while too little is known.
    """

    site: SiteSign
    area: str | None
    messages: list[str]
    sound: SoundSign
    silent: bool
    queues: dict[str, str]
    calling: list[Called]
    recent: list[TakenIn]
    waiting: dict[str, list[Waiting]]
    estimates: dict[str, list[tuple[int, int]]]
    rooms: Rooms


@dataclass(frozen=True)
class Shown:
    """A site's live state, as far as a wall needs it, and the site's clock then."""

    profile: SiteProfile
    visits: Mapping[str, LiveVisit]
    rooms: Mapping[str, LiveRoom]
    queues: Mapping[str, LiveQueue]
    silent: bool
    at_ms: int


def wall_of(shown: Shown, languages: Collection[str], area: str | None = None) -> Wall:
    """Return the wall of a site in this state, for one of its waiting areas or for all; `languages` are those that have texts.

    An area that the profile doesn't know is shown everything: a display must never go empty by a change of settings.
    """
    profile = shown.profile
    place = next((known for known in profile.areas if known.id == area), None)
    names = names_of(profile)
    here = [visit for visit in shown.visits.values() if visit.ticket is not None and _belongs(visit, place)]
    letters = sorted(letter for letter in profile.queues if place is None or not place.queues or letter in place.queues)
    waiting = _waiting(here, letters)
    language = chosen(profile.languages, languages)
    return {
        "site": {"id": profile.site, "name": profile.name, "timezone": profile.timezone, "language": language},
        "area": place.name if place else None,
        "messages": [line for line in (_in(message, language) for message in profile.wall_messages) if line],
        "sound": _sound(profile),
        "silent": shown.silent,
        "queues": {letter: profile.queues.get(letter, letter) for letter in waiting},
        "calling": _calling(here, names, language),
        "recent": _recent(here, names),
        "waiting": waiting,
        "estimates": {letter: ranges(shown.queues.get(letter), len(queue), shown.at_ms) for letter, queue in waiting.items()},
        "rooms": _rooms(profile, shown.visits.values(), shown.rooms),
    }


def names_of(profile: SiteProfile) -> dict[str, str]:
    """Return what rooms and service points are called, by id."""
    return {room.id: room.name for room in profile.rooms} | {point.id: point.name for point in profile.service_points}


def _belongs(visit: LiveVisit, area: WaitingArea | None) -> bool:
    return area is None or not area.queues or letter_of(visit) in area.queues


def _in(message: Mapping[ScreenLanguage, str], language: str) -> str | None:
    """The message in this language, else in any that it has."""
    return next((text for known, text in message.items() if known == language), None) or next(iter(message.values()), None)


def _sound(profile: SiteProfile) -> SoundSign:
    quiet: list[Quiet] = [
        {"weekday": time.weekday, "begins": f"{time.opens:%H:%M}", "ends": f"{time.closes:%H:%M}"} for time in profile.sound.quiet
    ]
    return {"voice": profile.sound.voice.value, "repeat": profile.sound.repeat, "quiet": quiet}


def _calling(visits: Iterable[LiveVisit], names: dict[str, str], language: str) -> list[Called]:
    """The last call comes first."""
    called = [(-visit.called_ms, visit.visit, visit) for visit in visits if visit.called_ms is not None and waits(visit)]
    return [
        _called(visit.ticket or "", names.get(visit.called_to or ""), -when, language)
        for when, _, visit in sorted(called, key=lambda entry: entry[:2])
    ]


def _called(ticket: str, to: str | None, called_ms: int, language: str) -> Called:
    clips, said = clips_of(ticket, to, language), sentence_of(ticket, to, language)
    return {"ticket": ticket, "to": to, "called_ms": called_ms, "clips": clips, "said": said}


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
    for letter, line in lines(visits).items():
        queues[letter] = [{"ticket": visit.ticket or "", "checked_in_ms": visit.checked_in_ms} for visit in line]
    return queues


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

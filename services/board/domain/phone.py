"""What a patient is told on their own phone, as the JSON that the page receives.

Their ticket, where they stand, what to do now: no name, phone, person or provider, no reason, no priority, no id of the visit
(DESIGN I9). Who is let go first shows only in the place, which is the true one. The name of a room, or of a service point, is told
to whom it was called to and who is there.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypedDict

from schemas.estimates import ranges
from schemas.live import LiveQueue, LiveVisit
from schemas.self_check_in import Due, Said, due, local, may_check_in
from schemas.sites import SiteProfile
from schemas.summaries import Stage
from services.board.domain.lines import lines
from services.board.domain.wall import names_of

CLOSING_MS = 60 * 60 * 1000
"""For so long after its end a visit's link still shows a closing word."""

StageWord = Literal["expected", "waiting", "called", "in_room", "with_provider", "at_service", "over"]
"""Where the patient stands, in a word."""
ToDo = Literal[
    "expected_check_in", "expected_later", "go_to_desk", "wait_here", "next_up", "called_to", "called_desk", "in_room",
    "with_provider", "at_service", "departed", "left", "cancelled", "no_show", "over", "checked_in",
]  # fmt: skip
"""What the patient should do or know now. `expected_check_in` offers self check-in; `checked_in`: there is no ticket yet."""


class Called(TypedDict):
    """Where a called patient should go: the name of a room; null means the desk."""

    to: str | None


class Booked(TypedDict):
    """For when the visit is booked, by the clinic's own calendar and clock: 1 is January, times are HH:MM."""

    day: int
    month: int
    time: str


class Phone(TypedDict):
    """All that the page shows. `place` counts from 1; `range`: how many minutes more it takes, (at least, at most).

    `silent`: nothing was heard from the clinic for so long that where everybody is, is not known.
    """

    ticket: str | None
    stage: StageWord
    what: ToDo
    place: int | None
    range: tuple[int, int] | None
    called: Called | None
    where: str | None
    booked: Booked | None
    silent: bool


GONE: Phone = {
    "ticket": None, "stage": "over", "what": "over", "place": None, "range": None, "called": None, "where": None, "booked": None,
    "silent": False,
}  # fmt: skip
"""Of a visit that is not in the live state any more."""


class Place(NamedTuple):
    """Where somebody stands in line, from 1, and the minutes it takes from now; null while too little is known."""

    place: int
    range: tuple[int, int] | None


def places(visits: Iterable[LiveVisit], queues: Mapping[str, LiveQueue], at_ms: int) -> dict[str, Place]:
    """Return the place of everybody who waits to be called, by visit."""
    found: dict[str, Place] = {}
    for letter, line in lines(visits).items():
        known = ranges(queues.get(letter), len(line), at_ms)
        for at, visit in enumerate(line):
            found[visit.visit] = Place(at + 1, known[at] if at < len(known) else None)
    return found


def link_lives(visit: LiveVisit, profile: SiteProfile, at_ms: int) -> bool:
    """Whether the visit's link still leads somewhere at this instant of the site's clock.

    It does until an hour after the visit's end, and as long as somebody who was given up may still check in.
    """
    if visit.stage not in _ENDS or may_check_in(visit, profile, due(visit.scheduled_ms, profile.timezone, at_ms)):
        return True
    ended = visit.checked_out_ms if visit.checked_out_ms is not None else visit.since_ms
    return ended is not None and at_ms < ended + CLOSING_MS


def phone_of(visit: LiveVisit, place: Place | None, profile: SiteProfile, when: Due, *, silent: bool) -> Phone:
    """Return what the patient of this visit is told; `when`: whether it is due now."""
    stage, what = _standing(visit, place, profile, when)
    names = names_of(profile)
    called = stage == "called"
    return {
        "ticket": visit.ticket,
        "stage": stage,
        "what": what,
        "place": place.place if place and stage == "waiting" else None,
        "range": place.range if place and stage == "waiting" else None,
        "called": {"to": names.get(visit.called_to or "")} if called else None,
        "where": names.get(visit.service or visit.room or "") if stage in _THERE else None,
        "booked": _booked(visit.scheduled_ms, profile.timezone) if stage == "expected" else None,
        "silent": silent,
    }


def answered(phone: Phone, said: Said | None) -> tuple[Phone, Said | None]:
    """Return what is shown to who comes back from self check-in: the form once more only where another try makes sense.

    What was said is shown as long as it is not overtaken by where the patient stands now.
    """
    if phone["stage"] != "expected":
        return phone, said if said is Said.CHECKED_IN and phone["stage"] in {"waiting", "called"} else None
    if phone["what"] != "expected_check_in" or said in {None, Said.WRONG, Said.TRY_AGAIN}:
        return phone, said
    return {**phone, "what": "checked_in" if said is Said.CHECKED_IN else "go_to_desk"}, said


_ENDS: Mapping[Stage, ToDo] = {
    Stage.DEPARTED: "departed", Stage.LEFT: "left", Stage.CANCELLED: "cancelled", Stage.NO_SHOW: "no_show", Stage.UNCLOSED: "over",
}  # fmt: skip
_IN_CARE: Mapping[Stage, Literal["in_room", "with_provider", "at_service"]] = {
    Stage.IN_ROOM: "in_room", Stage.WITH_PROVIDER: "with_provider", Stage.AT_SERVICE: "at_service",
}  # fmt: skip
_THERE = frozenset(_IN_CARE.values())


def _standing(visit: LiveVisit, place: Place | None, profile: SiteProfile, when: Due) -> tuple[StageWord, ToDo]:
    if visit.person is not None and may_check_in(visit, profile, when):
        return "expected", "expected_check_in"
    if visit.stage in _ENDS:
        return "over", _ENDS[visit.stage]
    if visit.stage is Stage.EXPECTED:
        return "expected", "expected_later" if when is Due.EARLY else "go_to_desk"
    if visit.called_ms is not None:
        return "called", "called_to" if visit.called_to in names_of(profile) else "called_desk"
    if visit.stage in _IN_CARE:
        return _IN_CARE[visit.stage], _IN_CARE[visit.stage]
    return "waiting", "next_up" if place and place.place <= profile.next_up else "wait_here"


def _booked(scheduled_ms: int | None, zone: str) -> Booked | None:
    if scheduled_ms is None:
        return None
    at = local(scheduled_ms, zone)
    return {"day": at.day, "month": at.month, "time": f"{at:%H:%M}"}

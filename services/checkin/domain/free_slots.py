"""The first free times: within the hours, away from absences and other bookings, in a room that has what the visit needs.

What flow decides holds (I8); this only says what it would accept as things stand.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from schemas.live import LiveProvider, LiveVisit
from schemas.opening_hours import Opening
from schemas.sites import SiteProfile, VisitType
from schemas.summaries import Stage
from services.checkin.domain.day_book import MINUTE_MS, Days, Span, hours_of, span_of

_ROUND_MS = 5 * MINUTE_MS
"""Nothing is offered for odder a time than this, from now on."""
_HOLDING = frozenset({Stage.EXPECTED, Stage.WAITING, Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE, Stage.UNCLOSED})
"""Who is unclosed is still down as being there, so flow gives their time to nobody."""


class Wanted(NamedTuple):
    """What is looked for: how long, for which kind of visit, with whom and where, if that matters. Not before `now_ms`."""

    days: Days
    now_ms: int
    minutes: int
    before: int = 0
    after: int = 0
    kind: VisitType | None = None
    provider: str | None = None
    room: str | None = None
    grid: int = 15
    """From so many minutes to so many minutes it may begin, counted from the opening; and right after other bookings."""


class Free(NamedTuple):
    """A free time: from when (ms), with whom, and in which room where one is booked."""

    start: int
    provider: str
    room: str | None


def wanted_for(profile: SiteProfile, days: Days, now_ms: int, kind: VisitType | None, minutes: int | None) -> Wanted:
    """Say what is looked for, for a visit of this kind."""
    if kind is None:
        return Wanted(days, now_ms, minutes or profile.slot_minutes, grid=profile.slot_minutes)
    length = minutes or kind.minutes
    return Wanted(days, now_ms, length, kind.buffer_before, kind.buffer_after, kind, grid=profile.slot_minutes)


class Occupied:
    """What is taken: by provider and by room, and when each provider is away."""

    def __init__(self, visits: Iterable[LiveVisit], providers: Mapping[str, LiveProvider], profile: SiteProfile) -> None:
        self._taken: dict[str, list[Span]] = {}
        for visit in visits:
            if visit.scheduled_ms is not None and visit.stage in _HOLDING:
                for thing in (f"provider:{visit.booked_provider}", f"room:{visit.booked_room}"):
                    self._taken.setdefault(thing, []).append(span_of(visit, profile))
        for spans in self._taken.values():
            spans.sort()
        self._away = {name: [Span(one.from_ms, one.until_ms) for one in known.absences] for name, known in providers.items()}

    def take(self, free: Free, span: Span) -> None:
        """Let this time be taken, too."""
        for thing in (f"provider:{free.provider}", f"room:{free.room}"):
            insort(self._taken.setdefault(thing, []), span)

    def leave(self, provider: str, away: Span) -> None:
        """Let the provider be away then, too."""
        self._away.setdefault(provider, []).append(away)

    def free(self, thing: str, span: Span) -> bool:
        """Whether nothing is booked with it then."""
        return not any(span.meets(other) for other in self._taken.get(thing, ()))

    def ends(self, provider: str) -> Iterator[int]:
        """When bookings with the provider, and their absences, are over."""
        yield from (span.end for span in self._taken.get(f"provider:{provider}", ()))
        yield from (span.end for span in self._away.get(provider, ()))

    def there(self, provider: str, span: Span) -> bool:
        """Whether the provider is not away at any time of it."""
        return not any(span.meets(other) for other in self._away.get(provider, ()))


def free_slots(profile: SiteProfile, occupied: Occupied, wanted: Wanted) -> Iterator[Free]:
    """Yield every free time, the earliest first; of two at one time that of the provider whom the profile names first."""
    hours = hours_of(profile)
    providers = [one.id for one in profile.providers if wanted.provider in {None, one.id}]
    for day in wanted.days.all:
        found = [
            (start, at, provider)
            for at, provider in enumerate(providers)
            for start in _starts(hours[provider].on(day), occupied, provider, wanted)
        ]
        for start, _, provider in sorted(found):
            room = _room(profile, occupied, wanted, start)
            if room is not None:
                yield Free(start, provider, room or None)


def _starts(openings: Sequence[Opening], occupied: Occupied, provider: str, wanted: Wanted) -> set[int]:
    """When the provider could begin: on the grid of each opening, right away, and at once where another booking is over."""
    length, before, after = (minutes * MINUTE_MS for minutes in (wanted.minutes, wanted.before, wanted.after))
    found = set()
    aside = {-(-wanted.now_ms // _ROUND_MS) * _ROUND_MS, *(end + before for end in occupied.ends(provider))}
    for opens, closes in openings:
        on_the_grid = range(opens, closes - length + 1, wanted.grid * MINUTE_MS)
        for start in {*on_the_grid, *(start for start in aside if opens <= start <= closes - length)}:
            whole, visit = Span(start - before, start + length + after), Span(start, start + length)
            if start >= wanted.now_ms and occupied.there(provider, visit) and occupied.free(f"provider:{provider}", whole):
                found.add(start)
    return found


def _room(profile: SiteProfile, occupied: Occupied, wanted: Wanted, start: int) -> str | None:
    """The first room that is free and fits; "" where none is booked with such a visit; None: there is none."""
    kind = wanted.kind
    if wanted.room is None and (kind is None or not kind.room_is_booked):
        return ""
    needed = set(kind.equipment) if kind is not None else set()
    whole = Span(start - wanted.before * MINUTE_MS, start + (wanted.minutes + wanted.after) * MINUTE_MS)
    for room in profile.rooms:
        fits = wanted.room in {None, room.id} and needed.issubset(room.equipment)
        if fits and occupied.free(f"room:{room.id}", whole):
            return room.id
    return None


def local(start: int, days: Days) -> str:
    """The time on the clinic's own clock, as a booking may name it."""
    return datetime.fromtimestamp(start / 1000, UTC).astimezone(days.zone).strftime("%Y-%m-%dT%H:%M")

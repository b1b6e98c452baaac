"""The book: which visit holds which provider and room from when until when. It follows from the facts of the visits (I1, I8)."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import NamedTuple

from schemas.summaries import Stage
from services.flow.domain.facts import MINUTE_MS
from services.flow.domain.timeline import IN_CLINIC, View

_HOLDING = IN_CLINIC | {Stage.EXPECTED}
_LONGEST_MS = (1440 + 2 * 1440) * MINUTE_MS
"""No booking is longer, with both of its buffers."""


class Holding(NamedTuple):
    """A booking's time (ms) with one provider, `provider:…`, or in one room, `room:…`. `on_purpose`: against another one."""

    of: str
    start: int
    end: int
    on_purpose: bool


Holdings = tuple[Holding, ...]


def holdings(told: View, slot_minutes: int) -> Holdings:
    """What the facts let a visit hold. Who is over holds nothing: what is left of their time may be given to another."""
    slot = told.slot
    if slot is None or told.stage not in _HOLDING:
        return ()
    begins, ends = slot.span(slot_minutes)
    start, end = begins - slot.buffer_before * MINUTE_MS, ends + slot.buffer_after * MINUTE_MS
    on_purpose = slot.override is not None
    provider = (Holding(f"provider:{slot.provider}", start, end, on_purpose),) if slot.provider is not None else ()
    return (*provider, Holding(f"room:{slot.room}", start, end, on_purpose)) if slot.room is not None else provider


class _Booked(NamedTuple):
    """A holding, as it is kept in order."""

    start: int
    end: int
    visit: str
    on_purpose: bool


class Book:
    """The bookings of one site."""

    def __init__(self) -> None:
        self._of: dict[str, Holdings] = {}
        self._by_thing: dict[str, list[_Booked]] = {}

    def change(self, visit: str, now: Holdings) -> set[str]:
        """Let the visit hold this, and nothing else; returns the visits whose bookings meet what it held or holds."""
        before = self._of.get(visit, ())
        if before == now:
            return set()
        met = {other for held in (*before, *now) for other, _ in self.meeting(held, {visit})}
        for held in before:
            booked = self._by_thing[held.of]
            del booked[bisect_left(booked, _Booked(held.start, held.end, visit, held.on_purpose))]
        for held in now:
            insort(self._by_thing.setdefault(held.of, []), _Booked(held.start, held.end, visit, held.on_purpose))
        if now:
            self._of[visit] = now
        else:
            self._of.pop(visit, None)
        return met

    def meeting(self, held: Holding, besides: set[str]) -> Iterator[tuple[str, bool]]:
        """Every other booking that meets this one, earliest first: its visit, and whether it was made on purpose."""
        booked = self._by_thing.get(held.of, [])
        first = bisect_right(booked, (held.start - _LONGEST_MS,))
        for start, end, visit, on_purpose in booked[first:]:
            if start >= held.end:
                return
            if end > held.start and visit not in besides:
                yield visit, on_purpose

    def clashes(self, visit: str) -> Iterator[str]:
        """The visits that want the same at the same time, though nobody said that they should."""
        for held in self._of.get(visit, ()):
            if not held.on_purpose:
                yield from (other for other, on_purpose in self.meeting(held, {visit}) if not on_purpose)

"""How fast a queue moves: the time from one patient taken in to the next, while somebody waited.

Departures from the head of a line while somebody waits come at the rate at which all who serve it serve together, s·mu; the wait of
whoever stands in it depends on that alone (Ibrahim & Whitt, M&SOM 11(3) 2009). An interval in which nobody waited says only that
nobody came. All of it follows from when patients arrived and were taken in, so the order in which that was told has no part (I1).
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from services.flow.domain.facts import HOUR_MS
from services.flow.domain.timeline import View

_LAST = 10
"""So many intervals count, the last ones."""
_ENOUGH = 4
_WITHIN_MS = 3 * HOUR_MS
"""None counts that ended so long before the last patient was taken in."""


class Pace(NamedTuple):
    """So many seconds from one patient to the next, 1 at least; `taken` (ms) is when the last one was taken in."""

    seconds: int
    taken: int


class _Taken(NamedTuple):
    """A patient of a queue who was taken in. Instants in ms; they sort by when that was."""

    roomed: int
    visit: str
    checked_in: int


class _Interval(NamedTuple):
    """From one patient taken in to the next, who waited already. They sort by their ends."""

    end: int
    visit: str
    length: int


class _Moves:
    """The moves of one queue, in order."""

    def __init__(self) -> None:
        self.taken: list[_Taken] = []
        self.intervals: list[_Interval] = []
        self.pace: Pace | None = None

    def add(self, one: _Taken) -> None:
        """Take in that somebody was taken in."""
        index = bisect_left(self.taken, one)
        before, after = self._around(index, index)
        if after is not None:
            self._forget(before, after)
            self._note(one, after)
        self.taken.insert(index, one)
        self._note(before, one)

    def remove(self, one: _Taken) -> None:
        """Take in that somebody, who is there, was not."""
        index = bisect_left(self.taken, one)
        before, after = self._around(index, index + 1)
        self._forget(before, one)
        self._forget(one, after)
        del self.taken[index]
        self._note(before, after)

    def _around(self, index: int, behind: int) -> tuple[_Taken | None, _Taken | None]:
        return self.taken[index - 1] if index else None, self.taken[behind] if behind < len(self.taken) else None

    def _note(self, one: _Taken | None, following: _Taken | None) -> None:
        interval = _interval(one, following)
        if interval is not None:
            insort(self.intervals, interval)

    def _forget(self, one: _Taken | None, following: _Taken | None) -> None:
        interval = _interval(one, following)
        if interval is not None:
            del self.intervals[bisect_left(self.intervals, interval)]

    def measure(self) -> bool:
        """Work out the pace; says whether it became another."""
        before, self.pace = self.pace, self._measured()
        return self.pace != before

    def _measured(self) -> Pace | None:
        if len(self.intervals) < _ENOUGH:
            return None
        taken = self.taken[-1].roomed
        oldest = taken - _WITHIN_MS
        lengths = [length for end, _, length in self.intervals[-_LAST:] if end >= oldest]
        return Pace(max(1, round(sum(lengths) / len(lengths) / 1000)), taken) if len(lengths) >= _ENOUGH else None


def _interval(one: _Taken | None, following: _Taken | None) -> _Interval | None:
    """The interval between two patients, if it counts: somebody waited all the while."""
    if one is None or following is None or following.checked_in > one.roomed:
        return None
    return _Interval(following.roomed, following.visit, following.roomed - one.roomed)


class Paces:
    """The paces of a site's queues, by letter."""

    def __init__(self) -> None:
        self._moves: dict[str, _Moves] = {}

    def of(self, letter: str) -> Pace | None:
        """How fast the queue moves; None: too little is known."""
        moves = self._moves.get(letter)
        return moves.pace if moves is not None else None

    def known(self) -> list[str]:
        """The queues whose pace is known."""
        return sorted(letter for letter, moves in self._moves.items() if moves.pace is not None)

    def change(self, visit: str, before: View, now: View) -> list[str]:
        """Take in what became of a visit; returns the queues whose pace became another."""
        if now.roomed is None and before.roomed is None:
            return []
        if now.roomed == before.roomed and now.checked_in == before.checked_in and now.queue == before.queue:
            return []
        was, is_ = _taken(visit, before), _taken(visit, now)
        touched = []
        if was is not None:
            self._moves[before.queue].remove(was)
            touched.append(before.queue)
        if is_ is not None:
            self._moves.setdefault(now.queue, _Moves()).add(is_)
            touched.append(now.queue)
        return [letter for letter in dict.fromkeys(touched) if self._moves[letter].measure()]

    def restore(self, visits: Iterable[tuple[str, View]]) -> None:
        """Work all of it out from the visits there are."""
        for visit, view in visits:
            taken = _taken(visit, view)
            if taken is not None:
                self._moves.setdefault(view.queue, _Moves()).taken.append(taken)
        for moves in self._moves.values():
            moves.taken.sort()
            intervals = (_interval(one, following) for one, following in pairwise(moves.taken))
            moves.intervals = [interval for interval in intervals if interval is not None]
            moves.measure()


def _taken(visit: str, view: View) -> _Taken | None:
    if view.roomed is None or view.checked_in is None:
        return None
    return _Taken(view.roomed, visit, view.checked_in)

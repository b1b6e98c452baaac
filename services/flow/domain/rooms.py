"""Who is in which room, and what each is fit for: it follows from the visits and from what was said of the rooms."""

from typing import NamedTuple

from schemas.rooms import RoomStatus


class RoomFact(NamedTuple):
    """The last word on a room's status: the latest by (time, event id), so that order of arrival doesn't matter."""

    at: int
    event: str
    status: RoomStatus


class RoomState(NamedTuple):
    """What a room is fit for, since when (ms; None: always), and how long its last turnover took, as far as is known."""

    status: RoomStatus
    since: int | None
    turnover_seconds: int | None


class Rooms:
    """The rooms of one site. `cleaned`: a room that was left must be cleaned and said to be ready."""

    def __init__(self, *, cleaned: bool = False) -> None:
        self.facts: dict[str, RoomFact] = {}
        self.left_before: dict[str, int] = {}
        """When each room was left (ms) by the last visit that is no longer in the state."""
        self.cleaned = cleaned
        self._held: dict[str, set[str]] = {}
        self._left: dict[str, dict[str, int]] = {}

    def note(self, room: str, fact: RoomFact) -> None:
        """Keep the latest word on a room."""
        known = self.facts.get(room)
        if known is None or (known.at, known.event) < (fact.at, fact.event):
            self.facts[room] = fact

    def state(self, room: str) -> RoomState:
        """What the room is fit for. Out of service lasts until somebody says otherwise; cleaning, until ready is said."""
        known, left = self.facts.get(room), self._last_left(room)
        if known is not None and (known.status is RoomStatus.OUT_OF_SERVICE or left is None or left <= known.at):
            turned_over = known.status is RoomStatus.READY and left is not None and self.cleaned
            return RoomState(known.status, known.at, (known.at - left) // 1000 if turned_over and left is not None else None)
        if self.cleaned and left is not None:
            return RoomState(RoomStatus.CLEANING, left, None)
        return RoomState(known.status, known.at, None) if known else RoomState(RoomStatus.READY, None, None)

    def status(self, room: str) -> RoomStatus:
        """What the room is fit for."""
        return self.state(room).status

    def hold(self, room: str, visit: str) -> None:
        """Put the visit into the room."""
        self._held.setdefault(room, set()).add(visit)

    def release(self, room: str, visit: str) -> None:
        """Take the visit out."""
        held = self._held[room]
        held.discard(visit)
        if not held:
            del self._held[room]

    def held_by(self, room: str) -> tuple[str, ...]:
        """Return the visits in the room, by id; more than one where reports clash."""
        held = self._held.get(room)
        return tuple(sorted(held)) if held else ()

    def crowded(self, room: str) -> bool:
        """Whether more than one visit is in the room."""
        return len(self._held.get(room, ())) > 1

    def left(self, visit: str, before: tuple[tuple[str, int], ...], now: tuple[tuple[str, int], ...]) -> set[str]:
        """Note which rooms a visit has left, and when; returns those about which that is new."""
        for room, _ in before:
            self._left[room].pop(visit, None)
        for room, at in now:
            self._left.setdefault(room, {})[visit] = at
        return {room for room, _ in set(before) ^ set(now)}

    def forget(self, visit: str, vacated: tuple[tuple[str, int], ...]) -> None:
        """Keep of a visit that goes out of the state only that its rooms were left."""
        for room, at in vacated:
            self._left[room].pop(visit, None)
            self.left_before[room] = max(at, self.left_before.get(room, at))

    def known(self) -> set[str]:
        """Every room that has a status, or somebody in it, or that somebody has left."""
        return set(self.facts) | set(self._held) | {room for room, left in self._left.items() if left} | set(self.left_before)

    def _last_left(self, room: str) -> int | None:
        moments = [*self._left.get(room, {}).values()]
        if room in self.left_before:
            moments.append(self.left_before[room])
        return max(moments, default=None)

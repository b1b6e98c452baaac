"""Who is in which room, and what each is fit for: it follows from the visits and from what was said of the rooms."""

from typing import NamedTuple

from schemas.rooms import RoomStatus
from services.flow.domain.facts import Fact
from services.flow.domain.modifiers import settled


class RoomState(NamedTuple):
    """What a room is fit for, since when (ms; None: always), and how long its last turnover took, as far as is known."""

    status: RoomStatus
    since: int | None
    turnover_seconds: int | None


class Rooms:
    """The rooms of one site. `cleaned`: a room that was left must be cleaned and said to be ready."""

    def __init__(self, *, cleaned: bool = False) -> None:
        self.facts: dict[str, dict[str, Fact]] = {}
        """What was said of each room, undos too, by event id."""
        self.left_before: dict[str, int] = {}
        """When each room was left (ms) by the last visit that is no longer in the state."""
        self.cleaned = cleaned
        self._held: dict[str, set[str]] = {}
        self._left: dict[str, dict[str, int]] = {}

    def note(self, room: str, fact: Fact) -> None:
        """Keep what was said of a room."""
        self.facts.setdefault(room, {})[fact.id] = fact

    def word(self, room: str) -> Fact | None:
        """The last word on a room that was not taken back: the latest by (time, event id), whatever came last."""
        facts = self.facts.get(room)
        return max(settled(facts.values()), key=lambda fact: (fact.at, fact.id), default=None) if facts else None

    def forget_before(self, moment: int) -> None:
        """Keep of what was recorded before the moment (ms) only the last word on each room."""
        for room, facts in self.facts.items():
            last = self.word(room)
            self.facts[room] = {fact.id: fact for fact in facts.values() if fact.recorded >= moment or fact == last}

    def state(self, room: str) -> RoomState:
        """What the room is fit for. Out of service lasts until somebody says otherwise; cleaning, until ready is said."""
        word, left = self.word(room), self._last_left(room) if self.cleaned else None
        status = RoomStatus(word.data["status"]) if word is not None else RoomStatus.READY
        said = word.at if word is not None else None
        if left is None or status is RoomStatus.OUT_OF_SERVICE:
            return RoomState(status, said, None)
        if said is None or said < left:
            return RoomState(RoomStatus.CLEANING, left, None)
        return RoomState(status, said, (said - left) // 1000 if status is RoomStatus.READY else None)

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

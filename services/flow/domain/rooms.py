"""Who is in which room: it follows from the visits; only what a room is fit for is a fact of its own."""

from typing import NamedTuple

from schemas.rooms import RoomStatus


class RoomFact(NamedTuple):
    """The last word on a room's status: the latest by (time, event id), so that order of arrival doesn't matter."""

    at: int
    event: str
    status: RoomStatus


class Rooms:
    """The rooms of one site."""

    def __init__(self) -> None:
        self.facts: dict[str, RoomFact] = {}
        self._held: dict[str, set[str]] = {}

    def note(self, room: str, fact: RoomFact) -> None:
        """Keep the latest word on a room."""
        known = self.facts.get(room)
        if known is None or (known.at, known.event) < (fact.at, fact.event):
            self.facts[room] = fact

    def status(self, room: str) -> RoomStatus:
        """What the room is fit for."""
        known = self.facts.get(room)
        return known.status if known else RoomStatus.READY

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

    def known(self) -> set[str]:
        """Every room that has a status or somebody in it."""
        return set(self.facts) | set(self._held)

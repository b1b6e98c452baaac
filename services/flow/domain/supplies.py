"""How much there is of what is used up, and where: the last word on each place."""

from typing import NamedTuple


class Level(NamedTuple):
    """The last word on a supply in one place: the latest by (time in ms, event id)."""

    at: int
    event: str
    level: int


class Supplies:
    """The supplies of one site, by id and room; "" is no room in particular."""

    def __init__(self) -> None:
        self.levels: dict[str, dict[str, Level]] = {}

    def note(self, supply: str, room: str, level: Level) -> None:
        """Keep the latest word."""
        places = self.levels.setdefault(supply, {})
        places[room] = max(level, places.get(room, level))

    def of(self, supply: str) -> dict[str, int]:
        """How much there is, by place."""
        return {room: word.level for room, word in sorted(self.levels.get(supply, {}).items())}

    def low(self, supply: str, limit: int) -> dict[str, int]:
        """The places where so much at most is left, and since when (ms)."""
        return {room: word.at for room, word in sorted(self.levels.get(supply, {}).items()) if word.level <= limit}

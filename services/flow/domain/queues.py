"""Who waits, in which order: it follows from priority, arrival and visit id."""

from bisect import bisect_left

from schemas.summaries import Stage
from services.flow.domain.timeline import View

Place = tuple[int, int, str]


def place(visit: str, view: View) -> Place | None:
    """Where in its queue a visit stands, as a key to sort by; None: it doesn't wait to be called."""
    if view.stage is not Stage.WAITING or view.call is not None:
        return None
    arrived = view.checked_in if view.checked_in is not None else view.since or 0
    return view.priority, arrived, visit


class Queues:
    """The queues of one site, by letter."""

    def __init__(self) -> None:
        self._places: dict[str, list[Place]] = {}

    def join(self, letter: str, at: Place) -> int:
        """Add somebody; returns how many stand before."""
        places = self._places.setdefault(letter, [])
        index = bisect_left(places, at)
        places.insert(index, at)
        return index

    def leave(self, letter: str, at: Place) -> int:
        """Remove somebody who is there; returns how many stood before."""
        places = self._places[letter]
        index = bisect_left(places, at)
        del places[index]
        return index

    def head(self, letter: str, size: int) -> tuple[str, ...]:
        """Return the first `size` visits."""
        return tuple([visit for _, _, visit in self._places.get(letter, ())[:size]])

    def letters(self) -> tuple[str, ...]:
        """Every queue that ever held somebody."""
        return tuple(sorted(self._places))

    def everybody(self) -> list[str]:
        """Return every visit that stands in a queue."""
        return [visit for places in self._places.values() for _, _, visit in places]

"""How long it takes from the desk to the wall: commands matched with the moment the wall first shows them."""

from collections import defaultdict
from dataclasses import dataclass
from math import ceil

from services.simulator.domain.wall_view import Sight


@dataclass(frozen=True)
class _Awaited:
    ticket: str
    sights: frozenset[Sight]
    sent_at: float


class Sightings:
    """Moments are real seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[float, Sight]]] = defaultdict(list)
        self._awaited: list[_Awaited] = []
        self.seconds: list[float] = []

    def shown(self, ticket: str, sight: Sight, at: float) -> None:
        """The wall now shows the ticket so. It may come before the answer to the command."""
        self._seen[ticket].append((at, sight))
        self._match(ticket)

    def expect(self, ticket: str, sights: frozenset[Sight], sent_at: float) -> None:
        """A command about the ticket was sent then; any of the sights shows that the wall knows it."""
        self._awaited.append(_Awaited(ticket, sights, sent_at))
        self._match(ticket)

    def close(self, now: float) -> int:
        """What was never shown counts as if it were shown now; returns how many those are."""
        unseen = len(self._awaited)
        self.seconds.extend(now - awaited.sent_at for awaited in self._awaited)
        self._awaited = []
        return unseen

    def _match(self, ticket: str) -> None:
        left = []
        for awaited in self._awaited:
            moment = self._first(awaited) if awaited.ticket == ticket else None
            if moment is None:
                left.append(awaited)
            else:
                self.seconds.append(moment - awaited.sent_at)
        self._awaited = left
        if not any(awaited.ticket == ticket for awaited in left):
            del self._seen[ticket][:-1]

    def _first(self, awaited: _Awaited) -> float | None:
        seen = self._seen[awaited.ticket]
        return next((at for at, sight in seen if at >= awaited.sent_at and sight in awaited.sights), None)


def percentile(values: list[float], share: float) -> float | None:
    """The smallest value that at least this share of all do not exceed; None of nothing."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)] if values else None

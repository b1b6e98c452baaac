"""Which visits are to be looked at, and when."""

import heapq
from datetime import datetime


class Agenda:
    """Each visit once, at the earliest time that was said."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}
        self._order: list[tuple[datetime, str]] = []
        """A heap; what was moved to an earlier time stands there twice."""

    def __len__(self) -> int:
        return len(self._at)

    def put(self, visit: str, at: datetime) -> None:
        """Have a visit looked at then, unless that is done before."""
        known = self._at.get(visit)
        if known is None or at < known:
            self._at[visit] = at
            heapq.heappush(self._order, (at, visit))

    def is_due(self, now: datetime) -> bool:
        """Whether any visit's time has come."""
        while self._order and self._at.get(self._order[0][1]) != self._order[0][0]:
            heapq.heappop(self._order)
        return bool(self._order) and self._order[0][0] <= now

    def due(self, now: datetime) -> str | None:
        """Take the visit whose time came first; None: none has come."""
        if not self.is_due(now):
            return None
        _, visit = heapq.heappop(self._order)
        del self._at[visit]
        return visit

    def clear(self) -> None:
        """Forget all of them."""
        self._at.clear()
        self._order.clear()

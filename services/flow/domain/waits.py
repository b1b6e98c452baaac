"""How long this site's patients wait before they go in: what is longer than that may be somebody who left unseen."""

from bisect import bisect_left, insort

from schemas.summaries import Stage
from services.flow.domain.timeline import View

_ENOUGH = 20
_SHARE = 0.98
_STEP = 300
"""The limit moves in steps of five minutes, so that it rarely does."""
_WENT_IN = frozenset({Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE, Stage.DEPARTED})


def wait(view: View) -> int | None:
    """The visit's completed waiting-room wait in seconds, if it is known."""
    return view.waiting_seconds if view.stage in _WENT_IN else None


class Waits:
    """The completed waits of the visits in the state, in seconds."""

    def __init__(self) -> None:
        self.longest_usual: int | None = None
        """So long 98 % of the patients waited at most, in seconds, rounded up; None while too few waits are known."""
        self._sorted: list[int] = []

    def change(self, before: int | None, now: int | None) -> bool:
        """Take in that a visit's wait became another; says whether the longest usual wait did, too."""
        if before == now:
            return False
        if before is not None:
            del self._sorted[bisect_left(self._sorted, before)]
        if now is not None:
            insort(self._sorted, now)
        known, was = self._sorted, self.longest_usual
        self.longest_usual = -(-known[int(len(known) * _SHARE)] // _STEP) * _STEP if len(known) >= _ENOUGH else None
        return self.longest_usual != was

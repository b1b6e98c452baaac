"""A wall as a screen builds it: a snapshot, then changes, each following on the one before.

The board's wall (its module `wall_change`) says how: a list changes by one splice, all else is sent whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.simulator.domain.wall_view import WallView

Json = Mapping[str, Any]


class Screen:
    """What has been received so far; `last_id` names the version."""

    def __init__(self) -> None:
        self.last_id: str | None = None
        self._queues: list[str] = []
        self._calling: list[Json] = []
        self._waiting: dict[str, list[Json]] = {}

    def take(self, event: str, event_id: str, said: Json) -> bool:
        """Take an event in; False: a change is missing, and a snapshot is needed."""
        if event == "snapshot":
            wall = said["wall"]
            self._queues, self._calling = list(wall["queues"]), list(wall["calling"])
            self._waiting = {letter: list(entries) for letter, entries in wall["waiting"].items()}
        elif event == "change":
            if said["before"] != self.last_id:
                return False
            self._change(said["change"])
        else:
            return True
        self.last_id = event_id
        return True

    def view(self) -> WallView:
        """What is seen now. Queues without anybody are left out."""
        waiting = {letter: tuple(str(entry["ticket"]) for entry in entries) for letter, entries in self._waiting.items() if entries}
        return WallView({str(entry["ticket"]): entry["to"] for entry in self._calling}, waiting)

    def _change(self, change: Json) -> None:
        self._queues = list(change.get("queues", self._queues))
        self._calling = _spliced(self._calling, change.get("calling"))
        for letter, splice in change.get("waiting", {}).items():
            self._waiting[letter] = _spliced(self._waiting.get(letter, []), splice)
        self._waiting = {letter: entries for letter, entries in self._waiting.items() if letter in self._queues}


def _spliced(entries: Sequence[Json], splice: Json | None) -> list[Json]:
    if splice is None:
        return list(entries)
    at, remove = int(splice["at"]), int(splice["remove"])
    return [*entries[:at], *splice["insert"], *entries[at + remove :]]

"""What a waiting-room wall shows, as far as the simulator checks it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Sight(StrEnum):
    """How a ticket is seen on the wall."""

    WAITING = "waiting"
    CALLING = "calling"
    GONE = "gone"


@dataclass(frozen=True)
class WallView:
    """Tickets being called with where to go, and tickets waiting by queue, in order."""

    calling: dict[str, str | None] = field(default_factory=dict)
    waiting: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def sights(self) -> dict[str, Sight]:
        """How each ticket is seen; one that isn't here is gone."""
        seen = {ticket: Sight.WAITING for tickets in self.waiting.values() for ticket in tickets}
        return seen | dict.fromkeys(self.calling, Sight.CALLING)


def changes(before: WallView, after: WallView) -> dict[str, Sight]:
    """Tickets that are seen otherwise than before."""
    old, new = before.sights(), after.sights()
    gone = dict.fromkeys(old.keys() - new.keys(), Sight.GONE)
    return gone | {ticket: sight for ticket, sight in new.items() if old.get(ticket) is not sight}

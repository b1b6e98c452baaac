"""What the records after an alert, as far as they are read, say about it: an undo that came already counts (I7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.alerts import Alert, AlertRaised, AlertRetracted, RetractionReason


@dataclass(frozen=True)
class Ahead:
    """What comes after one record about the same alert."""

    raised_again: bool = False
    ends_undone: bool = False
    """The last word on the alert is that its fact was taken back."""


NOTHING_AHEAD = Ahead()


def look_ahead(alerts: Sequence[Alert]) -> list[Ahead]:
    """For each of these consecutive records of one partition, what comes after it."""
    known: dict[tuple[str, str], Ahead] = {}
    found = []
    for alert in reversed(alerts):
        about = (alert.site, alert.id)
        after = known.get(about)
        found.append(after or NOTHING_AHEAD)
        known[about] = Ahead(
            raised_again=isinstance(alert, AlertRaised) or (after is not None and after.raised_again),
            ends_undone=_is_undo(alert) if after is None else after.ends_undone,
        )
    return found[::-1]


def _is_undo(alert: Alert) -> bool:
    return isinstance(alert, AlertRetracted) and alert.reason is RetractionReason.UNDONE

"""What the records after an alert, as far as they are read, say about it: an undo that came already counts (I7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.alerts import Alert, AlertRaised, AlertRetracted, RetractionReason


@dataclass(frozen=True)
class Ahead:
    """What comes after one record about the same alert."""

    raised_again: bool = False
    ended: RetractionReason | None = None
    """Why the alert no longer stands, where that is the last word on it."""


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
            ended=_reason(alert) if after is None else after.ended,
        )
    return found[::-1]


def _reason(alert: Alert) -> RetractionReason | None:
    return alert.reason if isinstance(alert, AlertRetracted) else None

"""Which alerts somebody has taken on, and when first. An acknowledgement is a fact: it may come before its alert, or twice (I1)."""

from collections.abc import Container
from typing import NamedTuple


class Acknowledgement(NamedTuple):
    """When (ms) an alert was first taken on, and when that was last told."""

    at: int
    recorded: int


class Acknowledged:
    """The alerts of one site that were taken on, by id, whether they stand or not."""

    def __init__(self) -> None:
        self.alerts: dict[str, Acknowledgement] = {}

    def note(self, alert: str, at: int, recorded: int) -> bool:
        """Take in that somebody took the alert on; says whether that is the first time known, by when it happened."""
        known = self.alerts.get(alert)
        if known is None:
            self.alerts[alert] = Acknowledgement(at, recorded)
            return True
        self.alerts[alert] = Acknowledgement(min(at, known.at), max(recorded, known.recorded))
        return at < known.at

    def first(self, alert: str) -> int | None:
        """When (ms) the alert was first taken on; None: nobody has."""
        known = self.alerts.get(alert)
        return known.at if known is not None else None

    def forget_before(self, moment: int, standing: Container[str]) -> None:
        """Keep of what was told before the moment (ms) only what is about an alert that stands."""
        self.alerts = {name: known for name, known in self.alerts.items() if known.recorded >= moment or name in standing}

"""The alerts of a site that stand, and the moments at which time alone will change something."""

from collections.abc import Iterable
from heapq import heappop, heappush

from services.flow.domain.alerting import Standing

_NONE: dict[str, Standing] = {}


class Alarms:
    """By the names of what they are about: `visit:…`, `room:…`, `provider:…`, `site`."""

    def __init__(self) -> None:
        self.standing: dict[str, Standing] = {}
        self._of: dict[str, dict[str, Standing]] = {}
        self._watched: dict[str, int] = {}
        self._moments: list[tuple[int, str]] = []

    def watch(self, name: str, moment: int | None) -> None:
        """Look at this one again at the moment (ms), and not before; None: not at all."""
        if moment is None:
            self._watched.pop(name, None)
        elif self._watched.get(name) != moment:
            self._watched[name] = moment
            heappush(self._moments, (moment, name))

    def watches(self, name: str) -> bool:
        """Whether this one will be looked at again."""
        return name in self._watched

    def due(self, to: int) -> tuple[int, str] | None:
        """Take the next moment up to `to` off the list, and whom it is about."""
        while self._moments and self._moments[0][0] <= to:
            moment, name = heappop(self._moments)
            if self._watched.get(name) == moment:
                del self._watched[name]
                return moment, name
        return None

    def of(self, name: str) -> dict[str, Standing]:
        """The alerts about this one that stand."""
        return self._of.get(name, _NONE)

    def set(self, name: str, alerts: dict[str, Standing]) -> dict[str, Standing]:
        """Let these be the alerts about this one; returns those that stood before."""
        old = self._of.get(name, _NONE)
        for gone in old:
            if gone not in alerts:
                del self.standing[gone]
        self.standing.update(alerts)
        if alerts:
            self._of[name] = alerts
        else:
            self._of.pop(name, None)
        return old

    def restore(self, standing: Iterable[tuple[str, Standing]]) -> None:
        """Let these alerts stand, as they did when they were saved."""
        for name, alert in standing:
            self.standing[name] = alert
            self._of.setdefault(alert.owner, {})[name] = alert

"""What a console sees of a site, for the live kit."""

from collections.abc import Mapping
from typing import TypeVar

from schemas.live import LiveAlert, LiveRoom, LiveVisit
from services.checkin.domain.desk import Desk, DeskChange, Row, change_between, estimates_of, row_of, site_of
from services.runtime.live.site import LiveSite

Thing = TypeVar("Thing", LiveVisit, LiveRoom, LiveAlert)


class DeskView:
    """One per site: it keeps the rows that it made, so that a change costs what it changes and not the whole site."""

    kind = "desk"
    key = "desk"

    def __init__(self) -> None:
        self._made: dict[str, dict[str, tuple[object, Row]]] = {"visits": {}, "rooms": {}, "alerts": {}}

    def of(self, live: LiveSite) -> Desk:
        """Return the console's site."""
        return {
            "site": site_of(live.profile),
            "visits": self._rows("visits", live.visits),
            "rooms": self._rows("rooms", live.rooms),
            "alerts": self._rows("alerts", live.alerts),
            "estimates": estimates_of(live.visits.values(), live.queues, live.meta.version[1]),
        }

    def change(self, old: Desk, new: Desk) -> DeskChange:
        """Return what became different."""
        return change_between(old, new)

    def _rows(self, kind: str, things: Mapping[str, Thing]) -> dict[str, Row]:
        before, made = self._made[kind], {}
        for name, thing in things.items():
            known = before.get(name)
            made[name] = known if known is not None and known[0] is thing else (thing, row_of(thing))
        self._made[kind] = made
        return {name: row for name, (_, row) in made.items()}

"""What a console sees of a site, for the live kit."""

from collections.abc import Mapping

from services.checkin.domain.desk import (
    LISTS,
    Desk,
    DeskChange,
    Row,
    Thing,
    book_stamp,
    change_between,
    estimates_of,
    is_of_now,
    row_of,
    site_of,
)
from services.runtime.live.site import LiveSite

_HOUR_MS = 60 * 60 * 1000


class DeskView:
    """One per site: it keeps the rows that it made, so that a change costs what it changes and not the whole site."""

    kind = "desk"
    key = "desk"

    def __init__(self) -> None:
        self._made: dict[str, dict[str, tuple[object, Row]]] = {part: {} for part in LISTS}

    def of(self, live: LiveSite) -> Desk:
        """Return the console's site."""
        now, kept = live.meta.version[1], live.profile.retention_hours * _HOUR_MS
        return {
            "site": site_of(live.profile),
            "visits": self._rows("visits", {name: visit for name, visit in live.visits.items() if is_of_now(visit, now, kept)}),
            "rooms": self._rows("rooms", live.rooms),
            "providers": self._rows("providers", live.providers),
            "supplies": self._rows("supplies", live.supplies),
            "open_items": self._rows("open_items", live.open_items),
            "alerts": self._rows("alerts", live.alerts),
            "book": book_stamp(live.visits.values()),
            "estimates": estimates_of(live.visits.values(), live.queues, now),
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

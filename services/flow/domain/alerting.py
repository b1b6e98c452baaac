"""Which alerts stand: a function of a visit, room, provider or site, and of the site's clock.

Ids are made of the kind, whom it is about and a milestone; they and the times come from facts, so that a log folded again
gives the same ones. An alert of an id is raised once; a wait that goes on past its critical limit is a second one.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter, itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.alerts import AlertKind
from schemas.sites import Limits
from schemas.summaries import Stage
from services.flow.domain.facts import MINUTE_MS, instant
from services.flow.domain.timeline import IN_CLINIC, View

Deadlines = tuple[tuple[AlertKind, int], ...]
"""By which moments (ms) a visit's present stage takes too long, the next one first."""


class Standing(NamedTuple):
    """An alert that stands: its kind, whom it is about, since when (ms), and where they are asked to go, or it is."""

    kind: AlertKind
    visit: str | None
    since: int
    room: str | None
    provider: str | None = None
    supply: str | None = None

    @property
    def owner(self) -> str:
        """The name of what it is about, among all that the site watches."""
        if self.visit is not None:
            return f"visit:{self.visit}"
        if self.kind is AlertKind.PROVIDER_RUNNING_LATE:
            return f"provider:{self.provider}"
        if self.supply is not None:
            return f"supply:{self.supply}"
        return f"room:{self.room}" if self.room is not None else SITE


SITE = "site"
"""The name of the site itself among all that it watches."""


_TOO_LONG = {
    Stage.WAITING: (
        (AlertKind.WAIT_WARNING, attrgetter("waiting_warning")), (AlertKind.WAIT_CRITICAL, attrgetter("waiting_critical")),
    ),
    Stage.IN_ROOM: (
        (AlertKind.IN_ROOM_WARNING, attrgetter("in_room_warning")), (AlertKind.IN_ROOM_CRITICAL, attrgetter("in_room_critical")),
    ),
}  # fmt: skip
"""Which minutes of a site's limits count from when the visit came to the stage."""


def deadlines(view: View, limits: Limits, longest_usual_wait: int | None) -> Deadlines:
    """Say by which moments the visit's present stage takes too long; `longest_usual_wait` in seconds, if it is known."""
    since, stage = view.since, view.stage
    if since is None or stage not in IN_CLINIC:
        return ()
    found = [(kind, since + minutes(limits) * MINUTE_MS) for kind, minutes in _TOO_LONG.get(stage, ())]
    found.append((AlertKind.STILL_HERE, view.last + limits.still_here * MINUTE_MS))
    walkout = _walkout(view, limits, longest_usual_wait)
    if walkout is not None:
        found.append((AlertKind.POSSIBLE_WALKOUT, walkout))
    found.sort(key=itemgetter(1))
    return tuple(found)


def _walkout(view: View, limits: Limits, longest_usual_wait: int | None) -> int | None:
    """From when on somebody who was called and doesn't come, or waits longer than patients here do, may have left."""
    if view.called is not None:
        return view.called + limits.unanswered_call * MINUTE_MS
    if view.stage is not Stage.WAITING or view.since is None or longest_usual_wait is None:
        return None
    return view.since + max(longest_usual_wait * 1000, limits.waiting_critical * MINUTE_MS)


def of_visit(
    visit: str, view: View, late: Deadlines, clock: int, *, next_up: bool, clash: bool, double_booked: bool
) -> dict[str, Standing]:
    """Return the visit's alerts by id; `late` are its deadlines.

    `next_up`: it stands at the head of its queue; `clash`: it is not alone in its room; `double_booked`: nor in the book.
    """
    alerts: dict[str, Standing] = {}
    for kind, deadline in late:
        if deadline <= clock:
            alerts[f"{kind}/{visit}/{deadline}"] = Standing(kind, visit, deadline, view.room)
    if view.call is not None and view.called is not None:
        alerts[f"called/{visit}/{view.call}"] = Standing(AlertKind.CALLED, visit, view.called, view.called_to)
    if next_up:
        alerts[f"next-up/{visit}/{view.arrival}"] = Standing(AlertKind.NEXT_UP, visit, view.since or 0, None)
    if clash and view.room is not None:
        alerts[f"room-clash/{visit}/{view.room}"] = Standing(AlertKind.ROOM_CLASH, visit, view.since or 0, view.room)
    if double_booked and view.slot is not None:
        slot = view.slot
        alerts[f"slot-clash/{visit}/{slot.start}"] = Standing(AlertKind.SLOT_CLASH, visit, slot.start, slot.room, slot.provider)
    return alerts


def arrival(view: View) -> str | None:
    """Return the event by which a patient checked in who waits and was never taken in; None: this is no such patient."""
    return view.arrival if view.stage is Stage.WAITING and view.roomed is None else None


def of_arrival(visit: str, event: str, view: View) -> tuple[str, Standing]:
    """Return the alert, with its id, that tells the patient of the check-in by this event."""
    return f"checked-in/{visit}/{event}", Standing(AlertKind.CHECKED_IN, visit, view.checked_in or 0, None)


def of_room(room: str, overdue_from: int | None, clock: int) -> dict[str, Standing]:
    """Return the room's alerts by id: it should be clean by now."""
    if overdue_from is None or overdue_from > clock:
        return {}
    kind = AlertKind.ROOM_TURNOVER_OVERDUE
    return {f"{kind}/{room}/{overdue_from}": Standing(kind, None, overdue_from, room)}


def of_provider(provider: str, late_from: Iterable[int], clock: int, zone: ZoneInfo) -> dict[str, Standing]:
    """Return the provider's alerts by id: patients who are here should have been seen. One a day, however many wait."""
    since = min((moment for moment in late_from if moment <= clock), default=None)
    if since is None:
        return {}
    kind, day = AlertKind.PROVIDER_RUNNING_LATE, instant(since).astimezone(zone).date()
    return {f"{kind}/{provider}/{day}": Standing(kind, None, since, None, provider)}


def of_supply(supply: str, low: Mapping[str, int]) -> dict[str, Standing]:
    """Return the supply's alerts by id. `low`: the rooms where little is left, "" for none in particular, and since when."""
    kind = AlertKind.LOW_STOCK
    return {
        f"{kind}/{supply}/{f'{room}/' if room else ''}{since}": Standing(kind, None, since, room or None, None, supply)
        for room, since in low.items()
    }


def of_site(site: str, silent_from: int | None) -> dict[str, Standing]:
    """Return the site's own alerts by id: nothing was heard of it while it is open."""
    if silent_from is None:
        return {}
    return {f"{AlertKind.SITE_SILENT}/{site}/{silent_from}": Standing(AlertKind.SITE_SILENT, None, silent_from, None)}

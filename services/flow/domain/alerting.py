"""Which alerts stand for a visit: a function of the visit, its queue, its room and the site's clock."""

from schemas.alerts import AlertKind
from schemas.sites import Limits
from schemas.summaries import Stage
from services.flow.domain.effects import Standing
from services.flow.domain.timeline import View

_MINUTE = 60_000


def deadlines(view: View, limits: Limits) -> tuple[tuple[AlertKind, int], ...]:
    """Say by which moments (ms) the visit's present stage takes too long."""
    if view.since is None:
        return ()
    if view.stage is Stage.WAITING:
        return (
            (AlertKind.WAIT_WARNING, view.since + limits.waiting_warning * _MINUTE),
            (AlertKind.WAIT_CRITICAL, view.since + limits.waiting_critical * _MINUTE),
        )
    if view.stage is Stage.IN_ROOM:
        return (
            (AlertKind.IN_ROOM_WARNING, view.since + limits.in_room_warning * _MINUTE),
            (AlertKind.IN_ROOM_CRITICAL, view.since + limits.in_room_critical * _MINUTE),
        )
    return ()


def standing(
    visit: str, view: View, late: tuple[tuple[AlertKind, int], ...], clock: int, *, next_up: bool, clash: bool
) -> dict[str, Standing]:
    """Return the visit's alerts by id; `late` are its deadlines.

    `next_up`: it stands at the head of its queue; `clash`: it is not alone in its room. Ids are made of kind, visit and
    milestone, and times come from the visit's own facts, so that a log folded again gives the same ones.
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
    return alerts

"""Looks at a visit, a room, a provider or the site: which alerts stand for it now, and when time alone will change that."""

from typing import NamedTuple

from schemas.alerts import AlertKind
from schemas.rooms import RoomStatus
from schemas.summaries import Stage
from services.flow.domain import alerting
from services.flow.domain.alerting import SITE, Standing
from services.flow.domain.effects import Effects, Raised, Retracted
from services.flow.domain.facts import MINUTE_MS
from services.flow.domain.site import Site
from services.flow.domain.timeline import View
from services.flow.domain.visit import Visit


class Cause(NamedTuple):
    """The record (by offset) that brings something about, or stands next when time does; and the moment (ms) it was known."""

    offset: int
    at: int


def look_at(site: Site, name: str, cause: Cause, effects: Effects) -> None:
    """Tell which alerts of what goes by this name are new or gone; for all but visits, note when to look again, too."""
    kind, _, key = name.partition(":")
    if kind == "visit":
        _tell(site, name, _of_visit(site, site.visits[key]), cause, effects)
    elif kind == "room":
        _look_at_room(site, name, key, cause, effects)
    elif kind == "provider":
        _look_at_provider(site, name, key, cause, effects)
    elif kind == "supply":
        _look_at_supply(site, name, key, cause, effects)
    else:
        _tell(site, SITE, alerting.of_site(site.id, site.silence.stands), cause, effects)
        site.alarms.watch(SITE, site.next_look())


def greet(site: Site, visit: Visit, before: View, cause: Cause, effects: Effects) -> None:
    """Tell a patient who has checked in so; take it back when they are taken in, leave, or were never there."""
    if before.stage is not Stage.WAITING and visit.view.stage is not Stage.WAITING:
        return
    old, new = alerting.arrival(before), alerting.arrival(visit.view)
    if old == new:
        return
    if old is not None:
        effects.alerts.append(retracted(site, *alerting.of_arrival(visit.id, old, before), cause))
    if new is not None:
        effects.alerts.append(raised(site, *alerting.of_arrival(visit.id, new, visit.view), cause))


def watch_rest(site: Site) -> None:
    """Note when time alone will change something about rooms, providers and the site itself."""
    for room in site.rooms.known():
        _watch_room(site, f"room:{room}", room)
    for provider in site.providers.known():
        _watch_provider(site, f"provider:{provider}", provider)
    site.alarms.watch(SITE, site.next_look())


def watch(site: Site, visit: Visit) -> None:
    """Note when time alone will change something about the visit, whose view, or whose limits, are new."""
    visit.deadlines = alerting.deadlines(visit.view, site.profile.limits, site.waits.longest_usual)
    watch_on(site, visit)


def watch_on(site: Site, visit: Visit) -> None:
    """Note when time alone will change something about the visit, now that it has passed."""
    clock, over = site.clock or 0, over_at(site, visit)
    following = None if over is None else over + site.retention + 1
    if visit.over_by is not None and visit.over_by > clock and (following is None or visit.over_by < following):
        following = visit.over_by
    for _, deadline in visit.deadlines:
        if deadline > clock:
            following = deadline if following is None or deadline < following else following
            break
    site.alarms.watch(visit.name, following)


def watch_all_waiting(site: Site) -> set[str]:
    """Patients here usually wait for longer or less long than before: watch those who wait by that; returns their names."""
    waiting = [site.visits[visit] for visit in site.queues.everybody()]
    for visit in waiting:
        watch(site, visit)
    return {visit.name for visit in waiting}


def over_at(site: Site, visit: Visit) -> int | None:
    """Since when (ms) nothing more is expected of the visit and of what it was merged with; None while it goes on."""
    if visit.id not in site.together:
        return visit.over_at()
    moments = [site.visits[name].over_at() for name in site.together[visit.id]]
    return None if None in moments else max(moment for moment in moments if moment is not None)


def _of_visit(site: Site, visit: Visit) -> dict[str, Standing]:
    horizon, view, deadlines = site.horizon, visit.view, visit.deadlines
    if horizon is None:
        return {}
    next_up = visit.place is not None and visit.id in site.heads.get(view.queue, ())
    clash = view.room is not None and site.rooms.crowded(view.room)
    double_booked = view.stage is Stage.EXPECTED and any(_still_to_come(site, other) for other in site.book.clashes(visit.id))
    if not (next_up or clash or double_booked or view.call or (deadlines and deadlines[0][1] <= horizon)):
        return {}
    return alerting.of_visit(visit.id, view, deadlines, horizon, next_up=next_up, clash=clash, double_booked=double_booked)


def _still_to_come(site: Site, visit: str) -> bool:
    return site.visits[visit].view.stage is Stage.EXPECTED


def _look_at_room(site: Site, name: str, room: str, cause: Cause, effects: Effects) -> None:
    overdue, horizon = _watch_room(site, name, room), site.horizon
    _tell(site, name, alerting.of_room(room, overdue, horizon) if horizon is not None else {}, cause, effects)


def _watch_room(site: Site, name: str, room: str) -> int | None:
    overdue = _overdue_from(site, room)
    site.alarms.watch(name, overdue if overdue is not None and overdue > (site.clock or 0) else None)
    return overdue


def _overdue_from(site: Site, room: str) -> int | None:
    """From when on (ms) the room, which is to be cleaned, should be ready."""
    if site.rooms.held_by(room):
        return None
    state = site.rooms.state(room)
    if state.status is not RoomStatus.CLEANING or state.since is None:
        return None
    return state.since + site.profile.limits.turnover * MINUTE_MS


def _look_at_provider(site: Site, name: str, provider: str, cause: Cause, effects: Effects) -> None:
    late_from, horizon = _watch_provider(site, name, provider), site.horizon
    alerts = alerting.of_provider(provider, late_from, horizon, site.zone) if horizon is not None else {}
    _tell(site, name, alerts, cause, effects)


def _look_at_supply(site: Site, name: str, supply: str, cause: Cause, effects: Effects) -> None:
    declared = next((one for one in site.profile.supplies if one.id == supply), None)
    low = site.supplies.low(supply, declared.low) if declared is not None and site.horizon is not None else {}
    _tell(site, name, alerting.of_supply(supply, low), cause, effects)


def _watch_provider(site: Site, name: str, provider: str) -> list[int]:
    late_from, now = site.providers.late_from(provider, site.profile.limits.provider_late), site.clock or 0
    site.alarms.watch(name, min((moment for moment in late_from if moment > now), default=None))
    return late_from


def _tell(site: Site, name: str, new: dict[str, Standing], cause: Cause, effects: Effects) -> None:
    old = site.alarms.of(name)
    if new == old:
        return
    site.alarms.set(name, new)
    site.own_dirty = True
    for alert in sorted(new):
        if alert not in old:
            effects.alerts.append(raised(site, alert, new[alert], cause))
        if new[alert] != old.get(alert):
            effects.change(site.id, f"alert:{alert}")
    for alert in sorted(old):
        if alert not in new:
            effects.alerts.append(retracted(site, alert, old[alert], cause))
            effects.change(site.id, f"alert:{alert}")


def raised(site: Site, name: str, alert: Standing, cause: Cause) -> Raised:
    """Say that the alert stands. Who comes to the head of a queue does so when that is known, not when they arrived."""
    time = max(cause.at, alert.since) if alert.kind is AlertKind.NEXT_UP else alert.since
    return Raised(site.id, name, alert, time, *_patient(site, alert), cause.offset)


def retracted(site: Site, name: str, alert: Standing, cause: Cause) -> Retracted:
    """Say that the alert no longer stands, and why."""
    return Retracted(site.id, name, alert, *_patient(site, alert), site.why_gone(alert.visit, name), cause.offset)


def _patient(site: Site, alert: Standing) -> tuple[str | None, str | None, str | None]:
    """The person, ticket and language of the patient that the alert is about, if it is about one."""
    visit = site.visits[alert.visit] if alert.visit is not None else None
    return (visit.view.person, visit.ticket, visit.view.language) if visit is not None else (None, None, None)

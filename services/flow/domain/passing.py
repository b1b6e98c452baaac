"""Time passes at a site: its clock goes on, deadlines on the way pass one by one, and what is long over leaves the state."""

from schemas.summaries import Stage
from services.flow.domain.alerting import SITE
from services.flow.domain.effects import Effects
from services.flow.domain.facts import HOUR_MS
from services.flow.domain.settling import settle
from services.flow.domain.site import Site
from services.flow.domain.timeline import NOTHING
from services.flow.domain.visit import Visit
from services.flow.domain.watching import Cause, look_at, over_at, retracted, watch_all_waiting, watch_on


def advance(site: Site, to: int, offset: int, effects: Effects) -> None:
    """Let the site's clock go on to `to` (ms), never back; deadlines on the way pass one by one, each at its own time.

    `offset`: the record that stands next.
    """
    while (due := site.alarms.due(to)) is not None:
        moment, name = due
        site.clock = max(site.clock or 0, moment)
        _pass(site, name, Cause(offset, moment), effects)
    site.clock = max(site.clock or 0, to)


def tick(site: Site, now: int, offset: int, effects: Effects) -> None:
    """Follow the wall clock, where flow has caught up and the site has had a visit event and lives now (I6)."""
    if site.clock is not None and not site.follows_log:
        advance(site, now, offset, effects)


def _pass(site: Site, name: str, cause: Cause, effects: Effects) -> None:
    kind, _, key = name.partition(":")
    if name == SITE:
        _pass_for_site(site, cause, effects)
    elif kind == "visit":
        visit = site.visits.get(key)
        if visit is not None:
            _pass_for_visit(site, visit, cause, effects)
    else:
        look_at(site, name, cause, effects)


def _pass_for_site(site: Site, cause: Cause, effects: Effects) -> None:
    horizon = site.horizon
    site.hear_nothing()
    look_at(site, SITE, cause, effects)
    if site.horizon != horizon:
        late = [visit for visit in site.visits.values() if visit.view.stage is Stage.EXPECTED and _is_over(visit, site.horizon)]
        settle(site, [(visit, visit.told) for visit in sorted(late, key=lambda visit: visit.id)], cause, effects)
        for name in site.watched():
            look_at(site, name, cause, effects)


def _is_over(visit: Visit, horizon: int | None) -> bool:
    return visit.over_by is not None and horizon is not None and visit.over_by <= horizon


def _pass_for_visit(site: Site, visit: Visit, cause: Cause, effects: Effects) -> None:
    over = over_at(site, visit)
    if over is not None and over + site.retention < cause.at:
        usual = site.waits.longest_usual
        for name in site.together.get(visit.id, (visit.id,)):
            _forget(site, site.visits[name], cause, effects)
        if site.waits.longest_usual != usual:
            for name in sorted(watch_all_waiting(site)):
                look_at(site, name, cause, effects)
        forget_old(site, cause.at - site.retention)
    elif visit.over_by is not None and visit.over_by <= cause.at:
        settle(site, [(visit, visit.told)], cause, effects)
    else:
        look_at(site, visit.name, cause, effects)
        watch_on(site, visit)


def _forget(site: Site, visit: Visit, cause: Cause, effects: Effects) -> None:
    for name, alert in sorted(site.alarms.set(visit.name, {}).items()):
        effects.alerts.append(retracted(site, name, alert, cause))
        effects.change(site.id, f"alert:{name}")
        site.own_dirty = True
    for letter in site.paces.change(visit.id, visit.view, NOTHING):
        effects.change(site.id, f"queue:{letter}")
    site.let_go(visit)
    effects.change(site.id, visit.name)


def forget_old(site: Site, moment: int) -> None:
    """Let go of what belongs to no visit and is older than the moment; looked at once an hour of the site's clock."""
    if moment < site.swept + HOUR_MS:
        return
    site.swept = moment
    site.own_dirty = True
    for event in [event for event in site.other_events if site.decisions[event].recorded < moment]:
        site.forget_decision(event)
    site.rooms.forget_before(moment)
    site.absences.forget_before(moment)
    site.acknowledged.forget_before(moment, site.alarms.standing)
    site.tickets.forget_before(moment, site.zone)

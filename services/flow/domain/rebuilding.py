"""After loading: what follows from a site's facts is worked out again, silently."""

from collections.abc import Mapping

from services.flow.domain.alerting import Standing
from services.flow.domain.book import holdings
from services.flow.domain.merging import views_together
from services.flow.domain.queues import place
from services.flow.domain.site import Site
from services.flow.domain.timeline import NOTHING, view
from services.flow.domain.visit import Visit, join
from services.flow.domain.waits import wait
from services.flow.domain.watching import watch, watch_rest


def rebuild(site: Site, standing: Mapping[str, Standing]) -> None:
    """Work out all that follows from the facts that the site was given. `standing` are the alerts that had been raised."""
    for visit in site.visits.values():
        if visit.id not in site.together:
            visit.told = view(visit.facts.values())
    for names in set(site.together.values()):
        _together([site.visits[name] for name in names])
    for visit in site.visits.values():
        _put(site, visit)
    site.paces.restore((visit.id, visit.view) for visit in site.visits.values())
    for visit in site.visits.values():
        watch(site, visit)
    for letter in site.queues.letters():
        site.heads[letter] = site.queues.head(letter, site.profile.next_up)
    site.alarms.restore(standing.items())
    watch_rest(site)
    site.dirty.clear()
    site.dirty_events.clear()
    site.own_dirty = False


def _together(visits: list[Visit]) -> None:
    ends, views = views_together({visit.id: visit.facts.values() for visit in visits})
    join(visits, ends)
    for visit in visits:
        visit.told = views[visit.id]


def _put(site: Site, visit: Visit) -> None:
    visit.view, visit.over_by = site.now(visit.told)
    if visit.view.vacated:
        site.rooms.left(visit.id, (), visit.view.vacated)
    site.book.change(visit.id, holdings(visit.told, site.profile.slot_minutes))
    if visit.view.room is not None:
        site.rooms.hold(visit.view.room, visit.id)
    visit.place = place(visit.id, visit.view)
    if visit.place is not None:
        site.queues.join(visit.view.queue, visit.place)
    site.providers.bind(visit.id, NOTHING, visit.view)
    site.waits.change(None, wait(visit.view))

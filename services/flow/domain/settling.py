"""What follows when visits stand differently than before: rooms, queues, waits, providers, summaries, and with them alerts."""

from collections.abc import Iterable

from schemas.summaries import Stage
from services.flow.domain.book import holdings
from services.flow.domain.effects import Effects, Summarized
from services.flow.domain.queues import place
from services.flow.domain.site import Site
from services.flow.domain.timeline import View
from services.flow.domain.visit import Visit
from services.flow.domain.waits import wait
from services.flow.domain.watching import Cause, greet, look_at, watch, watch_all_waiting


def settle(site: Site, changes: Iterable[tuple[Visit, View]], cause: Cause, effects: Effects) -> None:
    """Let the facts put these visits there, and draw every consequence."""
    touched: set[str] = set()
    for visit, told in changes:
        touched |= _move(site, visit, told, cause, effects)
    for name in sorted(touched):
        look_at(site, name, cause, effects)


def resettle(site: Site, cause: Cause, effects: Effects) -> None:
    """Draw every consequence of a new profile."""
    touched = {f"room:{room}" for room in site.rooms.known()} | {f"provider:{name}" for name in site.providers.known()}
    touched |= {f"supply:{supply}" for supply in site.supplies.levels}
    for visit in site.visits.values():
        touched |= _move(site, visit, visit.told, cause, effects)
    for letter in site.queues.letters():
        touched |= _behead(site, letter)
    for name in sorted(touched):
        look_at(site, name, cause, effects)


def _move(site: Site, visit: Visit, told: View, cause: Cause, effects: Effects) -> set[str]:
    """Put one visit there; returns the names of all whose alerts that may change."""
    before, was_ended = visit.view, visit.ended
    now, visit.over_by = site.now(told)
    visit.told, visit.view = told, now
    effects.change(site.id, visit.name)
    touched = {visit.name}
    if before.room != now.room or before.vacated != now.vacated:
        touched |= _change_rooms(site, visit.id, before, now, effects)
    touched |= _requeue(site, visit, before.queue)
    if before.items != now.items:
        effects.change(site.id, f"open:{visit.id}")
    touched |= _rebook(site, visit, before, now)
    for provider in site.providers.bind(visit.id, before, now):
        touched.add(f"provider:{provider}")
    for letter in site.paces.change(visit.id, before, now):
        effects.change(site.id, f"queue:{letter}")
    if site.waits.change(wait(before), wait(now)):
        touched |= watch_all_waiting(site)
    if (was_ended or visit.ended) and before != now:
        visit.summarized = cause.offset
        site.dirty.add(visit.id)
        effects.summaries.append(Summarized(site.id, visit.id, visit.ticket, now, cause.offset))
    watch(site, visit)
    greet(site, visit, before, cause, effects)
    return touched


def _change_rooms(site: Site, visit: str, before: View, now: View, effects: Effects) -> set[str]:
    changed = site.rooms.left(visit, before.vacated, now.vacated)
    if before.room != now.room:
        if before.room is not None:
            site.rooms.release(before.room, visit)
            changed.add(before.room)
        if now.room is not None:
            site.rooms.hold(now.room, visit)
            changed.add(now.room)
    touched = set()
    for room in changed:
        effects.change(site.id, f"room:{room}")
        touched.add(f"room:{room}")
        touched.update(f"visit:{holder}" for holder in site.rooms.held_by(room))
    return touched


def _rebook(site: Site, visit: Visit, before: View, now: View) -> set[str]:
    """Let the visit hold in the book what it holds now; returns the visits whose bookings that may touch."""
    met = site.book.change(visit.id, holdings(visit.told, site.profile.slot_minutes))
    if (before.stage is Stage.EXPECTED) is not (now.stage is Stage.EXPECTED):
        met.update(site.book.clashes(visit.id))
    return {f"visit:{other}" for other in met}


def _requeue(site: Site, visit: Visit, old_letter: str) -> set[str]:
    """Put the visit where it belongs; returns whoever came to the head of a queue, or no longer stands there."""
    old_place, new_place, letter = visit.place, place(visit.id, visit.view), visit.view.queue
    touched: set[str] = set()
    if new_place == old_place and letter == old_letter:
        return touched
    heads = site.profile.next_up
    visit.place = new_place
    if old_place is not None and site.queues.leave(old_letter, old_place) < heads:
        touched |= _behead(site, old_letter)
    if new_place is not None and site.queues.join(letter, new_place) < heads:
        touched |= _behead(site, letter)
    return touched


def _behead(site: Site, letter: str) -> set[str]:
    old, new = site.heads.get(letter, ()), site.queues.head(letter, site.profile.next_up)
    site.heads[letter] = new
    return {f"visit:{visit}" for visit in set(old) ^ set(new)}

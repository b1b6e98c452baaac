"""Claims: of two commands that would take the same room or time the lower offset holds, the other is told who has it (I8)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas.outcomes import Refusal
from schemas.rooms import RoomStatus
from schemas.summaries import Stage
from schemas.visits import ChecklistState
from services.flow.domain.book import Holding, holdings
from services.flow.domain.facts import Fact
from services.flow.domain.site import Site
from services.flow.domain.timeline import IN_CLINIC, Slot, View
from services.flow.domain.visit import Visit


class Refused(NamedTuple):
    """Why a command changes nothing, and which visit holds what it asked for."""

    reason: Refusal
    holder: Visit | None


def claim_refused(site: Site, changes: Iterable[tuple[Visit, View]]) -> Refused | None:
    """Say why these visits may not be put there: one would come into a room that isn't free for it; None: they may."""
    changes = list(changes)
    theirs, ours = {visit.view.room for visit, _ in changes}, {visit.id for visit, _ in changes}
    for _, told in changes:
        room = site.now(told)[0].room
        if room is None or room in theirs:
            continue
        if room not in site.room_ids:
            return Refused(Refusal.UNKNOWN_ROOM, None)
        holders = [holder for holder in site.rooms.held_by(room) if holder not in ours]
        if holders:
            return Refused(Refusal.ROOM_HELD, site.visits[holders[0]])
        if site.rooms.status(room) is RoomStatus.OUT_OF_SERVICE:
            return Refused(Refusal.ROOM_OUT_OF_SERVICE, None)
    return None


def booking_refused(site: Site, changes: Iterable[tuple[Visit, View]], at: int) -> Refused | None:
    """Say why a visit may not be put into the book there; None: it may, or it was there before. `at`: when it was asked for (ms).

    What is booked on purpose, with a reason, may stand against all of this.
    """
    for visit, told in changes:
        slot = told.slot
        if told.stage is Stage.EXPECTED and slot is not None and slot.override is None and not _held_already(visit.told, slot):
            refused = _unfit(site, told, slot) or _taken(site, visit, told, at)
            if refused is not None:
                return refused
    return None


def _held_already(before: View, slot: Slot) -> bool:
    if before.slot is None or before.stage not in IN_CLINIC | {Stage.EXPECTED}:
        return False
    return before.slot._replace(override=None) == slot


def _unfit(site: Site, told: View, slot: Slot) -> Refused | None:
    """Say why nobody can have this time: hours, absences, a room without what is needed."""
    kind = site.visit_types.get(told.visit_type or "")
    start, end = slot.span(site.profile.slot_minutes)
    hours = site.hours_of.get(slot.provider or "", site.hours)
    if not hours.hold(start, end):
        return Refused(Refusal.OUTSIDE_HOURS, None)
    if slot.provider is not None and site.absences.away(slot.provider, start, end):
        return Refused(Refusal.PROVIDER_AWAY, None)
    if slot.room is None:
        return Refused(Refusal.ROOM_NEEDED, None) if kind is not None and kind.room_is_booked else None
    equipment = next((set(room.equipment) for room in site.profile.rooms if room.id == slot.room), None)
    if equipment is None:
        return Refused(Refusal.UNKNOWN_ROOM, None)
    return Refused(Refusal.ROOM_UNFIT, None) if kind is not None and not equipment.issuperset(kind.equipment) else None


def _taken(site: Site, visit: Visit, told: View, at: int) -> Refused | None:
    for held in holdings(told, site.profile.slot_minutes):
        for other in _holders(site, held, visit.id, at):
            return Refused(Refusal.SLOT_HELD, other)
    return None


def _holders(site: Site, held: Holding, besides: str, at: int) -> Iterator[Visit]:
    """Whose bookings meet this one, but for those who had not come by then, long after their time."""
    for name, _ in site.book.meeting(held, {besides}):
        other = site.visits[name]
        missed = site.missed_at(other.told)
        if missed is None or missed > at:
            yield other


def checklist_refused(site: Site, before: View, new: Fact, told: View) -> Refused | None:
    """Say that a patient may not go in yet: something is missing that the clinic asks for first, and nobody said why not."""
    goes_in = told.stage in _INSIDE and before.roomed is None and before.seen is None and new.kind in _TAKES_IN
    if not goes_in or "override" in new.data:
        return None
    here = dict(told.checklist)
    missing = (
        entry
        for entry in site.profile.checklist
        if entry.blocks and (not entry.visit_types or told.visit_type in entry.visit_types) and here.get(entry.id) not in _THERE
    )
    return Refused(Refusal.CHECKLIST_MISSING, None) if any(missing) else None


_INSIDE = frozenset({Stage.IN_ROOM, Stage.WITH_PROVIDER})
_TAKES_IN = frozenset({"roomed", "moved", "provider-seen"})
_THERE = frozenset({ChecklistState.DONE, ChecklistState.WAIVED})

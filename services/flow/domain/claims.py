"""Claims: of two commands that would take the same room the lower offset holds, the other is told who has it (I8)."""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.outcomes import Refusal
from schemas.rooms import RoomStatus
from services.flow.domain.site import Site
from services.flow.domain.timeline import View
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

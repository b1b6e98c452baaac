"""A provider who will not be there, and what becomes of each of their visits: one reviewed action, and one that takes it back."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas.codec import SiteEvent
from schemas.envelope import Code, EventId, ThingId, UtcTime, VisitId
from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.checkin.domain.bodies import BookVisit, Exact, GiveReason, SetAbsence, UndoAbsence, UndoStep
from services.checkin.domain.commands import BY_NAME
from services.checkin.domain.events import Asked, event_of
from services.checkin.domain.people import Wrong

MOST = 200
"""So many visits of one absence are moved at once."""
_STILL_MOVED = frozenset({Stage.EXPECTED, Stage.CANCELLED, Stage.NO_SHOW})


class Moved(Exact):
    """What becomes of one visit: another time, another provider, both, or nothing any more. The rest of its booking stays."""

    visit: VisitId
    scheduled_at: UtcTime | None = None
    provider: ThingId | None = None
    cancel: bool = False


class PlanAbsence(SetAbsence):
    """From when until when a provider is away, why, and what becomes of the visits that somebody has looked through."""

    visits: tuple[Moved, ...] = ()


class UndoPlan(Exact):
    """The absence that is none, by the id of its event: its visits go back to where they were."""

    event: EventId
    reason: Code | None = None


class Planned(NamedTuple):
    """A step of a plan: which visit it is about, and its event."""

    visit: str
    event: SiteEvent


def objections(plan: PlanAbsence) -> Iterator[Wrong]:
    """List what is wrong with a plan whose fields are right one by one."""
    if len(plan.visits) > MOST:
        yield Wrong("visits", f"may be {MOST} at most; please plan the absence in parts")
    if len({moved.visit for moved in plan.visits}) < len(plan.visits):
        yield Wrong("visits", "names a visit twice")
    if any(moved.cancel == (moved.scheduled_at is not None) for moved in plan.visits):
        yield Wrong("visits", "must say of each either when it is now, or that it is cancelled")


def events_of_plan(asked: Asked, provider: str, plan: PlanAbsence) -> tuple[SiteEvent, list[Planned]]:
    """Make the absence's event, which goes first, and that of each visit. Asked for again under one key they are the same."""
    said = SetAbsence(**plan.model_dump(exclude={"visits"}, exclude_unset=True))
    absence = event_of(BY_NAME["absence"], asked, provider, said)
    return absence, [Planned(moved.visit, _moved(asked, moved, absence.id, plan.reason)) for moved in plan.visits]


def _moved(asked: Asked, moved: Moved, plan: str, reason: str | None) -> SiteEvent:
    its_own = _of_visit(asked, moved.visit)
    if moved.cancel:
        event = event_of(BY_NAME["cancel"], its_own, moved.visit, GiveReason(reason=reason))
    else:
        booking = BookVisit(**moved.model_dump(include=_BOOKING, exclude_none=True))
        event = event_of(BY_NAME["reschedule"], its_own, moved.visit, booking)
    return event.model_copy(update={"data": event.data.model_copy(update={"plan": plan})})


_BOOKING = {"scheduled_at", "provider"}


def events_of_undo(asked: Asked, provider: str, undo: UndoPlan, visits: Iterable[LiveVisit]) -> tuple[SiteEvent, list[Planned]]:
    """Make the event that takes the absence back, which goes first, and those that take back what was done for it."""
    absence = event_of(BY_NAME["undo-absence"], asked, provider, UndoAbsence(event=undo.event, reason=undo.reason))
    moved = [visit for visit in visits if visit.plan == undo.event and visit.stage in _STILL_MOVED]
    return absence, [_moved_back(asked, visit.visit, visit.planned_by) for visit in moved if visit.planned_by is not None]


def _moved_back(asked: Asked, visit: str, step: str) -> Planned:
    return Planned(visit, event_of(BY_NAME["undo"], _of_visit(asked, visit), visit, UndoStep(event=step)))


def _of_visit(asked: Asked, visit: str) -> Asked:
    return Asked(asked.site, f"{asked.key}/{visit}", asked.actor, asked.now)

"""What happened to a visit, step by step, as the log has it."""

from collections.abc import Iterable
from datetime import datetime

from schemas.codec import SiteEvent
from schemas.envelope import Frozen
from schemas.visits import StepCorrected, StepUndone

_PREFIX = len("clinicflow.visit.")
_SUFFIX = len(".v1")


class Step(Frozen):
    """One event: what, when it happened and when it was recorded, who said so, and what became of it since.

    `undone_by` and `corrected_by` name the later event that stands; `happened_at` is the time that is in force.
    """

    event: str
    visit: str
    step: str
    happened_at: datetime
    recorded_at: datetime
    actor: str
    by_hand: bool
    """A command of that moment; otherwise it was reported, or entered later."""
    said: dict[str, object]
    undone_by: str | None = None
    corrected_by: str | None = None
    first_said_at: datetime | None = None
    """When it was first said to have happened, where that was corrected."""


def history(events: Iterable[SiteEvent]) -> list[Step]:
    """Return the steps in the order in which they were recorded; the same event twice is one step."""
    by_id: dict[str, SiteEvent] = {}
    for event in events:
        by_id.setdefault(event.id, event)
    undone = _undone(by_id)
    corrected = {
        event.data.corrects: event for event in by_id.values() if isinstance(event, StepCorrected) and event.id not in undone
    }
    return [_step(event, undone.get(event.id), corrected.get(event.id)) for event in by_id.values()]


def _undone(events: dict[str, SiteEvent]) -> dict[str, str]:
    """By the event that was taken back, the undo that stands; an undo that was itself taken back does not."""
    undos = [event for event in events.values() if isinstance(event, StepUndone)]
    stands: dict[str, str] = {}
    for undo in reversed(undos):
        if undo.id not in stands:
            stands.setdefault(undo.data.undoes, undo.id)
    return stands


def _step(event: SiteEvent, undone_by: str | None, correction: StepCorrected | None) -> Step:
    return Step(
        event=event.id,
        visit=event.subject,
        step=event.type[_PREFIX:-_SUFFIX],
        happened_at=correction.data.happened_at if correction else event.time,
        recorded_at=event.recordedtime,
        actor=event.actor,
        by_hand=event.intent == "command",
        said=event.data.model_dump(mode="json", exclude_none=True),
        undone_by=undone_by,
        corrected_by=correction.id if correction else None,
        first_said_at=event.time if correction else None,
    )

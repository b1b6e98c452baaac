"""Which commands are refused: those that make no sense now, and those that claim what another holds (I8).

A report is a fact and is never refused. A decision is final: it is kept with the event's id, and given again when the same
event comes again.
"""

from typing import NamedTuple

from schemas.outcomes import OutcomeStatus, Refusal
from schemas.summaries import Stage
from services.flow.domain.timeline import ENDS, IN_CLINIC, View


class Decision(NamedTuple):
    """Flow's answer to one event, as it is kept. `recorded` in ms."""

    fingerprint: str
    status: OutcomeStatus
    reason: str | None
    visit: str | None
    ticket: str | None
    stage: Stage | None
    room: str | None
    held_by: str | None
    """The ticket of who holds what was asked for, if there is one."""
    holder: str | None
    """Their visit."""
    recorded: int


def elsewhere(fingerprint: str, status: OutcomeStatus, reason: str | None, recorded: int, visit: str | None = None) -> Decision:
    """Give the answer to an event that is about no visit of the state; `visit` is the one it names."""
    return Decision(fingerprint, status, reason, visit, None, None, None, None, None, recorded)


_EXPECTED = frozenset({Stage.EXPECTED, Stage.NO_SHOW, Stage.CANCELLED})
_NOT_IN_ROOM = frozenset({Stage.WAITING, Stage.AT_SERVICE})

_ALLOWED: dict[str, frozenset[Stage]] = {
    "rescheduled": _EXPECTED,
    "cancelled": frozenset({Stage.EXPECTED, Stage.NO_SHOW}),
    "no-show": frozenset({Stage.EXPECTED}),
    "checked-in": _EXPECTED | {Stage.LEFT},
    "called": _NOT_IN_ROOM,
    "recalled": _NOT_IN_ROOM,
    "roomed": _NOT_IN_ROOM,
    "moved": IN_CLINIC,
    "provider-seen": IN_CLINIC - {Stage.WITH_PROVIDER},
    "left-room": frozenset({Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE}),
    "left": IN_CLINIC,
    "checked-out": IN_CLINIC,
    "still-here": IN_CLINIC,
    "completed": frozenset({Stage.DEPARTED, Stage.LEFT, Stage.NO_SHOW, Stage.UNCLOSED}),
}
"""The stages in which a step makes sense as a command; a kind that isn't here always does, once the visit is known."""

_FOUNDING = frozenset({"booked", "checked-in", "concern-recorded"})
"""Commands that may begin a visit; or, in the last one's case, be about no visit at all."""


def refusal(kind: str, before: View | None) -> Refusal | None:
    """Why this command makes no sense for a visit that stands so; None: it does. `before` is None for an unknown visit."""
    if before is None or before.stage is None:
        return None if kind in _FOUNDING else Refusal.UNKNOWN_VISIT
    if kind == "booked":
        return Refusal.ALREADY_BOOKED
    if kind == "left-room" and before.stage is Stage.AT_SERVICE and before.room is None:
        return Refusal.NOT_IN_ROOM
    allowed = _ALLOWED.get(kind)
    if allowed is None or before.stage in allowed:
        return Refusal.NOT_CALLED if kind == "recalled" and before.call is None else None
    return _why(kind, before.stage)


def _why(kind: str, stage: Stage) -> Refusal:
    if kind == "checked-in":
        return Refusal.ALREADY_ENDED if stage in ENDS else Refusal.ALREADY_CHECKED_IN
    if kind in {"rescheduled", "cancelled", "no-show"}:
        return Refusal.NOT_EXPECTED
    if stage in _EXPECTED:
        return Refusal.NOT_CHECKED_IN
    if stage in ENDS:
        return Refusal.ALREADY_ENDED
    if kind == "completed":
        return Refusal.NOT_ENDED
    return {"provider-seen": Refusal.ALREADY_SEEN, "left-room": Refusal.NOT_IN_ROOM}.get(kind, Refusal.ALREADY_IN_ROOM)

"""Which commands of a person make no sense for a visit that stands as it does."""

from tests.chaos.steps import ENDED, IN_CLINIC, Course

_EXPECTED = ("expected", "no_show", "cancelled")
_MAKES_SENSE = {
    "rescheduled": _EXPECTED, "cancelled": ("expected", "no_show"), "no-show": ("expected",), "checked-in": (*_EXPECTED, "left"),
    "called": ("waiting", "at_service"), "recalled": ("waiting", "at_service"), "roomed": ("waiting", "at_service"),
    "moved": IN_CLINIC, "provider-seen": ("waiting", "in_room", "at_service"),
    "left-room": ("in_room", "with_provider", "at_service"), "left": IN_CLINIC, "checked-out": IN_CLINIC, "still-here": IN_CLINIC,
}  # fmt: skip
"""The stages in which a person may give a command; one that isn't here needs a visit, no more."""


def senseless(kind: str, now: Course) -> str | None:
    """Why a person's command makes no sense for a visit that stands so; None: it does."""
    if now.stage is None:
        return None if kind in {"booked", "checked-in"} else "unknown-visit"
    if kind == "booked":
        return "already-booked"
    if kind == "left-room" and now.stage == "at_service" and now.room is None:
        return "not-in-room"
    if kind in _MAKES_SENSE and now.stage not in _MAKES_SENSE[kind]:
        return _why(kind, now.stage)
    return "not-called" if kind == "recalled" and not now.is_called else None


def _why(kind: str, stage: str) -> str:
    if kind == "checked-in":
        return "already-ended" if stage in ENDED else "already-checked-in"
    if kind in {"rescheduled", "cancelled", "no-show"}:
        return "not-expected"
    if stage in _EXPECTED:
        return "not-checked-in"
    if stage in ENDED:
        return "already-ended"
    return {"provider-seen": "already-seen", "left-room": "not-in-room"}.get(kind, "already-in-room")

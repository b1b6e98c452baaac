"""Bytes to event or a reason, never an exception."""

import re
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from schemas import rooms, sites, visits
from schemas.dead_letters import DeadLetterReason

SiteEvent = Annotated[
    visits.VisitBooked
    | visits.VisitRescheduled
    | visits.VisitCancelled
    | visits.PatientCheckedIn
    | visits.PatientIdentified
    | visits.PatientCalled
    | visits.PatientRecalled
    | visits.PatientRoomed
    | visits.PatientMoved
    | visits.ProviderSeen
    | visits.PatientLeftRoom
    | visits.PatientCheckedOut
    | visits.PatientLeft
    | visits.PatientDidNotShow
    | visits.StepCorrected
    | visits.StepUndone
    | visits.VisitMerged
    | visits.PriorityChanged
    | visits.ProviderAssigned
    | visits.ChecklistItemChanged
    | visits.DispositionRecorded
    | visits.FollowUpClosed
    | visits.PatientReferred
    | visits.VisitCompleted
    | visits.VisitConfirmed
    | visits.DelayReported
    | visits.PatientStillHere
    | visits.ConcernRecorded
    | rooms.RoomStatusChanged
    | rooms.RoomStatusUndone
    | rooms.ProviderStatusChanged
    | rooms.ProviderAbsent
    | rooms.ProviderAbsenceUndone
    | rooms.SupplyLevelChanged
    | rooms.AlertAcknowledged
    | sites.SiteProfileChanged,
    Field(discriminator="type"),
]
"""Everything that may stand on `clinicflow.visits.v1`."""

SITE_EVENT: TypeAdapter[SiteEvent] = TypeAdapter(SiteEvent, config=ConfigDict(cache_strings="keys", hide_input_in_errors=True))
"""Only keys are cached while JSON is read: nearly every value is an id that comes once, and would push the keys out."""

_VALIDATOR = SITE_EVENT.validator

_OURS = re.compile(r"^clinicflow\.[a-z.-]{1,80}\.v[0-9]{1,3}$")
"""What a type of a newer release looks like."""
_REASONS = {"json_invalid": DeadLetterReason.NOT_JSON, "union_tag_invalid": DeadLetterReason.NEWER_VERSION}


def decode(
    value: bytes | None, key: bytes | None, *, extra: Literal["ignore", "forbid"] = "ignore"
) -> SiteEvent | DeadLetterReason:
    """The event in a record of visits.v1, or why there is none. `key` is the record's key, which must be its site."""
    if not value:
        return DeadLetterReason.EMPTY
    try:
        event: SiteEvent = _VALIDATOR.validate_json(value, extra=extra)
    except ValidationError as problem:
        return _reason(problem)
    if key != event.site.encode() or (isinstance(event, sites.SiteProfileChanged) and event.data.site != event.site):
        return DeadLetterReason.WRONG_SITE
    return event


def _reason(problem: ValidationError) -> DeadLetterReason:
    # What isn't JSON or has no known type has this one error; a record may have a million of the others.
    if problem.error_count() > 1:
        return DeadLetterReason.INVALID
    [error] = problem.errors(include_url=False, include_input=False)
    if error["type"] == "union_tag_invalid" and not _OURS.match(error["ctx"]["tag"]):
        return DeadLetterReason.INVALID
    return _REASONS.get(error["type"], DeadLetterReason.INVALID)


def encode(event: SiteEvent) -> tuple[bytes, bytes]:
    """Key and value of the record that carries the event."""
    return event.site.encode(), event.__pydantic_serializer__.to_json(event, exclude_none=True)

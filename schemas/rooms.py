"""What happens to rooms, providers, supplies and alerts, as events of `clinicflow.visits.v1`."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.envelope import Code, Event, Frozen, ThingId, UtcTime
from schemas.visits import Minutes, Undo


class RoomStatus(StrEnum):
    """What a room is fit for. Whether somebody is in it follows from the visits."""

    READY = "ready"
    CLEANING = "cleaning"
    OUT_OF_SERVICE = "out-of-service"


class RoomState(Frozen):
    """The room's new status."""

    room: ThingId
    status: RoomStatus
    reason: Code | None = None


class RoomStatusChanged(Event):
    """A room became ready, needs cleaning or went out of service."""

    type: Literal["clinicflow.room.status-changed.v1"] = "clinicflow.room.status-changed.v1"
    data: RoomState


class RoomUndo(Undo):
    """What was said of the room by the event named is not so."""

    room: ThingId


class RoomStatusUndone(Event):
    """What was said of a room was taken back."""

    type: Literal["clinicflow.room.status-undone.v1"] = "clinicflow.room.status-undone.v1"
    data: RoomUndo


class ProviderState(Frozen):
    """In, away, or in but late by some minutes."""

    provider: ThingId
    status: Literal["in", "away", "delayed"]
    delayed_minutes: Minutes = 0


class ProviderStatusChanged(Event):
    """A provider came, went, or runs late."""

    type: Literal["clinicflow.provider.status-changed.v1"] = "clinicflow.provider.status-changed.v1"
    data: ProviderState


class Absence(Frozen):
    """A provider sees nobody from then until then, whatever their hours are."""

    provider: ThingId
    from_at: UtcTime
    until_at: UtcTime
    reason: Code | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.from_at >= self.until_at:
            raise ValueError("an absence begins before it ends")
        return self


class ProviderAbsent(Event):
    """A provider will not be there: ill, on leave, elsewhere."""

    type: Literal["clinicflow.provider.absent.v1"] = "clinicflow.provider.absent.v1"
    data: Absence


class AbsenceUndo(Undo):
    """The absence named is none."""

    provider: ThingId


class ProviderAbsenceUndone(Event):
    """A provider's absence was taken back."""

    type: Literal["clinicflow.provider.absence-undone.v1"] = "clinicflow.provider.absence-undone.v1"
    data: AbsenceUndo


class SupplyLevel(Frozen):
    """How much of a supply there is, where."""

    supply: ThingId
    room: ThingId | None = None
    level: Annotated[int, Field(ge=0, le=1_000_000)]


class SupplyLevelChanged(Event):
    """A supply was used, filled up or counted."""

    type: Literal["clinicflow.supply.level-changed.v1"] = "clinicflow.supply.level-changed.v1"
    data: SupplyLevel


class Acknowledgement(Frozen):
    """Which alert somebody took on."""

    alert: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._:/-]+$")]


class AlertAcknowledged(Event):
    """A member of staff took an alert on."""

    type: Literal["clinicflow.alert.acknowledged.v1"] = "clinicflow.alert.acknowledged.v1"
    data: Acknowledgement

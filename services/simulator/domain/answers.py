"""What the front desk answers to a command, once it is final."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What the simulated staff do, by the API's words."""

    BOOK = "book"
    CHECK_IN = "check-in"
    CALL = "call"
    RECALL = "recall"
    ROOM = "room"
    PROVIDER_SEEN = "provider-seen"
    LEFT_ROOM = "left-room"
    CHECK_OUT = "check-out"
    LEFT = "left"
    NO_SHOW = "no-show"
    CANCEL = "cancel"
    UNDO = "undo"
    ROOM_STATUS = "room-status"


@dataclass(frozen=True)
class Answer:
    """`applied`, or refused for a reason."""

    applied: bool
    event: str | None = None
    visit: str | None = None
    ticket: str | None = None
    stage: str | None = None
    room: str | None = None
    reason: str | None = None

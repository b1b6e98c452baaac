"""What a gateway answers. A refusal is a value; only a broken gateway raises."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Accepted:
    """The gateway took the text, under this id of its own."""

    gateway_id: str


@dataclass(frozen=True)
class Refused:
    """The gateway surely did not take the text. `reason` is an entry of a list."""

    reason: str


class Lost(Enum):
    """The answer was lost: the text may have gone out or not."""

    LOST = "lost"


Answer = Accepted | Refused | Lost
"""To sending a text."""


@dataclass(frozen=True)
class Found:
    """The gateway has the text, under this id of its own."""

    gateway_id: str


class Absent(Enum):
    """The gateway does not name such a text."""

    NOT_FOUND = "not-found"
    """It surely never took it, and nothing that is still on its way can change that."""
    UNKNOWN = "unknown"
    """It can't tell."""


Finding = Found | Absent
"""To the question whether a text was taken."""

"""What a wall display says of itself, in Redis: so that the desk sees one that can't be heard, or that nobody hears of."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.envelope import Frozen, ThingId


class Hearing(StrEnum):
    """`off`: the browser lets no sound out until somebody touches it. `quiet`: by schedule. `none`: the site wants none."""

    ON = "on"
    OFF = "off"
    QUIET = "quiet"
    NONE = "none"


class ScreenState(Frozen):
    """The last word of a display, by its credential's subject."""

    screen: Annotated[str, Field(max_length=60)]
    area: ThingId | None = None
    hearing: Hearing
    seen_ms: int

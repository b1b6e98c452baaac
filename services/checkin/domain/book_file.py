"""What a file says of bookings, before and after each is judged. A row is what a spreadsheet counts, or an event of a calendar."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from services.checkin.domain.bodies import BookVisit
from services.checkin.domain.people import Fields

MOST_ROWS = 10_000
TWICE = "comes twice that day, because the clocks are put back; the earlier one was taken"


class Flaw(NamedTuple):
    """What is to be said of a row: the field, and what is wrong with it in plain words. Never what stands there."""

    row: int
    field: str
    reason: str
    at: datetime | None = None
    """Of a row that stands for several visits, which one."""


class Draft(NamedTuple):
    """A booking as a file has it, by field; what is empty there is not here."""

    row: int
    cells: Mapping[str, str]
    at: datetime | None = None
    """When it is, where the file says it as an instant."""
    series: str = ""
    """What rows of the same patient have in common in the file."""
    repeats: bool = False
    """Whether the row stands for several visits."""


class Entry(NamedTuple):
    """A booking that may be made: who it is for, as it would be kept, and what is booked."""

    row: int
    person: Fields
    booking: BookVisit
    when: str
    """The field that says when it is."""
    content: tuple[str, ...] = ()
    """What the file says of the visit, whatever the clinic's profile adds to it."""
    series: str = ""
    repeats: bool = False

    @property
    def at(self) -> datetime:
        """When it is."""
        assert self.booking.scheduled_at is not None
        return self.booking.scheduled_at

    def flaw(self, field: str, reason: str) -> Flaw:
        """Say something of this row."""
        return Flaw(self.row, field, reason, self.at if self.repeats else None)


class Unreadable(NamedTuple):
    """Why nothing of a file can be taken, for a person to read."""

    code: str
    title: str
    detail: str


class Read(NamedTuple):
    """What was found in a file: bookings to be judged, rows that are none, and what else is to be said."""

    drafts: list[Draft]
    flaws: list[Flaw]
    notes: list[Flaw]


def too_many() -> Unreadable:
    """Say that a file has more visits than are taken at once."""
    return Unreadable("too-many", "Too many visits", f"A file may have {MOST_ROWS} visits at most. Please send it in parts.")

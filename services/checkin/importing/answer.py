"""What an import came to, row by row where something is to be said. It repeats nothing of what the rows hold."""

from datetime import datetime

from pydantic import BaseModel

from services.checkin.domain.book_file import Entry, Flaw
from services.checkin.domain.refusals import sentence

WRONG = "invalid"
_FIELDS = {
    "provider-away": "provider", "room-unfit": "room", "room-needed": "room", "unknown-room": "room",
}  # fmt: skip
"""By flow's reason, what of the row it is about; else it is the time."""


class NotTaken(BaseModel):
    """A row that was not taken: its number, which field, and why. `holder`: the visit that has what the row asked for.

    `at` is there where the row stands for several visits, and says which. `code` is `invalid`, or flow's reason.
    """

    row: int
    field: str
    code: str
    reason: str
    holder: str | None = None
    at: datetime | None = None


class Note(BaseModel):
    """Something to be said of a row, whatever became of it."""

    row: int
    field: str
    note: str
    at: datetime | None = None


class ImportAnswer(BaseModel):
    """What became of a file. Each row is counted once; one that stands for several visits as often as it does.

    `already`: in the book by an earlier import of the row. `repeated`: the same row stands there before. `kept`: on the log, and
    not decided when it was answered. `failed`: not taken; `not_taken` says why. On a dry run `booked` is what would be asked for.
    """

    dry: bool
    booked: int = 0
    already: int = 0
    kept: int = 0
    repeated: int = 0
    failed: int = 0
    people_added: int = 0
    not_taken: list[NotTaken] = []
    notes: list[Note] = []

    def counts(self) -> dict[str, int]:
        """How many rows became what."""
        return {name: getattr(self, name) for name in ("booked", "already", "kept", "repeated", "failed")}

    def wrong(self, flaws: list[Flaw]) -> None:
        """List what is wrong with rows; of one row all flaws are listed together."""
        self.failed += len({(one.row, one.at) for one in flaws})
        self.not_taken += [NotTaken(row=one.row, field=one.field, code=WRONG, reason=one.reason, at=one.at) for one in flaws]

    def say(self, notes: list[Flaw]) -> None:
        """List what is to be said of rows."""
        self.notes += [Note(row=one.row, field=one.field, note=one.reason, at=one.at) for one in notes]

    def refused(self, entry: Entry, reason: str | None, holder: str | None) -> None:
        """List a row whose booking flow refused, or could not use."""
        field = _FIELDS.get(reason or "", entry.when)
        self.failed += 1
        said, at = sentence(reason).detail, entry.at if entry.repeats else None
        self.not_taken.append(NotTaken(row=entry.row, field=field, code=reason or "refused", reason=said, holder=holder, at=at))

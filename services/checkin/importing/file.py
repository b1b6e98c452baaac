"""A file of bookings, read and judged as a whole. It takes seconds and touches nothing, so it is done in a thread."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from services.checkin.domain.book_file import Read, Unreadable
from services.checkin.domain.csv_rows import read_csv
from services.checkin.domain.import_keys import ImportKeys
from services.checkin.domain.import_plan import Plan, plan, without_overlaps
from services.checkin.domain.row_judging import Judge
from services.checkin.importing.calendar_file import Window, read_calendar
from services.runtime.clock import Clock

PATIENCE_SECONDS = 20.0
"""So long the times of a calendar may take to be worked out; a file that is meant well takes far less."""


@dataclass(frozen=True)
class BookFile:
    """What was sent. `provider`: whose visits these are, where a row doesn't say."""

    kind: Literal["csv", "calendar"]
    raw: bytes
    provider: str | None

    def planned(self, judge: Judge, keys: ImportKeys, booked: Collection[str], clock: Clock) -> Plan | Unreadable:
        """Say what of it is new, already in the book, or wrong. `booked`: the ids of all visits that are known."""
        read = self._read(judge, clock)
        if isinstance(read, Unreadable):
            return read
        entries, flaws, notes = judge.all(self._with_provider(read))
        made = plan(entries, keys, booked, judge.now)
        made = made._replace(flaws=[*flaws, *made.flaws], notes=[*notes, *made.notes])
        return made if self.kind == "csv" else without_overlaps(made, judge.profile.slot_minutes)

    def _read(self, judge: Judge, clock: Clock) -> Read | Unreadable:
        if self.kind == "csv":
            return read_csv(self.raw)
        until = clock.monotonic() + PATIENCE_SECONDS
        window = Window(judge.now, ZoneInfo(judge.profile.timezone), lambda: clock.monotonic() > until)
        return read_calendar(self.raw, window)

    def _with_provider(self, read: Read) -> Read:
        if self.provider is None:
            return read
        whose = {"provider": self.provider}
        return read._replace(drafts=[draft._replace(cells={**whose, **draft.cells}) for draft in read.drafts])

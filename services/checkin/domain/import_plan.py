"""Which of the good rows of a file are new, which are in the book already, and which come too late or in each other's way."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from services.checkin.domain.book_file import Entry, Flaw
from services.checkin.domain.import_keys import ImportKeys


class Plan(NamedTuple):
    """The rows to be booked, in their order, how many are in the book already or come twice, and what is wrong with others."""

    new: list[Entry]
    flaws: list[Flaw]
    notes: list[Flaw]
    already: int = 0
    repeated: int = 0


def plan(entries: Iterable[Entry], keys: ImportKeys, booked: Collection[str], now: datetime) -> Plan:
    """Sort the rows. `booked`: the ids of all visits that are known."""
    made = Plan([], [], [])
    seen: dict[str, int] = {}
    already = repeated = 0
    for entry in entries:
        first = seen.setdefault(keys.visit(entry), entry.row)
        if first != entry.row:
            made.notes.append(entry.flaw("", f"is the same as row {first}; it was taken once"))
            repeated += 1
        elif any(visit in booked for visit in keys.visits(entry)):
            already += 1
        elif entry.at < now:
            made.flaws.append(entry.flaw(entry.when, "lies in the past; only visits to come are taken"))
        else:
            made.new.append(entry)
    return made._replace(already=already, repeated=repeated)


def without_overlaps(entries: Iterable[Entry], usual_minutes: int) -> tuple[list[Entry], list[Flaw]]:
    """Of the times of one calendar that overlap, keep the earlier; `usual_minutes`: how long an event without an end is."""
    kept: list[Entry] = []
    flaws = []
    for entry in sorted(entries, key=lambda one: (one.at, one.row)):
        if kept and entry.at < _until(kept[-1], usual_minutes):
            other = "another time of the same event" if kept[-1].row == entry.row else f"event {kept[-1].row}"
            flaws.append(entry.flaw(entry.when, f"overlaps with {other}, which begins first"))
        else:
            kept.append(entry)
    return sorted(kept, key=lambda one: (one.row, one.at)), flaws


def _until(entry: Entry, usual_minutes: int) -> datetime:
    return entry.at + timedelta(minutes=usual_minutes if entry.booking.minutes is None else entry.booking.minutes)

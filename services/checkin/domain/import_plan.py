"""Which of the good rows of a file are new, which are in the book already, and which come too late or in each other's way."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from services.checkin.domain.book_file import Entry, Flaw
from services.checkin.domain.import_keys import ImportKeys


class Plan(NamedTuple):
    """The rows to be booked, in their order, those in the book already, how many come twice, and what is wrong with others."""

    new: list[Entry]
    already: list[Entry]
    flaws: list[Flaw]
    notes: list[Flaw]
    repeated: int = 0


def plan(entries: Iterable[Entry], keys: ImportKeys, booked: Collection[str], now: datetime) -> Plan:
    """Sort the rows. `booked`: the ids of all visits that are known."""
    made = Plan([], [], [], [])
    seen: dict[str, int] = {}
    repeated = 0
    for entry in entries:
        first = seen.setdefault(keys.visit(entry), entry.row)
        if first != entry.row:
            made.notes.append(entry.flaw("", f"is the same as row {first}; it was taken once"))
            repeated += 1
        elif any(visit in booked for visit in keys.visits(entry)):
            made.already.append(entry)
        elif entry.at < now:
            made.flaws.append(entry.flaw(entry.when, "lies in the past; only visits to come are taken"))
        else:
            made.new.append(entry)
    return made._replace(repeated=repeated)


def without_overlaps(made: Plan, usual_minutes: int) -> Plan:
    """Of the times of one calendar that overlap, keep the earlier, and what is in the book already; name the others.

    `usual_minutes`: how long an event without an end is.
    """
    both = [*((entry, False) for entry in made.already), *((entry, True) for entry in made.new)]
    last: Entry | None = None
    kept, flaws = list[Entry](), list[Flaw]()
    for entry, is_new in sorted(both, key=lambda one: (one[0].at, one[0].row)):
        if is_new and last is not None and entry.at < _until(last, usual_minutes):
            other = "another time of the same event" if last.row == entry.row else f"event {last.row}"
            flaws.append(entry.flaw(entry.when, f"overlaps with {other}, which begins first"))
            continue
        last = entry
        if is_new:
            kept.append(entry)
    return made._replace(new=sorted(kept, key=lambda one: (one.row, one.at)), flaws=[*made.flaws, *flaws])


def _until(entry: Entry, usual_minutes: int) -> datetime:
    return entry.at + timedelta(minutes=usual_minutes if entry.booking.minutes is None else entry.booking.minutes)

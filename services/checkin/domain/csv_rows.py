"""The rows of a CSV file of bookings. Each line is a row of its own, so that what is wrong with one spoils no other."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from services.checkin.domain.book_file import MOST_ROWS, Draft, Flaw, Read, Unreadable, too_many

PERSON = ("name", "phone", "born", "language", "payer", "member_number")
COLUMNS = ("date", "time", "local", *PERSON, "visit_type", "minutes", "provider", "room")

_LINE = re.compile(r"\r\n|\r|\n")
_UNREADABLE = re.compile("[\udc80-\udcff]")
"""What of the bytes is no UTF-8."""


def read_csv(raw: bytes) -> Read | Unreadable:
    """Read the rows. The header may be in any order and case; commas or semicolons are told from it."""
    lines = _LINE.split(raw.decode("utf-8-sig", "surrogateescape"))
    first = next((at for at, line in enumerate(lines) if line.strip(" ,;")), None)
    if first is None:
        return Unreadable("no-rows", "Nothing in it", "There is nothing in this file. Please choose another one.")
    sign = ";" if lines[first].count(";") > lines[first].count(",") else ","
    header = [_column(cell) for cell in _cells(lines[first], sign) or ()]
    if (unreadable := _judged(header)) is not None:
        return unreadable
    numbered = [(at + 1, line) for at, line in enumerate(lines) if at > first and line.strip(f" {sign}\t")]
    if len(numbered) > MOST_ROWS:
        return too_many()
    rows = [_row(number, line, sign, header) for number, line in numbered]
    return Read([row for row in rows if isinstance(row, Draft)], [row for row in rows if isinstance(row, Flaw)], [])


def _cells(line: str, sign: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=sign, strict=True))
    except (csv.Error, StopIteration):
        return None


def _column(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().casefold())


def _judged(header: Sequence[str]) -> Unreadable | None:
    """Say what is wrong with a header. Its unknown columns are named only where the line is one: else it could name a patient."""
    known = [name for name in header if name in COLUMNS]
    missing = list(_missing(known))
    if missing:
        return _wrong_header(f"These columns are missing: {', '.join(missing)}. The first line must name the columns.")
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        return _wrong_header(f"These columns are there twice: {', '.join(twice)}.")
    if "local" in known and {"date", "time"} & set(known):
        return _wrong_header("Please say when either in the columns date and time, or in the column local.")
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        return _wrong_header(f"These columns are not known: {', '.join(unknown)}. There may be: {', '.join(COLUMNS)}.")
    return None


def _missing(known: Iterable[str]) -> Iterator[str]:
    when = set(known)
    if "name" not in when:
        yield "name"
    if "local" not in when:
        yield from (name for name in ("date", "time") if name not in when)


def _wrong_header(detail: str) -> Unreadable:
    return Unreadable("wrong-columns", "The columns can't be used", detail)


def _row(number: int, line: str, sign: str, header: Sequence[str]) -> Draft | Flaw:
    if _UNREADABLE.search(line):
        return Flaw(number, "", "holds letters that can't be read; please save the file as UTF-8")
    cells = _cells(line, sign)
    if cells is None:
        return Flaw(number, "", "can't be read; please look at its quotation marks")
    named = [*header, *[""] * (len(cells) - len(header))]
    said = {name: text for name, cell in zip(named, cells, strict=False) if (text := cell.strip())}
    if "" in said:
        return Flaw(number, "", "has more cells than there are columns")
    return Draft(number, said)

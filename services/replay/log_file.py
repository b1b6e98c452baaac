"""Opens a CSV log and hands its rows over, with the line each stands on."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from services.replay.domain.log_map import LogMap
from services.replay.domain.rows import BadRow, Found, RowReader
from services.replay.errors import UnusableError

SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_NAMES = frozenset({"utf-8", "utf8", "utf-8-sig", "ascii"})
_CELL_CHARACTERS = 1_000_000


def read_log(path: Path, log_map: LogMap, key: bytes | None, now: datetime) -> Found:
    """Read the whole log. Raises UnusableError where it can't be one: not there, empty, no first line with the columns."""
    try:
        with _open(path, log_map.file.encoding) as file:
            return _read(path, file, log_map, key, now)
    except OSError as problem:
        raise UnusableError(f"The file {path} can't be read: {problem.strerror}.") from None


def _open(path: Path, encoding: str) -> IO[str]:
    with path.open("rb") as raw:
        begin = raw.read(2)
    if encoding.lower() in _UTF8_NAMES:
        if begin in _UTF16:
            raise UnusableError(f'The file {path} is written in UTF-16. Put encoding = "utf-16" into [file] of the map.')
        encoding = "utf-8-sig"  # takes a byte order mark off, if there is one
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def _read(path: Path, file: IO[str], log_map: LogMap, key: bytes | None, now: datetime) -> Found:
    csv.field_size_limit(_CELL_CHARACTERS)
    rows = csv.reader(file, delimiter=log_map.file.separator)
    columns = _columns(path, rows, log_map)
    reader = RowReader(log_map, columns, key, now)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except (csv.Error, UnicodeError):
            reader.found.rows += 1
            reader.found.bad.append(BadRow(rows.line_num, "it can't be read as a row of a CSV file"))
            continue
        reader.take(rows.line_num, row)
    if not reader.found.rows:
        raise UnusableError(f"The file {path} has a first line with the columns' names, and nothing after it.")
    return reader.found


def _columns(path: Path, rows: Iterator[list[str]], log_map: LogMap) -> tuple[str, ...]:
    try:
        columns = tuple(cell.strip() for cell in next(rows, []))
    except (csv.Error, UnicodeError):
        raise UnusableError(f"The first line of {path} can't be read. Is it a CSV file, in the map's encoding?") from None
    if not any(columns):
        raise UnusableError(f"The file {path} is empty, or its first line is.")
    missing = [name for name in log_map.wanted_columns() if name not in columns]
    if missing:
        hint = _other_separator(columns, log_map)
        raise UnusableError(hint or f"The first line of {path} has no column named {', '.join(missing)}, as the map wants.")
    twice = sorted({name for name in log_map.wanted_columns() if columns.count(name) > 1})
    if twice:
        raise UnusableError(f"The first line of {path} names {', '.join(twice)} twice.")
    return columns


def _other_separator(columns: tuple[str, ...], log_map: LogMap) -> str | None:
    """Say so if the file is written with another separator than the map's."""
    line = log_map.file.separator.join(columns)
    for separator, name in SEPARATORS.items():
        cells = {cell.strip().strip('"') for cell in line.split(separator)}
        if separator != log_map.file.separator and set(log_map.wanted_columns()) <= cells:
            shown = separator.replace("\t", "\\t")
            return f'The columns of the file are separated by {name}. Put separator = "{shown}" into [file] of the map.'
    return None

"""Rows of a log, each made an event or given a reason why it can't be one."""

import hmac
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from services.replay.domain.log_map import TAKES, LogMap, Step
from services.replay.domain.times import TimeReader

_VISIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_NOT_TEXT = re.compile("[\ud800-\udfff\0]")
_UNREADABLE = "it holds bytes that are no text in the map's encoding"
_SHORT = "it has fewer columns than the first line"
_LONG = "it has more columns than the first line"
_NO_CASE = "it names no case"
_BAD_CASE = "the case is no visit id: at most 64 letters, digits and . _ : - are allowed (see case_ids_name_nobody in the map)"
_NO_ACTIVITY = "it names no activity"


@dataclass(frozen=True)
class BadRow:
    """A row that can't be used; `reason` holds nothing of it."""

    line: int
    reason: str


@dataclass(frozen=True)
class Item:
    """A row as an event. `key` makes a repeat the same event."""

    line: int
    key: str
    type: str
    visit: str
    time: datetime
    data: dict[str, str]

    def body(self) -> dict[str, Any]:
        """The item of a batch. The log's own time is also when it was recorded: the site follows its log."""
        said = {"type": self.type, "visit": self.visit, "time": self.time.isoformat(), "key": self.key}
        return {**said, "recorded_at": self.time.isoformat(), "data": self.data}


@dataclass
class Found:
    """What a whole log holds."""

    items: list[Item] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    ignored: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    rows: int = 0

    def in_order(self) -> list[Item]:
        """By time; what happened at the same time stays as the file has it."""
        return sorted(self.items, key=lambda item: item.time)


class RowReader:
    """Reads the rows of one log."""

    def __init__(self, log_map: LogMap, columns: tuple[str, ...], key: bytes | None, now: datetime) -> None:
        """`columns` are the file's, in order; `key` makes visit ids of cases, None where the cases are the visit ids."""
        self._map, self._key, self._width = log_map, key, len(columns)
        self._at = {name: index for index, name in enumerate(columns)}
        self._times = TimeReader(log_map.time.formats, log_map.time.zone, now)
        self.found = Found()

    def take(self, line: int, row: list[str]) -> None:
        """Take the next row in. A line without anything in it is no row."""
        if not any(cell.strip() for cell in row):
            return
        self.found.rows += 1
        read = self._read(line, row)
        if isinstance(read, Item):
            self.found.items.append(read)
        elif isinstance(read, str):
            self.found.bad.append(BadRow(line, read))

    def _read(self, line: int, row: list[str]) -> Item | str | None:
        if len(row) != self._width:
            return _SHORT if len(row) < self._width else _LONG
        if any(_NOT_TEXT.search(cell) for cell in row):
            return _UNREADABLE
        cells = {name: row[index].strip() for name, index in self._at.items()}
        activity = cells[self._map.columns.activity]
        step = self._map.activities.get(activity)
        if step is not None:
            return self._item(line, row_key(line, row), step, cells)
        if activity in self._map.ignored:
            self.found.ignored += 1
        elif activity:
            self.found.unmapped[activity] += 1
        return None if activity else _NO_ACTIVITY

    def _item(self, line: int, key: str, step: Step, cells: Mapping[str, str]) -> Item | str:
        case = cells[self._map.columns.case]
        visit = self._visit(case)
        if visit is None:
            return _BAD_CASE if case else _NO_CASE
        time = self._times.read(cells[self._map.columns.time])
        if isinstance(time, str):
            return time
        fields = {name: column for name, column in self._map.fields.items() if name in TAKES.get(step, frozenset())}
        return Item(line, key, step, visit, time, {name: cells[column] for name, column in fields.items() if cells[column]})

    def _visit(self, case: str) -> str | None:
        if self._key is not None:
            return f"v-{hmac.new(self._key, case.encode(), sha256).hexdigest()[:32]}" if case else None
        return case if _VISIT.fullmatch(case) else None


def row_key(line: int, row: list[str]) -> str:
    """Name a row by where it stands and what it says, so that a file replayed again, or grown longer, doubles nothing."""
    return "row-" + sha256("\x1f".join([str(line), *row]).encode()).hexdigest()[:40]

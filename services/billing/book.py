"""What summaries.v1 says last of the visits that are complete."""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import ValidationError

from schemas.summaries import SOURCE_OFFSET_HEADER, VisitSummary
from services.runtime.clock import Clock

MOST_INCOMPLETE = 20_000
"""Of so many others it is remembered how new the last word was: a flow worker that slept may say an old one again."""


class _Complete(NamedTuple):
    offset: int
    completed_at: datetime
    value: bytes
    """As it came: a third of the size."""


class Book:
    """The complete visits of the partitions that are ours, those of the last `days`. One thread uses it."""

    def __init__(self, clock: Clock, days: int) -> None:
        self._clock, self._span = clock, timedelta(days=days)
        self._complete: dict[str, _Complete] = {}
        self._others: OrderedDict[str, int] = OrderedDict()
        self.unclear: set[str] = set()
        """Visits of which the last word can't be read, since a newer release wrote it, or nobody: they are left alone."""
        self.unreadable = 0

    def __iter__(self) -> Iterator[str]:
        return iter(self._complete)

    def get(self, visit: str) -> VisitSummary | None:
        """The visit's summary, where it is complete."""
        found = self._complete.get(visit)
        return VisitSummary.model_validate_json(found.value) if found is not None else None

    def edge(self) -> datetime:
        """What was completed before is over for good."""
        return self._clock.now() - self._span

    def take(self, record: Any) -> str | None:
        """Take in a record; returns its visit where that is complete, was, or was unclear. What can't be read is counted."""
        try:
            visit, offset, summary = _read(record)
        except (ValidationError, ValueError):
            self.unreadable += 1
            self.unclear.add((record.key or b"").decode(errors="replace"))
            return None
        was_unclear = visit in self.unclear
        self.unclear.discard(visit)
        known = self._complete.get(visit)
        if offset < (known.offset if known is not None else self._others.get(visit, -1)):
            return visit if was_unclear else None
        completed_at = _completed_at(summary)
        if completed_at is not None and completed_at >= self.edge():
            self._others.pop(visit, None)
            self._complete[visit] = _Complete(offset, completed_at, record.value)
            return visit
        self._note_other(visit, offset)
        return visit if self._complete.pop(visit, None) is not None or was_unclear else None

    def prune(self) -> None:
        """Forget what is over for good."""
        edge = self.edge()
        for visit in [visit for visit, found in self._complete.items() if found.completed_at < edge]:
            del self._complete[visit]

    def clear(self) -> None:
        """Forget everything: it is read anew."""
        self._complete.clear()
        self._others.clear()
        self.unclear.clear()

    def _note_other(self, visit: str, offset: int) -> None:
        self._others[visit] = offset
        self._others.move_to_end(visit)
        if len(self._others) > MOST_INCOMPLETE:
            self._others.popitem(last=False)


def _completed_at(summary: VisitSummary | None) -> datetime | None:
    return summary.completed_at if summary is not None and summary.completion is not None else None


def _read(record: Any) -> tuple[str, int, VisitSummary | None]:
    """Give visit, source offset, and the summary unless it is taken back. Raises ValueError."""
    key: str = (record.key or b"").decode()
    if record.value is None:
        return key, int(dict(record.headers).get(SOURCE_OFFSET_HEADER) or b""), None
    summary = VisitSummary.model_validate_json(record.value)
    if summary.visit != key:
        raise ValueError("another visit's key")
    return key, summary.source_offset, summary

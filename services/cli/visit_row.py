"""A visit as `clinicflow visits` prints it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.live import LiveVisit
from schemas.summaries import Stage, VisitSummary

COLUMNS = (
    "visit", "ticket", "stage", "checked_in", "roomed", "provider_seen", "checked_out",
    "waiting_room_seconds", "exam_room_seconds", "provider_seconds", "cycle_seconds",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class VisitRow:
    """Times are checked in, roomed, provider seen, checked out; durations in the order of the columns.

    Who left was not checked out.
    """

    visit: str
    ticket: str | None
    stage: str
    times: tuple[datetime | None, datetime | None, datetime | None, datetime | None]
    seconds: tuple[int | None, int | None, int | None, int | None]

    @classmethod
    def of_live(cls, live: LiveVisit) -> "VisitRow":
        """A visit that the site shows."""
        ended = live.checked_out_ms if live.stage is Stage.DEPARTED else None
        times = (_at(live.checked_in_ms), _at(live.roomed_ms), _at(live.seen_ms), _at(ended))
        seconds = (live.waiting_room_seconds, live.exam_room_seconds, live.provider_seconds, live.cycle_seconds)
        return cls(live.visit, live.ticket, live.stage, times, seconds)

    @classmethod
    def of_summary(cls, summary: VisitSummary) -> "VisitRow":
        """A visit that ended so long ago that only its summary is left."""
        ended = summary.checked_out_at if summary.end is Stage.DEPARTED else None
        times = (summary.checked_in_at, summary.roomed_at, summary.provider_seen_at, ended)
        seconds = (summary.waiting_room_seconds, summary.exam_room_seconds, summary.provider_seconds, summary.cycle_seconds)
        return cls(summary.visit, summary.ticket, summary.end, times, seconds)

    def order(self) -> tuple[datetime, str]:
        """Sorts by arrival, then by id; who hasn't arrived comes last."""
        return self.times[0] or datetime.max.replace(tzinfo=UTC), self.visit

    def cells(self, zone: str) -> tuple[str, ...]:
        """As text; what isn't known is empty."""
        times = (time.astimezone(ZoneInfo(zone)).isoformat(timespec=_precision(time)) if time else "" for time in self.times)
        seconds = ("" if duration is None else str(duration) for duration in self.seconds)
        return (self.visit, self.ticket or "", self.stage, *times, *seconds)


def _at(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)


def _precision(time: datetime) -> str:
    return "milliseconds" if time.microsecond else "seconds"

"""I11: a night in which the clocks change, and its midnight: waits right to the second, tickets anew at local midnight."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from schemas.summaries import Stage
from tests.builders import Clinic
from tests.unit.flow.folding import Flow

NIGHTS = {
    "America/New_York": (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)),
    "Europe/Berlin": (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
}
"""By zone, the instants of 2026 at which its clocks change."""
EVERY = timedelta(minutes=7)
WAIT = timedelta(minutes=23, seconds=41)
EXAM = timedelta(minutes=11, seconds=7)
CARE = timedelta(minutes=38, seconds=59)


@pytest.mark.parametrize(("zone", "change"), [(zone, change) for zone, changes in NIGHTS.items() for change in changes])
def test_patients_who_come_all_night_wait_as_long_as_they_wait_and_tickets_begin_anew_at_midnight(
    zone: str, change: datetime
) -> None:
    assert (change - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset() != change.astimezone(ZoneInfo(zone)).utcoffset()
    clinic = Clinic(timezone=zone, clock="log", day=change.date(), next_up=0)
    arrivals = {f"v{number}": change - timedelta(hours=9) + number * EVERY for number in range(150)}
    told = [
        (moment, kind, visit)
        for visit, arrived in arrivals.items()
        for kind, moment in (
            ("checked-in", arrived), ("roomed", arrived + WAIT), ("provider-seen", arrived + WAIT + EXAM),
            ("checked-out", arrived + WAIT + EXAM + CARE),
        )
    ]  # fmt: skip
    feed = clinic.feed()
    for moment, kind, visit in sorted(told):
        feed.happens(f"visit.{kind}", visit, moment)
    flow = Flow(clinic)
    expected_numbers: dict[str, int] = {}
    for visit, arrived in arrivals.items():
        view = flow.view(visit)
        assert view.stage is Stage.DEPARTED
        assert (view.waiting_seconds, view.exam_seconds, view.provider_seconds, view.cycle_seconds) == (1421, 667, 2339, 4427)
        day = arrived.astimezone(ZoneInfo(zone)).date().isoformat()
        expected_numbers[day] = expected_numbers.get(day, 0) + 1
        assert flow.ticket(visit) == f"A{expected_numbers[day]:02d}"
    assert len(expected_numbers) == 2
    assert all(count > 30 for count in expected_numbers.values())

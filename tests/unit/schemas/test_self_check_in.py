"""When a patient may check in on their own phone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from schemas.live import LiveVisit
from schemas.self_check_in import Due, due, may_check_in
from schemas.sites import SiteClock
from schemas.summaries import Stage
from tests.builders_live import a_clinic

NEW_YORK = "America/New_York"


def at(when: str, zone: str = NEW_YORK) -> int:
    return int(datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("booked", "now", "expected"),
    [
        ("2026-03-02T14:30", "2026-03-02T00:01", Due.NOW),
        ("2026-03-02T08:00", "2026-03-02T23:59", Due.NOW),
        ("2026-03-03T08:00", "2026-03-02T23:59", Due.EARLY),
        ("2026-03-01T08:00", "2026-03-02T00:01", Due.LATE),
        ("2026-03-03T00:30", "2026-03-02T23:00", Due.NOW),
        ("2026-03-01T23:30", "2026-03-02T01:00", Due.NOW),
        ("2026-03-01T21:00", "2026-03-02T01:00", Due.LATE),
    ],
)
def test_a_visit_is_due_on_its_day_and_a_while_around_midnight(booked: str, now: str, expected: Due) -> None:
    assert due(at(booked), NEW_YORK, at(now)) is expected


def test_the_day_is_the_clinics_and_not_the_servers() -> None:
    evening = at("2026-03-02T21:00", "Asia/Tokyo")  # noon of the same day in UTC
    assert due(at("2026-03-02T08:00", "Asia/Tokyo"), "Asia/Tokyo", evening) is Due.NOW
    assert due(at("2026-03-03T01:00", "Asia/Tokyo"), "Asia/Tokyo", evening) is Due.EARLY


def test_a_visit_without_a_time_is_due() -> None:
    assert due(None, NEW_YORK, at("2026-03-02T08:00")) is Due.NOW


@pytest.mark.parametrize("stage", Stage)
def test_only_who_is_expected_or_was_given_up_may_check_in(stage: Stage) -> None:
    may = may_check_in(LiveVisit(visit="v1", stage=stage), a_clinic(), Due.NOW)
    assert may == (stage in {Stage.EXPECTED, Stage.NO_SHOW})


def test_nobody_may_on_another_day_or_at_a_clinic_that_replays_a_log() -> None:
    visit = LiveVisit(visit="v1", stage=Stage.EXPECTED)
    assert not any(may_check_in(visit, a_clinic(), when) for when in (Due.EARLY, Due.LATE))
    assert not may_check_in(visit, a_clinic(clock=SiteClock.LOG), Due.NOW)

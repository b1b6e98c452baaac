"""Days of work as instants: through breaks, midnight, weekends and both changes of the clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from schemas.opening_hours import OpeningHours
from schemas.sites import Hours
from tests.builders import milliseconds

HOUR = 3_600_000


def hours(zone: str, *openings: tuple[int, str, str]) -> OpeningHours:
    given = tuple(Hours.model_validate({"weekday": day, "opens": opens, "closes": closes}) for day, opens, closes in openings)
    return OpeningHours(given, ZoneInfo(zone))


def at(zone: str, text: str) -> int:
    return milliseconds(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))


@pytest.mark.parametrize(("zone", "spring", "autumn"), [("America/New_York", "2026-03-08", "2026-11-01"), ("Europe/Berlin", "2026-03-29", "2026-10-25")])  # fmt: skip
def test_a_day_on_which_the_clocks_change_closes_by_the_clock_on_the_wall(zone: str, spring: str, autumn: str) -> None:
    sundays = hours(zone, (6, "00:30", "17:00"))
    for day in (spring, autumn):
        assert sundays.over_by(at(zone, f"{day}T01:00"), HOUR) == at(zone, f"{day}T18:00")
    lengths = [(at(zone, f"{day}T17:00") - at(zone, f"{day}T00:30")) / HOUR for day in (spring, autumn)]
    assert lengths == [15.5, 17.5]


def test_an_opening_past_midnight_is_one_day_of_work() -> None:
    zone = "America/New_York"
    nights = hours(zone, (4, "18:00", "23:59"), (5, "00:00", "02:00"))
    assert nights.over_by(at(zone, "2026-03-06T23:30"), 0) == at(zone, "2026-03-07T02:00")
    assert nights.over_by(at(zone, "2026-03-07T01:00"), 0) == at(zone, "2026-03-07T02:00")


def test_who_is_there_after_closing_may_stay_the_grace_time_and_who_comes_early_all_day() -> None:
    zone = "Europe/Berlin"
    weekdays = hours(zone, *((day, "08:00", "17:00") for day in range(5)))
    assert weekdays.over_by(at(zone, "2026-03-02T18:00"), HOUR) == at(zone, "2026-03-02T19:00")
    assert weekdays.over_by(at(zone, "2026-03-03T07:00"), HOUR) == at(zone, "2026-03-03T18:00")
    assert weekdays.over_by(at(zone, "2026-03-06T20:00"), HOUR) == at(zone, "2026-03-06T21:00")


def test_a_clinic_that_never_closes_in_its_hours_closes_in_two_days_at_most() -> None:
    zone = "Europe/Berlin"
    always = hours(zone, *((day, "00:00", "23:59") for day in range(7)))
    moment = at(zone, "2026-03-04T12:00")
    over_by = always.over_by(moment, 0)
    assert over_by is not None
    assert moment < over_by <= moment + 48 * HOUR


def test_without_hours_it_never_closes_and_is_never_silent() -> None:
    around_the_clock = hours("Europe/Berlin")
    assert (around_the_clock.over_by(0, 0), around_the_clock.silent_from(0, HOUR)) == (None, None)


def test_silence_is_counted_within_one_opening() -> None:
    zone = "Europe/Berlin"
    days = hours(zone, (0, "08:00", "12:00"), (0, "13:00", "13:30"), (2, "08:00", "12:00"))
    silent = days.silent_from(at(zone, "2026-03-02T11:30"), HOUR)
    assert silent is not None
    assert silent == milliseconds(datetime(2026, 3, 4, 8, 0, tzinfo=UTC))

"""Times of a log: in the forms of its map, local to its zone."""

from datetime import UTC, datetime

import pytest

from services.replay.domain.times import TimeReader

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def read(text: str, *formats: str) -> datetime | str:
    return TimeReader(formats or ("iso",), "America/New_York", NOW).read(text)


@pytest.mark.parametrize("text", ["2026-03-02 09:00", "2026-03-02T09:00:00", "2026-03-02T14:00:00Z", "2026-03-02 15:00:00+01:00"])
def test_iso_times_are_instants(text: str) -> None:
    assert read(text) == datetime(2026, 3, 2, 14, tzinfo=UTC)


def test_summer_and_winter_have_their_own_offset() -> None:
    assert read("2026-07-01 09:00") == datetime(2026, 7, 1, 13, tzinfo=UTC)


def test_hour_that_comes_twice_is_its_first() -> None:
    assert read("2026-11-01 01:30") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_hour_that_never_was_is_refused() -> None:
    assert "set forward" in str(read("2026-03-08 02:30"))


@pytest.mark.parametrize("text", ["2026-03-02", "20260302T0900", "03/02/2026 09:00", "now", "2026-02-30 09:00", ""])
def test_other_forms_are_refused(text: str) -> None:
    assert "form that the map names" in str(read(text))


def test_mixed_formats_are_read_where_each_can_mean_one_thing() -> None:
    formats = ("iso", "%m/%d/%Y %I:%M %p")
    assert read("03/02/2026 09:00 AM", *formats) == read("2026-03-02 09:00", *formats) == datetime(2026, 3, 2, 14, tzinfo=UTC)


def test_time_that_can_be_read_in_two_ways_is_refused() -> None:
    formats = ("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M")
    assert "two ways" in str(read("03/02/2026 09:00", *formats))
    assert read("03/03/2026 09:00", *formats) == datetime(2026, 3, 3, 14, tzinfo=UTC)
    assert read("25/03/2026 09:00", *formats) == datetime(2026, 3, 25, 13, tzinfo=UTC)


def test_time_after_now_is_refused() -> None:
    assert "after now" in str(read("2026-12-01 00:00"))

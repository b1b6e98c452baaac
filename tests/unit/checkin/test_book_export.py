"""The book leaves as a table and as a calendar: the same visits, on the clinic's clock, and nothing of whose they are."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Timezone

from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.checkin.calendar_export import calendar_of
from services.checkin.domain.book_lines import HEADER, chosen, lines
from services.checkin.domain.day_book import Days
from services.checkin.zone_export import changes, described
from services.runtime.sheet import sheet
from tests.unit.checkin.book_files import CLINIC, NEW_YORK, NOW

DAYS = Days(date(2026, 3, 3), 2, NEW_YORK)
NINE = datetime(2026, 3, 3, 9, 0, tzinfo=NEW_YORK)


def a_visit(at: datetime = NINE, visit: str = "v-1", **more: Any) -> LiveVisit:
    said = {"stage": Stage.EXPECTED, "person": "p-secret", "booked_provider": "dr-lee", "offsets": (5, 9)} | more
    return LiveVisit.model_validate({"visit": visit, "scheduled_ms": int(at.timestamp() * 1000), **said})


def table(*visits: LiveVisit, days: Days = DAYS, provider: str | None = None) -> list[dict[str, str]]:
    written = sheet(lines(chosen(visits, CLINIC, days, provider), CLINIC, days))
    return list(csv.DictReader(io.StringIO(written)))


def events(*visits: LiveVisit, days: Days = DAYS) -> list[Any]:
    """The events of the calendar, as another program reads them."""
    return list(Calendar.from_ical(calendar_of(visits, CLINIC, days, NOW)).walk("VEVENT"))


# --- as a table ---------------------------------------------------------------------------------------------------


def test_a_line_says_when_with_whom_and_what_and_not_who() -> None:
    [line] = table(a_visit(minutes=20, booked_room="r1", visit_type="check-up"))
    assert line == {
        "visit": "v-1", "date": "2026-03-03", "time": "09:00", "scheduled_at": "2026-03-03T14:00:00Z", "minutes": "20",
        "provider": "dr-lee", "room": "r1", "visit_type": "check-up", "stage": "expected",
    }  # fmt: skip
    assert tuple(line) == HEADER


def test_a_visit_that_says_nothing_of_its_length_has_the_clinics_own() -> None:
    assert table(a_visit())[0]["minutes"] == str(CLINIC.slot_minutes)


def test_the_earliest_comes_first_and_only_these_days_and_this_provider_are_there() -> None:
    late, early = a_visit(NINE + timedelta(hours=1)), a_visit(visit="v-2", booked_provider="dr-roy")
    other_day, walk_in = a_visit(NINE + timedelta(days=2), "v-3"), a_visit(visit="v-4").model_copy(update={"scheduled_ms": None})
    assert [line["visit"] for line in table(late, early, other_day, walk_in)] == ["v-2", "v-1"]
    assert [line["visit"] for line in table(late, early, provider="dr-roy")] == ["v-2"]


def test_of_two_times_that_look_alike_the_instant_tells_which() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    found = table(a_visit(first), a_visit(first + timedelta(hours=1), "v-2"), days=Days(date(2026, 11, 1), 1, NEW_YORK))
    assert [line["time"] for line in found] == ["01:30", "01:30"]
    assert [line["scheduled_at"] for line in found] == ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"]


def test_a_cell_that_a_spreadsheet_would_carry_out_is_made_harmless() -> None:
    assert table(a_visit(visit_type="=1+1"))[0]["visit_type"] == "'=1+1"


# --- as a calendar ------------------------------------------------------------------------------------------------


def test_an_event_is_a_visit_by_its_id_kind_and_place() -> None:
    [event] = events(a_visit(minutes=20, booked_room="r1", visit_type="check-up"))
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("v-1@riverside.clinicflow", 9, "CONFIRMED")
    assert (event["SUMMARY"], event["LOCATION"]) == ("Check-up · Dr. Lee (invented)", "Room 1")
    assert (event.start, event.duration, event["X-CLINICFLOW-STAGE"]) == (NINE, timedelta(minutes=20), "expected")


def test_nothing_of_the_patient_is_in_it() -> None:
    assert b"secret" not in calendar_of([a_visit()], CLINIC, DAYS, NOW)


@pytest.mark.parametrize("stage", list(Stage))
def test_what_was_called_off_is_cancelled_and_all_else_is_confirmed(stage: Stage) -> None:
    assert events(a_visit(stage=stage))[0]["STATUS"] == ("CANCELLED" if stage is Stage.CANCELLED else "CONFIRMED")


def test_a_visit_of_no_kind_and_no_provider_is_a_visit() -> None:
    assert events(a_visit(booked_provider=None))[0]["SUMMARY"] == "Visit"


def test_each_of_two_times_that_look_alike_is_the_instant_that_it_is() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    both = events(a_visit(first), a_visit(first + timedelta(hours=1), "v-2"), days=Days(date(2026, 11, 1), 1, NEW_YORK))
    assert [event.start.astimezone(UTC) for event in both] == [first, first + timedelta(hours=1)]


def test_a_day_without_visits_is_a_calendar_without_events() -> None:
    assert events() == []


# --- timezones ----------------------------------------------------------------------------------------------------

ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "UTC", "America/Santiago"]


@pytest.mark.parametrize("name", ZONES)
def test_the_zone_as_it_is_described_has_the_offset_of_each_hour(name: str) -> None:
    zone = ZoneInfo(name)
    text = described(zone, date(2026, 1, 1), date(2027, 1, 1)).to_ical().replace(b"TZID:", b"TZID:described-")
    read = Timezone.from_ical(text)
    assert isinstance(read, Timezone)
    again = read.to_tz(lookup_tzid=False)
    for hours in range(48, 363 * 24):
        local = datetime(2026, 1, 1) + timedelta(hours=hours)  # noqa: DTZ001  # on the zone's own clock
        said = local.replace(tzinfo=zone)
        if said.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local:
            assert local.replace(tzinfo=again).utcoffset() == said.utcoffset(), local


@pytest.mark.parametrize("name", ZONES)
def test_each_change_is_described_in_the_time_that_the_clock_showed_before(name: str) -> None:
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    parts: list[Any] = [*described(ZoneInfo(name), begin.date(), end.date()).subcomponents][1:]
    begins = [part["DTSTART"].dt - part["TZOFFSETFROM"].td for part in parts]
    assert begins == [change.replace(tzinfo=None) for change in changes(ZoneInfo(name), begin, end)]


def test_each_change_of_the_clocks_is_found_to_the_minute() -> None:
    found = list(changes(NEW_YORK, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))
    assert found == [datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)]

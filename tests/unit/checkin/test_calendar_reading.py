"""A calendar is read event by event: on whose clock it is, how long, and how often it comes again within the next year."""

from datetime import UTC, datetime

import pytest

from services.checkin.domain.book_file import MOST_ROWS, Unreadable
from services.checkin.importing.calendar_file import Window, read_calendar
from tests.unit.checkin.book_files import NEW_YORK, NOW, calendar, event, events_read, said, times

TUESDAY = "DTSTART:20260303T100000"
ODD_ZONE = [
    "BEGIN:VTIMEZONE", "TZID:Customized Time Zone", "BEGIN:STANDARD", "DTSTART:16010101T020000",
    "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11", "TZOFFSETFROM:-0400", "TZOFFSETTO:-0500", "END:STANDARD", "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0400", "END:DAYLIGHT",
    "END:VTIMEZONE",
]  # fmt: skip


def test_an_event_is_a_booking_of_whom_its_summary_names() -> None:
    found = events_read(calendar(event(TUESDAY, "DTEND:20260303T104500", name="Lee\\, Ann (invented)")))
    [draft] = found.drafts
    assert (draft.row, draft.cells, draft.series) == (1, {"name": "Lee, Ann (invented)", "minutes": "45"}, "one")
    assert draft.at == datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
    assert (found.flaws, found.notes) == ([], [])


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        ("DTSTART:20260303T100000", "2026-03-03 10:00"),
        ("DTSTART:20260303T100000Z", "2026-03-03 05:00"),
        ("DTSTART;TZID=Europe/Berlin:20260303T160000", "2026-03-03 10:00"),
        ("DTSTART;TZID=/citadel.org/20190914_1/Europe/Berlin:20260303T160000", "2026-03-03 10:00"),
        ("DTSTART;TZID=Eastern Standard Time:20260303T100000", "2026-03-03 10:00"),
        ('DTSTART;TZID="Customized Time Zone":20260303T100000', "2026-03-03 10:00"),
        ("dtstart;tzid=America/Chicago:20260303T090000", "2026-03-03 10:00"),
    ],
    ids=[
        "the clinic's own clock",
        "UTC",
        "a zone",
        "a program's name for a zone",
        "Windows' name",
        "one that the file describes",
        "small",
    ],
)
def test_a_time_is_on_the_clock_that_it_names(start: str, shown: str) -> None:
    assert times(events_read(calendar(ODD_ZONE, event(start)))) == [shown]


@pytest.mark.parametrize(
    ("lines", "field", "words"),
    [
        (["DTSTART;TZID=Nowhere/Land:20260303T100000"], "start", "is in a timezone"),
        (["DTSTART;TZID=Zq-Planted:20260303T100000"], "start", "is in a timezone"),
        (["DTSTART;VALUE=DATE:20260303"], "start", "is a whole day,"),
        (["DTSTART:20260303"], "start", "is a whole day,"),
        (["DTSTART:20260303T250000"], "start", "is no date and"),
        (["DTSTART:00010101T000000"], "start", "is no date and"),
        (["DTSTART:Zq-Planted"], "start", "is no date and"),
        ([], "start", "is missing"),
        ([TUESDAY, TUESDAY], "start", "can't be read, or"),
        (["DTSTART;;=20260303T100000"], "start", "can't be read, or"),
        ([TUESDAY, "DTEND:20260304T100001"], "end", "is longer than a"),
        ([TUESDAY, "DURATION:P2D"], "end", "is longer than a"),
        ([TUESDAY, "DTEND:20260303T090000"], "end", "is over before it"),
        ([TUESDAY, "DURATION:-PT5M"], "end", "is over before it"),
        ([TUESDAY, "DURATION:Zq-Planted"], "end", "is no length of"),
        ([TUESDAY, "DTEND;VALUE=DATE:20260304"], "end", "is a whole day,"),
        ([TUESDAY, "RRULE:FREQ=HOURLY"], "repeats", "comes again in a"),
        ([TUESDAY, "RRULE:FREQ=DAILY;BYHOUR=9,10,11"], "repeats", "comes again in a"),
        ([TUESDAY, "RRULE:FREQ=DAILY;ZQ-PLANTED=1"], "repeats", "comes again in a"),
        ([TUESDAY, "RRULE:FREQ=DAILY;INTERVAL=0"], "repeats", "does not say how"),
        ([TUESDAY, "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260310T000000Z"], "repeats", "does not say how"),
        ([TUESDAY, "RRULE:FREQ=MONTHLY;BYDAY=99MO"], "repeats", "does not say how"),
        ([TUESDAY, "RRULE:FREQ=WEEKLY;BYDAY=XX"], "repeats", "does not say how"),
        ([TUESDAY, "RRULE:FREQ=WEEKLY;UNTIL=Zq-Planted"], "repeats", "does not say until"),
        ([TUESDAY, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:Zq-Planted"], "repeats", "is no date and"),
        ([TUESDAY, "RDATE;VALUE=DATE:20260310"], "repeats", "is a whole day,"),
        ([TUESDAY, "EXRULE:FREQ=DAILY"], "repeats", "comes again in a"),
        ([TUESDAY, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T100000"], "repeats", "comes again in a"),
        (["DTSTART:20250303T100000", "RRULE:FREQ=WEEKLY;COUNT=3"], "repeats", "has no time of"),
        (["DTSTART:20300303T100000", "RRULE:FREQ=WEEKLY"], "repeats", "has no time of"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_event_is_said_of_it_alone(lines: list[str], field: str, words: str) -> None:
    found = events_read(calendar(event(TUESDAY), event(*lines, uid="two", name="Zq-Planted"), event(TUESDAY, uid="three")))
    assert [draft.row for draft in found.drafts] == [1, 3]
    assert said(found.flaws) == [(2, field, words)]
    assert "planted" not in repr(found.flaws).lower()


def test_an_event_without_an_end_or_that_ends_as_it_begins_is_as_long_as_usual() -> None:
    found = events_read(calendar(event(TUESDAY), event(TUESDAY, "DTEND:20260303T100000", uid="two")))
    assert [draft.cells for draft in found.drafts] == [{"name": "Ann (invented)"}] * 2


def test_an_event_over_midnight_on_which_the_clocks_change_is_as_long_as_it_really_is() -> None:
    found = events_read(calendar(event("DTSTART:20260308T010000", "DTEND:20260308T040000")))
    assert found.drafts[0].cells["minutes"] == "120"


# --- events that come again ---------------------------------------------------------------------------------------


def test_an_event_of_each_week_is_a_booking_each_week_on_the_clinics_clock_through_both_changes() -> None:
    found = events_read(calendar(event(TUESDAY, "RRULE:FREQ=WEEKLY;COUNT=3")))
    assert times(found) == ["2026-03-03 10:00", "2026-03-10 10:00", "2026-03-17 10:00"]
    assert {draft.series for draft in found.drafts} == {"one"}
    assert all(draft.repeats for draft in found.drafts)


def test_only_what_comes_within_the_next_thirteen_months_is_taken_and_nothing_that_is_over() -> None:
    found = times(events_read(calendar(event("DTSTART:20240101T080000", "RRULE:FREQ=DAILY"))))
    assert (found[0], found[-1], len(found)) == ("2026-03-03 08:00", "2027-04-01 08:00", 395)


@pytest.mark.parametrize(
    ("until", "last"),
    [("20260317T140000Z", "2026-03-17 10:00"), ("20260317T135959Z", "2026-03-10 10:00"), ("20260317", "2026-03-17 10:00"),
     ("20260317T100000", "2026-03-17 10:00")],
)  # fmt: skip
def test_the_last_time_counts(until: str, last: str) -> None:
    assert times(events_read(calendar(event(TUESDAY, f"RRULE:FREQ=WEEKLY;UNTIL={until}"))))[-1] == last


def test_times_that_are_left_out_added_or_moved_are_as_the_calendar_says() -> None:
    series = event(
        TUESDAY, "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE:20260310T100000", "EXDATE;VALUE=DATE:20260317", "RDATE:20260305T110000,20260306T110000",
    )  # fmt: skip
    moved = event("RECURRENCE-ID;TZID=America/New_York:20260324T100000", "DTSTART:20260325T120000")
    assert times(events_read(calendar(series, moved))) == [
        "2026-03-03 10:00", "2026-03-05 11:00", "2026-03-06 11:00", "2026-03-31 10:00", "2026-03-25 12:00",
    ]  # fmt: skip


def test_a_time_that_was_called_off_is_left_out_with_a_note() -> None:
    off = event("RECURRENCE-ID:20260310T100000", "DTSTART:20260310T100000", "STATUS:CANCELLED")
    found = events_read(calendar(event(TUESDAY, "RRULE:FREQ=WEEKLY;COUNT=2"), off))
    assert times(found) == ["2026-03-03 10:00"]
    assert said(found.notes) == [(2, "status", "is cancelled, and was")]


def test_a_time_that_does_not_exist_is_named_and_one_that_comes_twice_is_the_earlier() -> None:
    found = events_read(
        calendar(event("DTSTART:20260301T023000", "RRULE:FREQ=WEEKLY;COUNT=3"), event("DTSTART:20261101T013000", uid="two"))
    )
    assert times(found) == ["2026-03-15 02:30", "2026-11-01 01:30"]
    assert said(found.flaws) == [(1, "start", "does not exist on")]
    assert said(found.notes) == [(2, "start", "comes twice that day,")]
    assert found.drafts[-1].at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_zone_that_the_file_describes_has_its_changes_of_the_clocks_too() -> None:
    start = 'DTSTART;TZID="Customized Time Zone":20260308T023000'
    assert said(events_read(calendar(ODD_ZONE, event(start))).flaws) == [(1, "start", "does not exist on")]


def test_the_first_week_of_each_month_and_a_birthday() -> None:
    monthly = event("DTSTART:20260105T100000", "RRULE:FREQ=MONTHLY;BYDAY=1MO;UNTIL=20260601")
    yearly = event("DTSTART:20200704T090000", "RRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4", uid="two")
    assert times(events_read(calendar(monthly, yearly))) == [
        "2026-03-02 10:00", "2026-04-06 10:00", "2026-05-04 10:00", "2026-06-01 10:00", "2026-07-04 09:00",
    ]  # fmt: skip


# --- the file itself ----------------------------------------------------------------------------------------------


def test_folded_lines_alarms_and_what_is_not_read_make_no_difference() -> None:
    lines = [
        "X-ODD:1",
        "no property at all",
        "BEGIN:VALARM",
        "DTSTART:20200101T000000",
        "DURATION:P9D",
        "END:VALARM",
        "DTSTART:20260",
        " 303T100000",
    ]
    found = events_read(calendar(event(*lines, name="Ann\r\n  (invented)")))
    assert times(found) == ["2026-03-03 10:00"]
    assert found.drafts[0].cells == {"name": "Ann (invented)"}


def test_an_event_that_is_not_ended_ends_where_the_next_begins() -> None:
    found = events_read(calendar(event(TUESDAY)[:-1], event(TUESDAY, uid="two")))
    assert [draft.row for draft in found.drafts] == [1, 2]


@pytest.mark.parametrize("raw", [b"", b"hello", b"name,date\r\n", b"END:VCALENDAR\r\n", b"\xff\xfe\x00"])
def test_what_is_no_calendar_says_so(raw: bytes) -> None:
    found = read_calendar(raw, Window(NOW, NEW_YORK, lambda: False))
    assert isinstance(found, Unreadable)
    assert found.code == "no-calendar"


def test_a_calendar_without_events_has_nothing_in_it() -> None:
    assert events_read(calendar()) == ([], [], [])


def test_more_visits_than_are_taken_at_once_are_refused_whether_events_or_times() -> None:
    daily = (event(TUESDAY, "RRULE:FREQ=DAILY", uid=f"{number}") for number in range(MOST_ROWS // 395 + 1))
    single = (event(TUESDAY, uid=f"{number}") for number in range(MOST_ROWS + 1))
    for events in (daily, single):
        found = read_calendar(calendar(*events), Window(NOW, NEW_YORK, lambda: False))
        assert isinstance(found, Unreadable)
        assert found.code == "too-many"


def test_what_takes_too_long_is_said_to_be_left_out() -> None:
    assert said(events_read(calendar(event(TUESDAY)), late=True).flaws) == [(1, "", "was left out, because")]

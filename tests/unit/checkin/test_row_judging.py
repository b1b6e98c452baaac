"""Each row is judged on its own: a good one is a booking, of a bad one every wrong field is named, and nothing is repeated."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.checkin.domain.book_file import MOST_ROWS, Draft, Entry, Flaw
from tests.unit.checkin.book_files import JUDGE, NOW, judged, said, sheet

ROW = {"date": "2026-03-03", "time": "09:00", "name": "Ann (invented)"}


def entry(**cells: str) -> Entry:
    """The booking of a row that is right, with nothing to be said of it."""
    notes: list[Flaw] = []
    found = JUDGE.row(Draft(2, ROW | cells), notes)
    assert isinstance(found, Entry), found
    assert notes == []
    return found


def wrong(**cells: str) -> dict[str, str]:
    """What is wrong with a row, by field."""
    found = JUDGE.row(Draft(2, {name: cell for name, cell in (ROW | cells).items() if cell}), [])
    assert not isinstance(found, Entry)
    return {flaw.field: flaw.reason for flaw in found}


def test_a_whole_row_is_a_patient_and_a_booking() -> None:
    found = entry(
        phone="(555) 010-0142", born="1970-01-02", language="ES", payer="Invented Payer", member_number="INV-1",
        visit_type="check-up", minutes="30", provider="dr-lee", room="r1",
    )  # fmt: skip
    assert found.person == {
        "name": "Ann (invented)", "phone": "+15550100142", "born": date(1970, 1, 2), "language": "es", "payer": "Invented Payer",
        "member_number": "INV-1",
    }  # fmt: skip
    assert found.booking.model_dump(exclude_unset=True) == {
        "scheduled_at": datetime(2026, 3, 3, 14, 0, tzinfo=UTC), "minutes": 30, "buffer_before": 0, "buffer_after": 5,
        "provider": "dr-lee", "room": "r1", "visit_type": "check-up",
    }  # fmt: skip


def test_a_visit_type_says_how_long_it_takes_where_the_row_does_not() -> None:
    assert entry(visit_type="check-up").booking.minutes == 20
    assert entry().booking.minutes is None


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("provider", "Dr. Lee (invented)", "dr-lee"), ("provider", "DR-LEE", "dr-lee"), ("room", "room 1", "r1"),
        ("visit_type", "Check-Up", "check-up"), ("visit_type", "blood-test", "blood-test"),
    ],
)  # fmt: skip
def test_what_the_profile_lists_may_be_written_by_its_name(field: str, written: str, meant: str) -> None:
    assert getattr(entry(**{field: written}).booking, field) == meant


@pytest.mark.parametrize(
    "cells",
    [
        {"time": "9:00"}, {"time": "09:00:00"}, {"date": "", "time": "", "local": "2026-03-03T09:00"},
        {"date": "", "time": "", "local": "2026-03-03 9:00"},
    ],
)  # fmt: skip
def test_a_time_may_be_written_in_more_than_one_way(cells: dict[str, str]) -> None:
    found = JUDGE.row(Draft(2, {name: cell for name, cell in (ROW | cells).items() if cell}), [])
    assert isinstance(found, Entry)
    assert found.at == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ({"name": ""}, "name", "is missing"),
        ({"name": "Ann\x07"}, "name", "can't be printed"),
        ({"date": ""}, "date", "is missing"),
        ({"time": ""}, "time", "is missing"),
        ({"date": "03/03/2026"}, "date", "like 2026-03-02"),
        ({"date": "2026-02-30"}, "date", "like 2026-03-02"),
        ({"date": "0001-01-01"}, "date", "like 2026-03-02"),
        ({"date": "9999-12-31"}, "date", "like 2026-03-02"),
        ({"time": "25:00"}, "time", "like 14:30"),
        ({"time": "9 o'clock"}, "time", "like 14:30"),
        ({"time": "09:00:30"}, "time", "like 14:30"),
        ({"local": "tomorrow"}, "local", "like 2026-03-02 14:30"),
        ({"local": "2026-13-03 09:00"}, "local", "is no date"),
        ({"minutes": "0"}, "minutes", "1 to 1440"),
        ({"minutes": "1441"}, "minutes", "1 to 1440"),
        ({"minutes": "half"}, "minutes", "1 to 1440"),
        ({"provider": "dr-who"}, "provider", "not known at this clinic"),
        ({"room": "dr-lee"}, "room", "not known at this clinic"),
        ({"visit_type": "mrs-lopez"}, "visit_type", "not known at this clinic"),
        ({"language": "Spanish"}, "language", "such as en"),
        ({"phone": "5"}, "phone", "is not a telephone number"),
        ({"born": "2.1.1970"}, "born", "like 1970-12-31"),
        ({"born": "2030-01-01"}, "born", "in the future"),
        ({"payer": "x" * 121}, "payer", "120 characters at most"),
        ({"date": "2027-12-31"}, "time", "too far away"),
        ({"date": "2026-02-27"}, "time", "lies in the past"),
    ],
)
def test_a_mistake_is_named_by_its_field_in_plain_words(cells: dict[str, str], field: str, words: str) -> None:
    found = wrong(**cells)
    assert list(found) == [field]
    assert words in found[field]


def test_all_that_is_wrong_with_a_row_is_said_at_once_and_nothing_of_it_is_repeated() -> None:
    planted = dict.fromkeys(("date", "time", "phone", "born", "language", "minutes", "provider", "room"), "zq-planted")
    found = wrong(**planted, name="\x07zq-planted", visit_type="zq-planted")
    assert set(found) == {*planted, "name", "visit_type"} - {"time"}
    assert "planted" not in repr(found)


def test_a_time_that_does_not_exist_is_named_and_one_that_comes_twice_is_the_earlier_with_a_note() -> None:
    entries, flaws, notes = judged(sheet("2026-03-08,02:30,Ann (invented),,,,,,,,,", "2026-11-01,01:30,Ben (invented),,,,,,,,,"))
    assert said(flaws) == [(2, "time", "does not exist on")]
    assert said(notes) == [(3, "time", "comes twice that day,")]
    assert [one.at for one in entries] == [datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]


def test_what_is_wrong_with_one_row_is_said_of_none_of_the_others() -> None:
    rows = [
        f"2026-03-{3 + at % 25:02},09:{at % 60:02},P{at} (invented),,1970-01-02,,,,,,,".replace("-0,", "-1,")
        for at in range(MOST_ROWS)
    ]
    rows[7000] = "2026-03-03,09:00,Zq-Planted,555,never,,,,,,,"
    entries, flaws, notes = judged(sheet(*rows))
    assert len(entries) == MOST_ROWS - 1
    assert {flaw.row for flaw in flaws} == {7002}
    assert notes == []


@pytest.mark.parametrize("cells", [{"minutes": "30"}, {"provider": "dr-roy"}, {"room": "r1"}, {"visit_type": "check-up"}])
def test_what_the_file_says_of_a_visit_is_its_content_and_what_the_profile_adds_is_not(cells: dict[str, Any]) -> None:
    assert entry(**cells).content != entry().content
    longer = JUDGE.profile.visit_types[0].model_copy(update={"minutes": 45})
    later = type(JUDGE)(JUDGE.profile.model_copy(update={"visit_types": (longer,)}), NOW, JUDGE.number_of)
    again = later.row(Draft(2, ROW | cells), [])
    assert isinstance(again, Entry)
    assert again.content == entry(**cells).content

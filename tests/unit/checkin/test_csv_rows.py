"""A CSV file of bookings is read line by line; what is wrong with one line spoils no other."""

import pytest

from services.checkin.domain.book_file import MOST_ROWS
from services.checkin.domain.csv_rows import COLUMNS
from tests.unit.checkin.book_files import HEADER, read, refused, said, sheet

GOOD = "2026-03-03,09:00,Ann (invented),,,,,,,,,"


def test_a_row_is_read_by_its_columns_and_what_is_empty_is_not_there() -> None:
    [draft] = read(sheet("2026-03-03, 09:00 ,Ann (invented),,1970-01-02,,,,,,dr-lee,")).drafts
    assert draft.row == 2
    assert draft.cells == {
        "date": "2026-03-03", "time": "09:00", "name": "Ann (invented)", "born": "1970-01-02", "provider": "dr-lee",
    }  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"NAME,Time,Date\r\nAnn (invented),09:00,2026-03-03\r\n",
        b"\xef\xbb\xbfname,time,date\nAnn (invented),09:00,2026-03-03",
        b"name;time;date\rAnn (invented);09:00;2026-03-03\r",
        b'"name","time","date"\n"Ann (invented)","09:00","2026-03-03"\n',
        b"\n\n,,\nname,time,date\n\nAnn (invented),09:00,2026-03-03\n,,\n  \n",
        b"name,time,date,,\nAnn (invented),09:00,2026-03-03,,\n",
    ],
    ids=["any order and case", "with a BOM", "semicolons", "in quotation marks", "empty lines", "empty columns"],
)
def test_however_the_file_was_written_the_row_is_the_same(raw: bytes) -> None:
    [draft] = read(raw).drafts
    assert draft.cells == {"date": "2026-03-03", "time": "09:00", "name": "Ann (invented)"}


def test_a_row_has_the_number_that_a_spreadsheet_shows() -> None:
    assert [draft.row for draft in read(sheet(GOOD, "", GOOD)).drafts] == [2, 4]


def test_a_column_may_be_written_with_spaces() -> None:
    [draft] = read(b"Name,Local,Visit Type,Member Number\nAnn (invented),2026-03-03 09:00,check-up,INV-1\n").drafts
    assert draft.cells["visit_type"] == "check-up"
    assert draft.cells["member_number"] == "INV-1"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('2026-03-03,09:00,"Ann (invented),,,,,,,,,', "can't be read; please"),
        ('2026-03-03,09:00,"Ann" (invented),,,,,,,,,', "can't be read; please"),
        (f"{GOOD},more", "has more cells than"),
        (f"2026-03-03,09:00,{'x' * 200_000},,,,,,,,,", "can't be read; please"),
    ],
    ids=["a quotation mark that is not closed", "more after a quotation mark", "a cell too many", "a cell as long as a book"],
)
def test_a_line_that_cannot_be_read_is_named_and_those_around_it_are_read(line: str, reason: str) -> None:
    found = read(sheet(GOOD, line, GOOD))
    assert [draft.row for draft in found.drafts] == [2, 4]
    assert said(found.flaws) == [(3, "", reason)]


def test_letters_of_another_encoding_are_said_of_their_row_alone() -> None:
    found = read(sheet(GOOD, "2026-03-03,09:00,Zoë (invented),,,,,,,,,").replace("ë".encode(), b"\xeb") + GOOD.encode())
    assert [draft.row for draft in found.drafts] == [2, 4]
    assert said(found.flaws) == [(3, "", "holds letters that can't")]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("name,date", "missing: time"),
        ("date,time", "missing: name"),
        ("phone,born", "missing: name, date, time"),
        ("name,local,date", "either in the columns date and time, or in the column local"),
        ("name,local,Name", "there twice: name"),
        ("name,local,doctor,colour", "not known: doctor, colour"),
    ],
)
def test_a_header_that_cannot_be_used_says_which_columns_are_wrong(header: str, words: str) -> None:
    assert words in refused(sheet(header=header)).detail


def test_a_file_without_a_header_does_not_have_its_first_patient_named() -> None:
    unreadable = refused(b"2026-03-03,09:00,Zq-Planted (invented),555 010 0142\n")
    assert "missing: name, date, time" in unreadable.detail
    assert "Planted" not in unreadable.detail


def test_unknown_columns_are_named_beside_those_there_may_be() -> None:
    detail = refused(sheet(header="name,local,doctor")).detail
    assert all(column in detail for column in COLUMNS)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b" , , \n"])
def test_a_file_with_nothing_in_it_says_so(raw: bytes) -> None:
    assert refused(raw).code == "no-rows"


def test_a_file_of_another_kind_is_no_table() -> None:
    assert refused("name,time,date\n".encode("utf-16")).code == "wrong-columns"
    assert refused(b"PK\x03\x04\x00\x00").code == "wrong-columns"


def test_more_rows_than_are_taken_at_once_are_refused_before_any_is_taken() -> None:
    assert refused(sheet(*[GOOD] * (MOST_ROWS + 1))).code == "too-many"
    assert len(read(sheet(*[GOOD] * MOST_ROWS)).drafts) == MOST_ROWS


def test_one_bad_row_among_ten_thousand_loses_none_of_the_others() -> None:
    rows = [GOOD] * (MOST_ROWS - 1)
    rows.insert(5000, '2026-03-03,09:00,"Ann (invented)')
    found = read(sheet(*rows, header=HEADER))
    assert len(found.drafts) == MOST_ROWS - 1
    assert [flaw.row for flaw in found.flaws] == [5002]

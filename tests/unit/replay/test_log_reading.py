"""A CSV log read row by row: what can't be read is listed by its line, the rest goes in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.replay.domain.rows import row_key
from services.replay.errors import UnusableError
from services.replay.log_file import read_log
from tests.unit.replay.log_files import LOG, MAP, a_log, a_map, found_in


def reasons(folder: Path, *rows: str) -> dict[int, str]:
    found = found_in(folder, "Case,Event,When\nv1,In,2026-03-02 09:00:00\n" + "".join(row + "\n" for row in rows))
    assert found.items, "the good row goes in"
    return {bad.line: bad.reason for bad in found.bad}


def test_rows_become_events_with_the_zones_time(tmp_path: Path) -> None:
    found = found_in(tmp_path)
    assert [(item.line, item.type, item.visit) for item in found.items] == [
        (2, "checked-in", "v1"), (3, "checked-in", "v2"), (5, "roomed", "v1"), (6, "provider-seen", "v1"), (7, "checked-out", "v1"),
    ]  # fmt: skip
    assert found.items[0].time == datetime(2026, 3, 2, 14, tzinfo=UTC)
    assert (found.rows, found.ignored, found.bad) == (6, 1, [])
    body = found.items[0].body()
    assert body["time"] == body["recorded_at"] == "2026-03-02T14:00:00+00:00"


def test_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert found_in(tmp_path, b"\xef\xbb\xbf" + LOG.encode()).items == found_in(tmp_path).items


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    assert found_in(tmp_path, LOG.replace("\n", "\r\n")).items == found_in(tmp_path).items


def test_rows_out_of_order_go_in_by_their_time(tmp_path: Path) -> None:
    found = found_in(tmp_path, "Case,Event,When\nv1,Bed,2026-03-02 09:10\nv1,In,2026-03-02 09:00\nv2,In,2026-03-02 09:10\n")
    assert [(item.visit, item.type) for item in found.in_order()] == [("v1", "checked-in"), ("v1", "roomed"), ("v2", "checked-in")]


def test_unreadable_rows_are_listed_with_reasons_that_hold_nothing_of_them(tmp_path: Path) -> None:
    found = reasons(
        tmp_path,
        "v2,In,02.03.2026 09:00", "v3,In,", ",In,2026-03-02 09:00", "Marker Person,In,2026-03-02 09:00", "v4,,2026-03-02 09:00",
        "v5,In", "v6,In,2026-03-02 09:00,more", "v7,In,2052-03-02 09:00", "v8,In,1926-03-02 09:00", "v9,In,2026-03-02",
    )  # fmt: skip
    assert sorted(found) == list(range(3, 13))
    assert found[3] == found[4] == found[12] == "the time is not written in a form that the map names"
    assert found[5] == "it names no case"
    assert found[7] == "it names no activity"
    assert "fewer columns" in found[8]
    assert "more columns" in found[9]
    assert found[10] == found[11] == "the time lies before 2000 or after now"
    assert not any("Marker" in reason or "2052" in reason for reason in found.values())


def test_bytes_that_are_no_text_spoil_their_row_only(tmp_path: Path) -> None:
    found = found_in(tmp_path, b"Case,Event,When\nv\xff,In,2026-03-02 09:00\nv2,In,2026-03-02 09:00\n")
    assert [item.visit for item in found.items] == ["v2"]
    assert [bad.line for bad in found.bad] == [2]


def test_activities_the_map_does_not_name_are_counted(tmp_path: Path) -> None:
    found = found_in(tmp_path, LOG + "v1,Tea,2026-03-02 09:50\nv2,Tea,2026-03-02 09:51\n")
    assert dict(found.unmapped) == {"Tea": 2}
    assert not found.bad


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    assert found_in(tmp_path, LOG + "\n\n,,\n").rows == 6


def test_cases_that_may_name_somebody_become_hmacs(tmp_path: Path) -> None:
    text = MAP.replace("case_ids_name_nobody = true", "")
    one, other = (found_in(tmp_path, map_text=text, key=key) for key in (b"k" * 32, b"o" * 32))
    assert {item.visit for item in one.items}.isdisjoint({"v1", "v2"})
    assert len({item.visit for item in one.items}) == 2
    assert {item.visit for item in one.items}.isdisjoint({item.visit for item in other.items})


def test_further_columns_go_where_a_step_takes_them(tmp_path: Path) -> None:
    text = MAP + '[fields]\nroom = "Room"\n'
    found = found_in(
        tmp_path, "Case,Event,When,Room\nv1,In,2026-03-02 09:00,r1\nv1,Bed,2026-03-02 09:10,r1\nv2,Bed,2026-03-02 09:10,\n", text
    )
    assert [item.data for item in found.items] == [{}, {"room": "r1"}, {}]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=5), st.integers(1, 9))
def test_a_rows_key_is_its_place_and_content(row: list[str], line: int) -> None:
    assert row_key(line, row) == row_key(line, list(row))
    assert row_key(line, row) != row_key(line + 1, row)
    assert row_key(line, row) != row_key(line, [*row, "more"])
    assert row_key(line, row).isascii()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        ("Case,Event,When\n", "nothing after it"),
        ("Case,What,When\nv1,In,2026-03-02 09:00\n", "no column named Event"),
        ("Case;Event;When\nv1;In;2026-03-02 09:00\n", "separated by a semicolon"),
        ("Case\tEvent\tWhen\nv1\tIn\t2026-03-02 09:00\n", r'separator = "\\t"'),
        ("Case,Event,When,When\nv1,In,2026-03-02 09:00,x\n", "names When twice"),
        (LOG.encode("utf-16"), "UTF-16"),
    ],
)
def test_file_that_is_no_such_log_is_refused_in_plain_words(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(UnusableError, match=said):
        found_in(tmp_path, content)


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="can't be read"):
        read_log(tmp_path / "none.csv", a_map(tmp_path), None, datetime(2026, 6, 1, tzinfo=UTC))


def test_another_encoding_is_read_where_the_map_says_so(tmp_path: Path) -> None:
    text = '[file]\nencoding = "utf-16"\n' + MAP.replace("case_ids", "#").replace("ignored", "#")
    text = 'case_ids_name_nobody = true\nignored = ["Vitals"]\n' + text
    assert len(found_in(tmp_path, LOG.encode("utf-16"), text).items) == 5


def test_log_is_left_as_it_was(tmp_path: Path) -> None:
    path = a_log(tmp_path)
    before = path.read_bytes()
    found_in(tmp_path)
    assert path.read_bytes() == before

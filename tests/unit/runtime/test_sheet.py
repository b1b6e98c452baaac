"""CSV for a spreadsheet: whatever a cell holds, it is shown and not carried out."""

import csv
import io

import pytest

from services.runtime.sheet import sheet


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_a_cell_that_would_be_a_formula_is_text(cell: str) -> None:
    [[first, second]] = csv.reader(io.StringIO(sheet([(cell, "x")]), newline=""))
    assert (first, second) == (f"'{cell}", "x")


def test_other_cells_are_as_they_are_and_nothing_is_empty() -> None:
    assert sheet([("at", "who"), ("a-b", None), ('say "a, b"\nc', "1=1")]) == 'at,who\r\na-b,\r\n"say ""a, b""\nc",1=1\r\n'

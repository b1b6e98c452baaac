"""docs/duties.md keeps its word: each duty has a place or a reason, and a test that there is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DUTIES = (ROOT / "docs" / "duties.md").read_text(encoding="utf-8")
ASKED_FOR = (
    "Schedule", "Confirm", "Check patients in", "Register", "forms", "insurance", "records", "billing", "rooms", "supplies", "departments",
    "referral", "Follow-ups", "complaints", "emergencies", "schedules of providers", "statistics", "privacy", "languages",
    "payments", "Order", "Hire", "train", "community",
)  # fmt: skip


def rows(document: str) -> Iterator[list[str]]:
    for line in document.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "duty":
            yield cells


def faults(document: str) -> Iterator[str]:
    """Name each row without a place, a reason or a test that is there."""
    for duty, *others in rows(document):
        if len(others) != 2 or not all(others):
            yield f"{duty}: wants a place or a reason, and a test"
        elif others[0].startswith("not here") and not re.match(r"not here, because \S+ \S+", others[0]):
            yield f"{duty}: not here, and why?"
        elif not is_a_test(others[1].strip("`")):
            yield f"{duty}: there is no {others[1]}"


def is_a_test(name: str) -> bool:
    path, _, function = name.partition("::")
    if not path.startswith("tests/") or not function.startswith("test_") or not (ROOT / path).is_file():
        return False
    module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in module.body)


def test_each_duty_has_a_place_or_a_reason_and_a_test_that_there_is() -> None:
    assert list(faults(DUTIES)) == []


def test_no_duty_is_left_out() -> None:
    said = " ".join(" ".join(row[:2]) for row in rows(DUTIES)).casefold()
    assert [duty for duty in ASKED_FOR if duty.casefold() not in said] == []


@pytest.mark.parametrize(
    "row",
    [
        "| Water the plants | the window | `tests/test_duties.py::test_that_there_is_not` |",
        "| Water the plants | the window | `tests/test_nowhere.py::test_the_window` |",
        "| Water the plants | the window | none |",
        "| Water the plants |  | `tests/test_duties.py::test_no_duty_is_left_out` |",
        "| Water the plants | not here | `tests/test_duties.py::test_no_duty_is_left_out` |",
        "| Water the plants | the window |",
    ],
)
def test_a_row_that_does_not_keep_its_word_is_found(row: str) -> None:
    assert len(list(faults(row))) == 1

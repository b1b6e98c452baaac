"""The JSON Schemas that are committed are those that the models give."""

from pathlib import Path

import pytest

from schemas import json_schema
from schemas.access import User
from schemas.visits import PatientRoomed


def test_what_is_committed_is_what_is_generated() -> None:
    assert list(json_schema.differences()) == []


def test_a_missing_a_stale_and_a_surplus_schema_are_named(tmp_path: Path) -> None:
    json_schema.write(tmp_path)
    assert list(json_schema.differences(tmp_path)) == []
    (tmp_path / "visits.v1" / "visit.roomed.json").unlink()
    (tmp_path / "visits.v1" / "visit.left.json").write_text("{}")
    (tmp_path / "visits.v1" / "visit.levitated.json").write_text("{}")
    assert list(json_schema.differences(tmp_path)) == [
        "visits.v1/visit.left.json is out of date",
        "visits.v1/visit.levitated.json belongs to no kind of record",
        "visits.v1/visit.roomed.json is missing",
    ]


def test_writing_removes_what_belongs_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "surplus.json").write_text("{}")
    json_schema.write(tmp_path)
    assert list(json_schema.differences(tmp_path)) == []


@pytest.mark.parametrize("model", [PatientRoomed, User])
def test_the_type_by_which_a_union_is_read_is_required(model: type[PatientRoomed] | type[User]) -> None:
    assert "type" in json_schema.schema_of(model)["required"]


def test_check_succeeds_and_unknown_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert json_schema.main(["--check"]) == 0
    assert json_schema.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err

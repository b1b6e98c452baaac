"""Codes for billing are kept as given; what can't be one is named by its place, never by what was typed."""

from datetime import date
from typing import Any

import pytest

from schemas.people import BillingCodes, Person
from services.checkin.domain.people import ChangePerson, merged, read

GOOD_DIAGNOSES = ("Z00.00", "e119", "S72.001A", "C50", "U07.1")
GOOD_PROCEDURES = ("99213", "99213-25", "0001F", "0071T", "g0438")
ANN = Person(person="p-ann", name="Ann (invented)")


def said(**codes: Any) -> tuple[dict[str, object], list[tuple[str, str]]]:
    body = ChangePerson.model_validate({"codes": {"ref-1": codes}})
    fields, wrong = read(body, date(2026, 3, 2), lambda _: None)
    return fields, [(one.field, one.problem) for one in wrong]


def test_codes_are_kept_in_capitals_as_they_were_given() -> None:
    fields, wrong = said(diagnoses=GOOD_DIAGNOSES, procedures=GOOD_PROCEDURES)
    assert wrong == []
    assert merged(ANN, fields).codes == {
        "ref-1": BillingCodes(
            diagnoses=("Z00.00", "E119", "S72.001A", "C50", "U07.1"), procedures=("99213", "99213-25", "0001F", "0071T", "G0438")
        )
    }


@pytest.mark.parametrize("code", ["", "Ann", "12345", "Z0", "Z00.00000", "Z00..1", "Mrs Planted"])
def test_what_is_no_diagnosis_is_named_by_its_place(code: str) -> None:
    _, wrong = said(diagnoses=["Z00.00", code])
    assert wrong == [("codes.diagnoses[1]", "is no code of its kind; please check it")]


@pytest.mark.parametrize("code", ["", "9921", "992133", "99213-2", "Z00.00", "Planted"])
def test_what_is_no_procedure_is_named_by_its_place(code: str) -> None:
    _, wrong = said(procedures=[code])
    assert wrong == [("codes.procedures[0]", "is no code of its kind; please check it")]


def test_too_many_are_too_many() -> None:
    _, wrong = said(diagnoses=["Z00.00"] * 13)
    assert wrong == [("codes.diagnoses", "may be 12 at most")]


def test_codes_are_taken_away_by_null_and_others_stay() -> None:
    both = merged(merged(ANN, said(diagnoses=["Z00.00"])[0]), {"codes": {"ref-2": BillingCodes(procedures=("99213",))}})
    fields, _ = read(ChangePerson.model_validate({"codes": {"ref-1": None}}), date(2026, 3, 2), lambda _: None)
    assert list(merged(both, fields).codes) == ["ref-2"]

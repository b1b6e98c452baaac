"""An instant is written as one: a bare number, such as a telephone number that got into the wrong field, is none."""

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.envelope import UtcTime

INSTANT: TypeAdapter[UtcTime] = TypeAdapter(UtcTime)


@pytest.mark.parametrize("said", ["2026-03-02T14:05:00Z", "2026-03-02T09:05:00-05:00", "2026-03-02T14:05:00.123456+00:00"])
def test_a_time_with_its_offset_is_read_in_each_of_its_forms(said: str) -> None:
    assert INSTANT.validate_json(f'"{said}"').isoformat().startswith("2026-03-02T14:05")


@pytest.mark.parametrize(
    "said", ['"5550100173"', "5550100173", "5550100173.5", '"1790000000000"', "1790000000000", '"2026-03-02T14:05:00"']
)
def test_a_number_and_a_time_without_its_offset_are_refused(said: str) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_json(said)

"""A number is read in every way that people write it, or not at all."""

import pytest

from services.runtime.phone import e164


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        ("(555) 010-0142", "US", "+15550100142"),
        (" 555.010.0142 ", "US", "+15550100142"),
        ("1-555-010-0142", "US", "+15550100142"),
        ("+1 555 010 0142", "DE", "+15550100142"),
        ("tel:+1-555-010-0142", "US", "+15550100142"),
        ("٥٥٥٠١٠٠١٤٢", "US", "+15550100142"),
        ("011 44 20 7946 0958", "US", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+39 06 1234 5678", "US", "+390612345678"),
    ],
)
def test_a_number_is_kept_in_one_form_however_it_is_written(written: str, region: str, kept: str) -> None:
    assert e164(written, region) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "none",
        "911",
        "010-0142",
        "555 010 0142 ext. 7",
        "555 010 014",
        "555 010 01422",
        "+999 555 010 0142",
        "+",
        "1" * 300,
        "\0",
    ],
)
def test_what_can_be_no_number_is_none(written: str) -> None:
    assert e164(written, "US") is None


def test_without_a_region_that_exists_a_number_needs_its_country() -> None:
    assert e164("555 010 0142", "XX") is None
    assert e164("+1 555 010 0142", "XX") == "+15550100142"

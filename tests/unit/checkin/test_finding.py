"""A returning patient is found by whatever they say of themselves, and nobody else is."""

from datetime import date

import pytest

from schemas.people import Person
from services.checkin.domain.finding import entry_of, found, same, wanted

PEOPLE = [
    Person(
        person="p-1",
        name="José María López-Núñez (invented)",
        born=date(1970, 12, 31),
        phone="+12025550142",
        member_number="ABC-12345",
    ),
    Person(person="p-2", name="Maria Lopez (invented)", born=date(1988, 2, 3), phone="+12025550199"),
    Person(person="p-3", name="Conan O'Test (invented)", born=date(1970, 12, 31)),
    Person(person="p-4", name="ليلى أحمد (invented)", phone="+12025550177"),
    Person(person="p-5", name="Maria Lopez (invented)", born=date(1988, 2, 3), phone="+12025550111"),
]
ENTRIES = [entry_of(person) for person in PEOPLE]


def named(text: str, *, month_first: bool = True) -> list[str]:
    return [entry.person for entry in found(ENTRIES, wanted(text, month_first=month_first))]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("jose", ["p-1"]),
        ("LOPEZ NUNEZ", ["p-1"]),
        ("núñez josé", ["p-1"]),
        ("lop", ["p-2", "p-5", "p-1"]),
        ("otest", ["p-3"]),
        ("o'test conan", ["p-3"]),
        ("ليلي احمد", ["p-4"]),
        ("zzz", []),
        ("1970-12-31", ["p-3", "p-1"]),
        ("12/31/1970", ["p-3", "p-1"]),
        ("31.12.1970 lopez", ["p-1"]),
        ("0142", ["p-1"]),
        ("(202) 555-0199", ["p-2"]),
        ("+1 202 555 0177", ["p-4"]),
        ("abc12345", ["p-1"]),
        ("lopez 0111", ["p-5"]),
    ],
)
def test_they_are_found_by_what_they_say(text: str, people: list[str]) -> None:
    assert named(text) == people


@pytest.mark.parametrize("text", ["", " ", "j", "1", "99", "...", "1970"])
def test_too_little_finds_nobody(text: str) -> None:
    assert named(text) == []


def test_a_date_with_strokes_is_meant_as_it_is_meant_there() -> None:
    assert named("02/03/1988") == ["p-2", "p-5"]
    assert named("03/02/1988", month_first=False) == ["p-2", "p-5"]
    assert named("31/12/1970") == []


def test_two_of_one_name_and_birth_date_are_told_apart_by_their_numbers() -> None:
    both = [entry for entry in ENTRIES if entry.person in {"p-2", "p-5"}]
    assert list(same(ENTRIES, "LÓPEZ, María (invented)", date(1988, 2, 3))) == both
    assert [entry.phone[-4:] for entry in both] == ["0199", "0111"]


def test_without_a_date_of_birth_nobody_is_taken_for_another() -> None:
    assert list(same(ENTRIES, "Maria Lopez (invented)", None)) == []

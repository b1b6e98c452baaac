"""A returning patient is found by whatever they say of themselves, and nobody else is."""

from datetime import date

import pytest

from schemas.people import Person
from services.checkin.domain.finding import entry_of, found, same, wanted
from services.checkin.domain.spelling import folded

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
        ("lopeznunez", ["p-1"]),
        ("lopez-nunez jose", ["p-1"]),
        ("nunez,jose", ["p-1"]),
        ("O\u02bcTEST", ["p-3"]),
        ("\u0644\u064a\u0644\u0649 \u0623\u062d\u0645\u062f", ["p-4"]),
        ("ABC-12345", ["p-1"]),
        ("abc 123 45", ["p-1"]),
        ("abc-12345 lopez", ["p-1"]),
        ("12345", ["p-1"]),
        ("lopez 1970-12-31", ["p-1"]),
        ("\u0661\u0669\u0667\u0660-\u0661\u0662-\u0663\u0661 lopez", ["p-1"]),
        ("\u0660\u0661\u0664\u0662", ["p-1"]),
        ("12\u201331\u20131970", ["p-3", "p-1"]),
        ("00 1 202 555 0199", ["p-2"]),
        ("1-202-555-0199", ["p-2"]),
        ("\u202a+1 202 555 0199\u202c", ["p-2"]),
        ("0199, lopez", ["p-2"]),
        ("lopez,0199", ["p-2"]),
        ("lopez 1988-02-03 0177", []),
        ("3.2.1988 0111", ["p-5"]),
    ],
)
def test_they_are_found_by_what_they_say(text: str, people: list[str]) -> None:
    assert named(text) == people


@pytest.mark.parametrize("text", ["", " ", "j", "1", "99", "...", "1970", "142", "\u200b\u200b", "'\u2019\u2019"])
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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anne-Marie Test", "ANNEMARIE TEST"),
        ("Anne-Marie Test", "Test, Anne Marie"),
        ("Conan O\u2019Test", "OTest Conan"),
        ("Zo\u00eb Stra\u00dfe", "ZOE STRASSE"),
        ("\u0130pek Y\u0131lmaz", "ipek yilmaz"),
        ("\u0646\u0648\u0631\u0629 \u0639\u0644\u0627\u0621", "\u0646\u0648\u0631\u0647 \u0639\u0644\u0627"),
        ("\u06a9\u0631\u06cc\u0645", "\u0643\u0631\u064a\u0640\u0640\u0645"),
    ],
)
def test_two_spellings_of_a_name_are_one_name(one: str, other: str) -> None:
    born = date(1990, 1, 2)
    assert list(same([entry_of(Person(person="p-1", name=one, born=born))], other, born))


def test_two_names_are_not_one_because_they_begin_alike() -> None:
    known = [entry_of(Person(person="p-1", name="Ann Test", born=date(1990, 1, 2)))]
    assert [list(same(known, name, date(1990, 1, 2))) for name in ("Anne Test", "Ann Test Test", "Ann", "Ann Tes")] == [[]] * 4
    assert list(same(known, "Ann Test", date(1990, 1, 3))) == []


def test_a_number_from_abroad_is_found_as_it_is_written_at_home() -> None:
    known = [entry_of(Person(person="p-1", name="Test", phone="+6491234567"))]
    asked = ("09 123 4567", "+64 9 123 4567", "00 64 9 123 4567", "123 4567", "4567", "0123 4567", "567")
    assert [len(found(known, wanted(text, month_first=False))) for text in asked] == [1, 1, 1, 1, 1, 1, 0]


@pytest.mark.parametrize("text", ["", "\u00df\u0131\u0640", "\u0661\uff11", "O'N\u00e9il-\u0130"])
def test_a_text_is_folded_once_and_for_all(text: str) -> None:
    assert folded(folded(text)) == folded(text)

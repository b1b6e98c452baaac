"""What the desk says of a patient: read and set right, merged into what is known, and never repeated where it is wrong."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.people import Person
from services.checkin.domain import people
from services.checkin.domain.identity import event_id, new_person_id
from services.checkin.domain.people import MAX_BYTES, AddPerson, ChangePerson, Wrong
from tests.unit.checkin.test_batch import MARK, PLANTED

TODAY = date(2026, 3, 2)
ANN = Person(
    person="p-ann", name="Ann Invented", phone="+15550100142", payer="Invented Payer", notes={"v-1": "First.", "v-2": "Second."}
)


def number_of(written: str) -> str | None:
    """Knows one number."""
    return "+15550100142" if written == "555 010 0142" else None


def read(**said: Any) -> tuple[people.Fields, list[Wrong]]:
    return people.read(ChangePerson(**said), TODAY, number_of)


def kept(**said: Any) -> people.Fields:
    fields, wrong = read(**said)
    assert wrong == []
    return fields


def wrong(**said: Any) -> dict[str, str]:
    return {one.field: one.problem for one in read(**said)[1]}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  Ann Invented\t", "Ann Invented"),
        ("Zoe\u0308 Invented", "Zo\u00eb Invented"),
        (
            "\u0646\u0648\u0631 \u0627\u0644\u0645\u062e\u062a\u0631\u0639\u0629",
            "\u0646\u0648\u0631 \u0627\u0644\u0645\u062e\u062a\u0631\u0639\u0629",
        ),
        ("Parvaneh\u200cInvented", "Parvaneh\u200cInvented"),
        ("\u0141\u00f3d\u017a O'Invented-Smith, Jr.", "\u0141\u00f3d\u017a O'Invented-Smith, Jr."),
        ("?", "?"),
        ("x" * 200, "x" * 200),
    ],
)
def test_a_name_is_kept_as_people_write_theirs(written: str, name: str) -> None:
    assert kept(name=written) == {"name": name}


@pytest.mark.parametrize(
    "written",
    ["Ann\x00", "Ann\nInvented", "Ann\x1b[31m", "Ann\u2028Invented", "\u202eAnn", "Ann\u2066", "Ann\x7f", "Ann\x85Invented"],
)
def test_a_name_with_signs_that_cannot_be_seen_is_refused(written: str) -> None:
    assert wrong(name=written) == {"name": "holds signs that can't be printed; please type it anew"}


@pytest.mark.parametrize("written", ["", "   ", "\u200b", "\u00a0\u200d", None])
def test_nobody_is_without_a_name(written: str | None) -> None:
    assert wrong(name=written) == {"name": "is missing"}


def test_what_is_too_long_is_said_by_field() -> None:
    said = wrong(name="x" * 201, payer="x" * 121, member_number="x" * 61, notes={"v-1": "x" * 2001})
    assert said == {
        "name": "may have 200 characters at most", "payer": "may have 120 characters at most",
        "member_number": "may have 60 characters at most", "notes": "may have 2000 characters at most",
    }  # fmt: skip


def test_a_number_is_kept_as_the_reader_gives_it_or_refused() -> None:
    assert kept(phone=" 555 010 0142 ") == {"phone": "+15550100142"}
    assert wrong(phone="555")["phone"].startswith("is not a telephone number we can use; check the digits, with the country code")


@pytest.mark.parametrize("born", [date(1880, 1, 1), date(2000, 2, 29), TODAY])
def test_a_date_of_birth_is_kept(born: date) -> None:
    assert kept(born=f" {born} ") == {"born": born}


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("2026-03-03", "lies in the future"),
        ("1879-12-31", "lies before 1880"),
        ("0001-01-01", "lies before 1880"),
        *(
            (text, "is not a date; please write it like 1970-12-31")
            for text in ("19700101", "1970-W01-1", "01/02/1970", "2001-02-29", "1970-1-2", "\u0662\u0660\u0660\u0660-01-01")
        ),
    ],
)
def test_a_date_that_cannot_be_one_of_birth_is_refused(written: str, problem: str) -> None:
    assert wrong(born=written) == {"born": problem}


def test_what_is_empty_or_null_takes_a_field_away() -> None:
    said = kept(
        phone=" ", language=None, born=None, payer="", member_number="\u200b", notes={"v-1": "", "v-2": None, "v-3": "Third.\n"}
    )
    assert said == dict.fromkeys(("phone", "language", "born", "payer", "member_number")) | {
        "notes": {"v-1": None, "v-2": None, "v-3": "Third."}
    }
    person = people.merged(ANN, said)
    assert person == Person(person="p-ann", name="Ann Invented", notes={"v-3": "Third."})
    assert people.merged(ANN, kept(notes=None)).notes == {}


def test_only_what_is_said_is_changed() -> None:
    assert people.merged(ANN, kept(payer="Another")) == ANN.model_copy(update={"payer": "Another"})
    assert people.merged(ANN, kept()) == ANN
    assert people.merged(ANN, kept(notes={"v-2": "New."})).notes == {"v-1": "First.", "v-2": "New."}


def test_a_new_patient_has_what_was_said_and_saying_it_again_changes_nothing() -> None:
    said, _ = people.read(AddPerson(name="Ann Invented", phone="555 010 0142", notes={"v-1": None}), TODAY, number_of)
    person = people.new("p-new", said)
    assert person == Person(person="p-new", name="Ann Invented", phone="+15550100142")
    assert people.merged(person, said) == person
    assert people.merged(person, said | {"name": "Ben Invented"}) != person


def test_a_person_with_too_many_notes_is_said_to_be_too_long() -> None:
    assert list(people.too_long(ANN)) == []
    long = ANN.model_copy(update={"notes": {f"v-{number}": "\u20ac" * 2000 for number in range(90)}})
    assert len(long.model_dump_json()) < MAX_BYTES, "in characters"
    [said] = people.too_long(long)
    assert said.field == "notes"


@given(
    st.dictionaries(
        st.sampled_from(["name", "phone", "born", "payer", "member_number"]), PLANTED.filter(lambda value: isinstance(value, str))
    )
)
def test_no_sentence_repeats_what_was_sent(said: dict[str, Any]) -> None:
    assert MARK not in f"{wrong(**said)}"


def test_a_key_is_one_person_at_one_clinic_and_no_release_changes_that() -> None:
    assert new_person_id("riverside", "key-1") == "1a748f9d-5836-5a0a-be4f-922366269624"
    assert len({new_person_id("riverside", "key-1"), new_person_id("hillside", "key-1"), event_id("riverside", "key-1")}) == 3

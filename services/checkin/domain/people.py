"""Who a patient is, as the desk says it: read, set right and merged into what is known. No sentence here repeats a value."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from schemas.envelope import Language, VisitId
from schemas.people import Person
from services.checkin.domain import billing_codes
from services.checkin.domain.bodies import Exact

MAX_NAMES = 1000
"""So many people's names may be asked for at once."""
MAX_BYTES = 500_000
"""A person with all notes, in JSON; sealed it is a third longer, and one Kafka record takes a megabyte."""
EARLIEST_YEAR = 1880

_LENGTHS = {"name": 200, "payer": 120, "member_number": 60}
_NOTE = 2000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of the text around them, so that a name could pose as another."""

Fields = dict[str, object]
NumberOf = Callable[[str], str | None]
"""Reads a telephone number as people write it; None: it can't be one."""


class GivenCodes(Exact):
    """ICD-10-CM, and CPT or HCPCS level II."""

    diagnoses: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()


class Details(Exact):
    """What may be said of a person besides the name. Null takes a field away; of the notes each one for itself."""

    phone: str | None = None
    language: Language | None = None
    born: str | None = None
    """A date, such as 1970-12-31."""
    payer: str | None = None
    member_number: str | None = None
    notes: dict[VisitId, str | None] | None = None
    """Free text, by the visit, the referral or the concern that it is about."""
    codes: dict[VisitId, GivenCodes | None] | None = None
    """What a visit is billed by, under the reference that its completion will name."""


class AddPerson(Details):
    """A patient who is new here. The telephone number may be written in any way that is usual here.

    `new`: they are not the one of the same name and date of birth who is known already.
    """

    name: str
    new: bool = False


class ChangePerson(Details):
    """Only what is given is changed."""

    name: str | None = None


class MergePeople(Exact):
    """Who stays, and what they take over even where they have something there themselves; what they lack they take anyway."""

    into: VisitId
    take: tuple[Literal["name", "phone", "language", "born", "payer", "member_number"], ...] = ()


class PartPeople(Exact):
    """Whom somebody was taken to be, and is not."""

    into: VisitId


class Search(Exact):
    """Whom somebody looks for: a name, a date of birth, a telephone or member number, or several of them."""

    text: str


class AskNames(Exact):
    """Whose names are asked for: 1 to 1000 ids."""

    people: tuple[VisitId, ...]


class Wrong(NamedTuple):
    """A field that has to be corrected, and what is wrong with it."""

    field: str
    problem: str


class _WrongError(ValueError):
    """Raised on the way to a Wrong."""


def read(body: Details, today: date, number_of: NumberOf) -> tuple[Fields, list[Wrong]]:
    """Give the fields that were said as they are kept, None where one is taken away; and those that are wrong."""
    said: Fields = {}
    wrong: list[Wrong] = []
    for field, value in body.model_dump(exclude_unset=True, exclude={"new", "codes"}).items():
        try:
            said[field] = _read(field, value, today, number_of)
        except _WrongError as problem:
            wrong.append(Wrong(field, str(problem)))
    if body.codes is not None:
        given = {about: billing_codes.read(one.diagnoses, one.procedures) for about, one in body.codes.items() if one is not None}
        wrong += [Wrong(place, problem) for codes in given.values() for place, problem in billing_codes.wrong(codes)]
        said["codes"] = {about: given.get(about) for about in body.codes}
    return said, wrong


def _read(field: str, value: object, today: date, number_of: NumberOf) -> object:
    if isinstance(value, dict):
        return {visit: _text(note, _NOTE, "\n\t") for visit, note in value.items()}
    text = _text(value, _LENGTHS.get(field))
    if text is None:
        if field == "name":
            raise _WrongError("is missing")
        return None
    if field == "phone":
        return _phone(text, number_of)
    return _born(text, today) if field == "born" else text


def _text(value: object, longest: int | None = None, allowed: str = "") -> str | None:
    """Trim a text; nothing, or nothing that can be seen, is None."""
    if not isinstance(value, str):
        return None
    text = unicodedata.normalize("NFC", value).strip()
    if any(_is_control(sign) and sign not in allowed for sign in text):
        raise _WrongError("holds signs that can't be printed; please type it anew")
    if longest is not None and len(text) > longest:
        raise _WrongError(f"may have {longest} characters at most")
    return text if any(unicodedata.category(sign)[0] not in "ZC" for sign in text) else None


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} or sign in _OVERRIDES


def _phone(text: str, number_of: NumberOf) -> str:
    number = number_of(text)
    if number is None:
        raise _WrongError(
            "is not a telephone number we can use; check the digits, with the country code for numbers from abroad,"
            " and leave an extension out"
        )
    return number


def _born(text: str, today: date) -> date:
    try:
        born = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        born = None
    if born is None:
        raise _WrongError("is not a date; please write it like 1970-12-31")
    if born > today:
        raise _WrongError("lies in the future")
    if born.year < EARLIEST_YEAR:
        raise _WrongError(f"lies before {EARLIEST_YEAR}")
    return born


def new(person: str, said: Fields) -> Person:
    """Make a person of what was said, a name among it."""
    return merged(Person(person=person, name=str(said["name"])), said)


def merged(known: Person, said: Fields) -> Person:
    """Give the person with what was said; all else stays. Saying it again changes nothing more."""
    fields = known.model_dump()
    for field, value in said.items():
        if value is None:
            fields.pop(field)
        elif isinstance(value, dict):
            whole = {**getattr(known, field), **value}
            fields[field] = {about: one for about, one in whole.items() if one is not None}
        else:
            fields[field] = value
    return Person.model_validate(fields)


def too_long(person: Person) -> Iterator[Wrong]:
    """Say so of a person whose record would be too large."""
    if len(person.model_dump_json().encode()) > MAX_BYTES:
        yield Wrong("notes", "are too long altogether; please shorten or remove old ones")

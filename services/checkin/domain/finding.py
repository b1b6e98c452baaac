"""Finding a patient who was here before: by name, date of birth, telephone or member number, as somebody at a desk types them."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from schemas.envelope import Language
from schemas.people import Person
from services.checkin.domain.spelling import Part, as_typed, parts_of, spellings

ENOUGH = 2
"""Fewer letters or digits than that find nobody."""
MOST = 20
END_OF_NUMBER = 4
"""So many signs of a telephone or member number are enough to find it by."""
_AREA = 6
"""From so many digits on, the zeros that a number begins with may be those that are left out from abroad."""
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_OTHER = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_NUMBER = re.compile(r"(?<![^\s,;])\+?[\d(][\d\s()./-]{2,}\d(?![^\s,;])")


class Entry(NamedTuple):
    """What a person is found by, and shown with. It stays in memory."""

    person: str
    name: str
    words: tuple[str, ...]
    joined: tuple[str, ...]
    """The words, with those in one that a hyphen joins."""
    born: date | None
    phone: str
    member: str
    language: Language
    payer: str | None
    same_as: str | None


class Wanted(NamedTuple):
    """What is looked for: each part begins a word of the name, or is of the member number, as the whole of them may be.

    The digits end the telephone number, or are of the member number.
    """

    parts: tuple[Part, ...]
    born: date | None
    digits: str
    whole: str

    @property
    def enough(self) -> bool:
        """Whether that is enough to look for anybody."""
        return self.born is not None or len(self.whole) >= ENOUGH


def entry_of(person: Person) -> Entry:
    """Make the entry of a person."""
    parts = parts_of(person.name)
    return Entry(
        person=person.person,
        name=person.name,
        words=tuple(word for part in parts for word in part.words),
        joined=tuple(part.joined for part in parts),
        born=person.born,
        phone=person.phone or "",
        member="".join(part.joined for part in parts_of(person.member_number or "")),
        language=person.language,
        payer=person.payer,
        same_as=person.same_as,
    )


def wanted(text: str, *, month_first: bool) -> Wanted:
    """Read what somebody typed. `month_first`: how a date with strokes is meant here."""
    born, rest = _born(as_typed(text), month_first=month_first)
    number = _NUMBER.search(rest)
    digits = re.sub(r"\D", "", number[0]) if number else ""
    words = rest.replace(number[0], " ", 1) if number else rest
    return Wanted(parts_of(words), born, digits, "".join(part.joined for part in parts_of(rest)))


def rings(digits: str) -> Iterator[str]:
    """Yield how a telephone number ends of which somebody gives these digits, in one way or another."""
    yield digits[-9:]
    without_zeros = digits.lstrip("0")
    if len(without_zeros) >= _AREA:
        yield without_zeros[-9:]


def fits(entry: Entry, wish: Wanted) -> bool:
    """Whether the person could be meant."""
    if wish.born is not None and entry.born != wish.born:
        return False
    if _is_member(entry, wish.whole):
        return True
    return (not wish.digits or _has(entry, wish.digits)) and all(_is_called(entry, part) for part in wish.parts)


def found(entries: Iterable[Entry], wish: Wanted) -> list[Entry]:
    """List who could be meant, the likeliest first: whole words before beginnings, then by name."""
    if not wish.enough:
        return []
    words = {word for part in wish.parts for word in part.words}
    hits = [entry for entry in entries if fits(entry, wish)]
    return sorted(hits, key=lambda entry: (-len(words.intersection(entry.words)), len(entry.words), entry.words, entry.person))


def same(entries: Iterable[Entry], name: str, born: date | None) -> Iterator[Entry]:
    """Yield everybody of this name and date of birth; nobody where that is not known."""
    wished = spellings(name)
    return (one for one in entries if born is not None and one.born == born and not wished.isdisjoint(spellings(one.name)))


def _born(text: str, *, month_first: bool) -> tuple[date | None, str]:
    if found := _ISO.search(text):
        parts = (found[1], found[2], found[3])
    elif found := _OTHER.search(text):
        month_comes_first = month_first and found[2] != "."
        parts = (found[4], found[1], found[3]) if month_comes_first else (found[4], found[3], found[1])
    else:
        return None, text
    year, month, day = map(int, parts)
    try:
        return date(year, month, day), text.replace(found[0], " ")
    except ValueError:
        return None, text


def _has(entry: Entry, digits: str) -> bool:
    by_phone = len(digits) >= END_OF_NUMBER and any(entry.phone.endswith(end) for end in rings(digits))
    return by_phone or _is_member(entry, digits)


def _is_called(entry: Entry, part: Part) -> bool:
    by_words = all(any(word.startswith(one) for word in entry.words) for one in part.words)
    return by_words or any(word.startswith(part.joined) for word in entry.joined) or _is_member(entry, part.joined)


def _is_member(entry: Entry, text: str) -> bool:
    return len(text) >= END_OF_NUMBER and (entry.member.startswith(text) or entry.member.endswith(text))

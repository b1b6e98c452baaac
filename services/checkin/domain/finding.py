"""Finding a patient who was here before: by name, date of birth, telephone or member number, as somebody at a desk types them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from schemas.people import Person

ENOUGH = 2
"""Fewer letters or digits than that find nobody."""
MOST = 20
_PHONE_DIGITS = 4
_WORD = re.compile(r"[^\W_]+")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_OTHER = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_NUMBER = re.compile(r"(?<!\S)\+?[\d(][\d\s()./-]{2,}\d")
_ALEF, _YEH, _HEH = "\u0627", "\u064a", "\u0647"
_ALIKE = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "'": None, "\u2019": None}
    | dict.fromkeys("\u0623\u0625\u0622", _ALEF) | {"\u0649": _YEH, "\u0629": _HEH, "\u0640": None}
)  # fmt: skip
"""Letters that people take for each other: the last line's are Arabic."""


class Entry(NamedTuple):
    """What a person is found by. It stays in memory."""

    person: str
    name: str
    words: tuple[str, ...]
    born: date | None
    phone: str
    member: str


class Wanted(NamedTuple):
    """What is looked for: each word begins one of the name, or the member number; the digits end the telephone number."""

    words: tuple[str, ...]
    born: date | None
    digits: str

    @property
    def enough(self) -> bool:
        """Whether that is enough to look for anybody."""
        return self.born is not None or len(self.digits) >= _PHONE_DIGITS or sum(map(len, self.words)) >= ENOUGH


def folded(text: str) -> str:
    """Write a text as it is compared: small, without accents, with letters that are taken for each other alike."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_ALIKE)


def words_of(name: str) -> tuple[str, ...]:
    """Give the words of a name, as they are compared."""
    return tuple(_WORD.findall(folded(name)))


def entry_of(person: Person) -> Entry:
    """Make the entry of a person."""
    member = "".join(words_of(person.member_number or ""))
    return Entry(person.person, person.name, words_of(person.name), person.born, person.phone or "", member)


def wanted(text: str, *, month_first: bool) -> Wanted:
    """Read what somebody typed. `month_first`: how a date with strokes is meant here."""
    born, rest = _born(text, month_first=month_first)
    number = _NUMBER.search(rest)
    digits = re.sub(r"\D", "", number[0]) if number else ""
    if number is not None:
        rest = rest.replace(number[0], " ")
    return Wanted(words_of(rest), born, digits)


def _born(text: str, *, month_first: bool) -> tuple[date | None, str]:
    if found := _ISO.search(text):
        parts = (found[1], found[2], found[3])
    elif found := _OTHER.search(text):
        month_comes_first = month_first and found[2] == "/"
        parts = (found[4], found[1], found[3]) if month_comes_first else (found[4], found[3], found[1])
    else:
        return None, text
    year, month, day = map(int, parts)
    try:
        return date(year, month, day), text.replace(found[0], " ")
    except ValueError:
        return None, text


def fits(entry: Entry, wish: Wanted) -> bool:
    """Whether the person could be meant."""
    if wish.born is not None and entry.born != wish.born:
        return False
    if wish.digits and not (entry.phone.endswith(wish.digits[-9:]) or entry.member.startswith(wish.digits)):
        return False
    return all(any(word.startswith(one) for word in entry.words) or _is_member(entry, one) for one in wish.words)


def _is_member(entry: Entry, word: str) -> bool:
    return len(word) >= _PHONE_DIGITS and entry.member.startswith(word)


def found(entries: Iterable[Entry], wish: Wanted) -> list[Entry]:
    """List who could be meant, the likeliest first: whole words before beginnings, then by name."""
    if not wish.enough:
        return []
    hits = [entry for entry in entries if fits(entry, wish)]
    return sorted(
        hits, key=lambda entry: (-sum(word in entry.words for word in wish.words), len(entry.words), entry.words, entry.person)
    )


def same(entries: Iterable[Entry], name: str, born: date | None) -> Iterator[Entry]:
    """Yield everybody of this name and date of birth; nobody where that is not known."""
    words = sorted(words_of(name))
    return (entry for entry in entries if born is not None and entry.born == born and sorted(entry.words) == words)

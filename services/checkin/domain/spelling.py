"""Names and numbers in one spelling, so that it does not matter in which of several somebody types them."""

import re
import unicodedata
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\s,;]+")
_LATIN = {
    "\u00df": "ss", "\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d", "\u00fe": "th",
    "\u0131": "i",
}  # fmt: skip
_ALEF, _YEH, _HEH, _KAF = "\u0627", "\u064a", "\u0647", "\u0643"
_ARABIC = {
    **dict.fromkeys("\u0623\u0625\u0622\u0671", _ALEF),
    **dict.fromkeys("\u0649\u06cc", _YEH),
    **dict.fromkeys("\u0629\u06c1\u06be", _HEH),
    "\u06a9": _KAF,
}
_LEFT_OUT = "'`\u00b4\u2018\u2019\u02b9\u02bb\u02bc\u0621\u0640"
"""Apostrophes; hamza, and the stroke that only makes a word longer."""
_ALIKE = str.maketrans({**_LATIN, **_ARABIC, **dict.fromkeys(_LEFT_OUT, "")})
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))


class Part(NamedTuple):
    """What stands between two spaces."""

    words: tuple[str, ...]
    joined: str
    """The words, which a hyphen or another sign parts, as one."""


def folded(text: str) -> str:
    """Write a text as it is compared: small, without accents, with signs that are taken for each other alike."""
    plain = unicodedata.normalize("NFKD", _with_digits(text).casefold().translate(_ALIKE))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_ALIKE)


def parts_of(text: str) -> tuple[Part, ...]:
    """Give the parts of a name or number, folded."""
    found = (tuple(_WORD.findall(part)) for part in _BETWEEN.split(folded(text)))
    return tuple(Part(words, "".join(words)) for words in found if words)


def spellings(name: str) -> set[tuple[str, ...]]:
    """Give the words in two ways, sorted: with those that a hyphen joins apart, and as one. Who shares a way has the same name."""
    parts = parts_of(name)
    return {tuple(sorted(word for part in parts for word in part.words)), tuple(sorted(part.joined for part in parts))}


def as_typed(text: str) -> str:
    """Take out what can't be seen, and write dashes and digits in one way."""
    seen = "".join(" " if unicodedata.category(sign) == "Cf" else sign for sign in text)
    return _with_digits(seen).translate(_DASHES)


def _with_digits(text: str) -> str:
    return text if text.isascii() else "".join(str(unicodedata.decimal(sign, sign)) for sign in text)

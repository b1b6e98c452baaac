"""A call aloud: the shipped clips that say it, in order, or a sentence for the display's own voice.

Clips hold letters, digits and a few phrases, no names. So a room whose name says nothing else is called by its number ("Room 12",
"Consultorio 3", "غرفة ١٢", "B4"); the others ("Ultrasound 2" is another door than room 2) are left to the screen.
"""

import re
import unicodedata
from dataclasses import dataclass

ROOM_WORDS = frozenset({
    "room", "rm", "exam", "examination", "number", "no",
    "sala", "consultorio", "consulta", "cuarto", "habitacion", "examen", "de", "numero",
    "غرفة", "الغرفة", "حجرة", "الحجرة", "فحص", "الفحص", "رقم",
})  # fmt: skip
"""What a name may say beside the number, in the language of any screen: that this is a room."""
_NUMBER = re.compile(r"[a-z]?[0-9]+|[0-9]+[a-z]")


@dataclass(frozen=True)
class _Words:
    """What a display's own voice is given in a language. Letters and digits are words: "1 2" could be heard as twelve."""

    ticket: str
    room: str
    go: str
    desk: str
    letters: str
    digits: str
    comma: str = ", "

    def spelled(self, code: str) -> str:
        letters, digits = self.letters.split("|"), self.digits.split()
        return self.comma.join(digits[int(char)] if char.isdigit() else letters[ord(char) - ord("a")] for char in code)


_SPEECH = {
    "en": _Words(
        ticket="Ticket {}.",
        room="Room {}.",
        go="Please go to {}.",
        desk="Please come to the desk.",
        letters="A|B|C|D|E|F|G|H|I|J|K|L|M|N|O|P|Q|R|S|T|U|V|W|X|Y|Z",
        digits="zero one two three four five six seven eight nine",
    ),
    "es": _Words(
        ticket="Turno {}.",
        room="Sala {}.",
        go="Por favor, pase a {}.",
        desk="Por favor, pase a recepción.",
        letters="a|be|ce|de|e|efe|ge|hache|i|jota|ka|ele|eme|ene|o|pe|cu|erre|ese|te|u|uve|doble u|equis|i griega|zeta",
        digits="cero uno dos tres cuatro cinco seis siete ocho nueve",
    ),
    "ar": _Words(
        ticket="التذكرة رقم {}.",
        room="الغرفة رقم {}.",
        go="يرجى التوجه إلى {}.",
        desk="يرجى مراجعة الاستقبال.",
        letters="إيه|بي|سي|دي|إي|إف|جي|إتش|آي|جيه|كيه|إل|إم|إن|أو|پي|كيو|آر|إس|تي|يو|ڤي|دبليو|إكس|واي|زد",
        digits="صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة",
        comma="، ",
    ),
}
LANGUAGES = tuple(_SPEECH)
"""Those that have clips and sentences."""


def clips_of(ticket: str, to: str | None, language: str) -> list[str]:
    """Return the clips of a call in the order in which they are heard: files below static/voice, without the ending.

    `to` is the name of a room or service point, null the desk. The language is one of LANGUAGES.
    """
    return ["chime", *(f"{language}/{clip}" for clip in ("ticket", *ticket.lower(), *_place(to)))]


def sentence_of(ticket: str, to: str | None, language: str) -> str:
    """Return the call as a display's own voice is to say it; a name that isn't a number is said as it is written."""
    words = _SPEECH[language]
    return f"{words.ticket.format(words.spelled(ticket.lower()))} {_way(to, words)}"


def _place(to: str | None) -> tuple[str, ...]:
    if to is None:
        return ("desk",)
    number = number_of(to)
    return ("room", *number) if number else ("look",)


def _way(to: str | None, words: _Words) -> str:
    if to is None:
        return words.desk
    number = number_of(to)
    return words.room.format(words.spelled(number)) if number else words.go.format(to)


def number_of(name: str) -> str:
    """Return the number that says all about a room, in digits 0 to 9 with at most one letter a to z; else nothing."""
    *others, last = re.findall(r"\w+", _plain(name)) or [""]
    return last if _NUMBER.fullmatch(last) and ROOM_WORDS.issuperset(others) else ""


def _plain(name: str) -> str:
    """Small letters without accents, vowel signs and marks of direction; digits of any script as 0 to 9."""
    kept = (char for char in unicodedata.normalize("NFD", name) if unicodedata.category(char) not in {"Mn", "Cf"} and char != "ـ")
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in kept).casefold()

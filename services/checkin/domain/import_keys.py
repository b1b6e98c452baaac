"""The keys under which rows of a file become people and visits: the same row, whenever it comes, has the same ones.

They stand on the log as parts of ids. A plain hash of a name and a date of birth could be guessed; these are made with a secret.
What goes into them may not change: a file that was taken in by an earlier release would be booked a second time.
"""

import hmac
from collections.abc import Iterator, Mapping
from hashlib import sha256

from services.checkin.domain.book_file import Entry
from services.checkin.domain.identity import canonical, event_id, new_visit_id
from services.checkin.domain.spelling import parts_of

MOST_TRIES = 8
"""A row that was refused may be tried again under a key of its own so often; then its last answer stands."""


def sameness(person: Mapping[str, object]) -> str | None:
    """What tells a patient from others: name, birth date and telephone number. A name alone is nobody's: None."""
    born, phone = person.get("born"), person.get("phone")
    if born is None and phone is None:
        return None
    return canonical([_words(person), str(born or ""), str(phone or "")])


def _words(person: Mapping[str, object]) -> list[str]:
    """The name as it is compared: the order of its words, case and accents make no difference."""
    name = str(person["name"])
    return sorted(word for part in parts_of(name) for word in part.words) or [name]


class ImportKeys:
    """Makes the keys of one clinic."""

    def __init__(self, secret: bytes, site: str) -> None:
        self._secret, self._site = secret, site

    def person(self, entry: Entry) -> str:
        """The key of the row's patient. Who is known by a name alone is another one in each row, or each series of a calendar."""
        same = sameness(entry.person)
        return self._key("person", same if same is not None else [_words(entry.person), entry.series or entry.content])

    def visit(self, entry: Entry, attempt: int = 0) -> str:
        """The key of the row's visit; who pays for it, and in which language, make no other visit of it."""
        return _tried(self._key("visit", [self.person(entry), entry.content]), attempt)

    def visits(self, entry: Entry) -> Iterator[str]:
        """The ids of the visit, under each key that it may have."""
        key = self.visit(entry)
        return (new_visit_id(event_id(self._site, _tried(key, attempt))) for attempt in range(MOST_TRIES))

    def _key(self, kind: str, said: object) -> str:
        message = canonical(["book-import", kind, self._site, said]).encode()
        return f"import/{hmac.new(self._secret, message, sha256).hexdigest()}"


def _tried(key: str, attempt: int) -> str:
    return f"{key}/{attempt}" if attempt else key

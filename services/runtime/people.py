"""Who the patients are, as people.v1 says: sealed, and opened by nobody here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from schemas.people import SealedPerson
from schemas.topics import PEOPLE
from services.runtime.kafka import TopicTable
from services.runtime.settings import ServiceSettings


class PeopleBook:
    """The last record of every person. What this process has written it gives at once, before the topic brings it back."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._records: dict[str, bytes] = {}
        self._coming: dict[str, bytes] = {}
        """Written here, and not come back yet."""
        self._held: dict[str, bytes] = {}
        """Those of them that are acknowledged: what the topic brings before them is older."""
        self._touched: dict[str, None] = {}
        """Whose records came or went since somebody last asked."""
        self._lock = threading.Lock()
        self.unreadable = 0
        self.table = TopicTable(settings, PEOPLE, self._apply)

    def __len__(self) -> int:
        return len(self._records)

    def get(self, person: str) -> SealedPerson | None:
        """The person's record, or None where there is none, or it was erased."""
        with self._lock:
            found = self._held.get(person) or self._records.get(person)
        return SealedPerson.model_validate_json(found) if found else None

    def of(self, site: str) -> list[SealedPerson]:
        """Everybody of a clinic; it takes a while, so ask from a thread."""
        with self._lock:
            records = list((self._records | self._held).values())
        people = (SealedPerson.model_validate_json(record) for record in records)
        return [person for person in people if person.site == site]

    @contextmanager
    def writing(self, sealed: SealedPerson) -> Iterator[bytes]:
        """Write the value that this gives within the block; `get` has it from the end of the block on, unless that raises.

        One block at a time for each person.
        """
        value = sealed.model_dump_json().encode()
        with self._lock:
            self._coming[sealed.person] = value
        yield value
        with self._lock:
            if self._coming.get(sealed.person) == value:
                self._held[sealed.person] = value
                self._touched[sealed.person] = None

    def touched(self) -> list[str]:
        """Hand over whose records came or went since the last call. For one who asks, who then calls `get`."""
        with self._lock:
            touched, self._touched = self._touched, {}
        return list(touched)

    def _apply(self, key: str, value: bytes | None) -> None:
        if value is not None and not _is_of(key, value):
            self.unreadable += 1
            return
        with self._lock:
            self._touched[key] = None
            if value is None:
                self._records.pop(key, None)
                return
            self._records[key] = value
            if self._coming.get(key) == value:
                del self._coming[key]
                self._held.pop(key, None)


def _is_of(key: str, value: bytes) -> bool:
    try:
        return SealedPerson.model_validate_json(value).person == key
    except ValidationError:
        return False

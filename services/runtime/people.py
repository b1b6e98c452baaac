"""Who the patients are, as people.v1 says: sealed, and opened by nobody here."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from schemas.people import SealedPerson
from schemas.topics import PEOPLE
from services.runtime.kafka import ACK_SECONDS, TopicTable
from services.runtime.settings import ServiceSettings

_REMEMBERED = 2048
_LOOK_SECONDS = 0.002


class PeopleBook:
    """The last record of every person. What this process has written it gives at once, before the topic brings it back."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._records: dict[str, bytes] = {}
        self._coming: dict[str, bytes] = {}
        """Written here, and not come back yet."""
        self._held: dict[str, bytes] = {}
        """Those of them that are acknowledged: what the topic brings before them is older."""
        self._replaced: OrderedDict[bytes, bytes | None] = OrderedDict()
        """Written here and come back: what stood on the topic just before."""
        self._touched: dict[str, None] = {}
        """Whose records came or went since somebody last asked."""
        self._applied: dict[int, int] = {}
        """By partition, the offset of the last record."""
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

    async def replaced_by(self, value: bytes) -> SealedPerson | None:
        """Wait until what was written here has come back, and give the record that it has taken the place of; ask once.

        Raises TimeoutError when the topic does not bring it in the time that an acknowledgement may take.
        """
        async with asyncio.timeout(ACK_SECONDS):
            while value not in self._replaced:  # noqa: ASYNC110  # a thread fills the book
                await asyncio.sleep(_LOOK_SECONDS)
        with self._lock:
            found = self._replaced.pop(value)
        return SealedPerson.model_validate_json(found) if found else None

    def touched(self) -> list[str]:
        """Hand over whose records came or went since the last call. For one who asks, who then calls `get`."""
        with self._lock:
            touched, self._touched = self._touched, {}
        return list(touched)

    def _apply(self, key: str, value: bytes | None) -> None:
        partition, offset = self.table.partition, self.table.offset
        if offset <= self._applied.get(partition, -1):
            return  # read again after an outage: it is older than what stands here, and nobody who was erased comes back
        self._applied[partition] = offset
        if value is not None and not _is_of(key, value):
            self.unreadable += 1
            return
        with self._lock:
            self._touched[key] = None
            before = self._records.pop(key, None)
            if value is None:
                return
            self._records[key] = value
            if self._coming.get(key) == value:
                self._came_back(key, value, before)

    def _came_back(self, key: str, value: bytes, before: bytes | None) -> None:
        del self._coming[key]
        self._held.pop(key, None)
        self._replaced[value] = before
        if len(self._replaced) > _REMEMBERED:
            self._replaced.popitem(last=False)


def _is_of(key: str, value: bytes) -> bool:
    try:
        return SealedPerson.model_validate_json(value).person == key
    except ValidationError:
        return False

"""The dead letters as they stand on their topic: each once, with its retries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from schemas.dead_letters import DEAD_LETTER_RECORD, DeadLetter, DeadLetterRetried
from schemas.envelope import SiteId

Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""
SiteOf = Callable[["Entry"], str | None]
_SITE: TypeAdapter[str] = TypeAdapter(SiteId)


@dataclass(frozen=True)
class Entry:
    """A dead letter, the key it stands under, and the times it was retried, the first one first."""

    letter: DeadLetter
    key: bytes | None
    retries: tuple[DeadLetterRetried, ...] = ()

    @property
    def place(self) -> Place:
        """Where the record stood."""
        return self.letter.source_topic, self.letter.source_partition, self.letter.source_offset

    @property
    def id(self) -> str:
        """As an operator writes it: partition/offset of the source."""
        return f"{self.letter.source_partition}/{self.letter.source_offset}"


@dataclass(frozen=True)
class Wanted:
    """Which dead letters are asked for; None asks for any."""

    site: str | None = None
    reason: str | None = None
    since: datetime | None = None

    def holds(self, entry: Entry, site_of: SiteOf) -> bool:
        """Whether it is one of them."""
        letter = entry.letter
        in_time = self.since is None or letter.recorded_at >= self.since
        return in_time and self.reason in {None, letter.reason} and self.site in {None, site_of(entry)}


@dataclass(frozen=True)
class Box:
    """All dead letters, newest first. The same record set aside twice, as after a crash of flow, is one."""

    entries: tuple[Entry, ...]
    unreadable: int
    """Records of the topic that this release can't read."""

    @classmethod
    def of(cls, records: Iterable[Any]) -> Self:
        """Sort what the topic holds."""
        found: dict[Place, tuple[DeadLetter, bytes | None]] = {}
        retries: dict[Place, list[DeadLetterRetried]] = {}
        unreadable = 0
        for record in records:
            said = said_by(record)
            if said is None:
                unreadable += 1
                continue
            place = said.source_topic, said.source_partition, said.source_offset
            if isinstance(said, DeadLetter):
                found.setdefault(place, (said, record.key))
            else:
                retries.setdefault(place, []).append(said)
        entries = [Entry(letter, key, tuple(retries.get(place, ()))) for place, (letter, key) in found.items()]
        return cls(tuple(sorted(entries, key=_newest_first)), unreadable)

    def get(self, name: str) -> Entry | None:
        """The one of this id."""
        return next((entry for entry in self.entries if entry.id == name), None)


def said_by(record: Any) -> DeadLetter | DeadLetterRetried | None:
    """What a record of the topic says; None where this release can't read it."""
    try:
        return DEAD_LETTER_RECORD.validate_json(record.value or b"")
    except ValidationError:
        return None


def _newest_first(entry: Entry) -> tuple[float, int, int]:
    return -entry.letter.recorded_at.timestamp(), -entry.letter.source_offset, entry.letter.source_partition


def as_site(key: bytes | None) -> str | None:
    """The site that a record's key names; None where it can't be one."""
    try:
        return _SITE.validate_python((key or b"").decode())
    except (UnicodeDecodeError, ValidationError):
        return None

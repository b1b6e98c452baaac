"""Where the desk's people are kept: sealed before they leave this process, opened for one answer."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

import structlog

from schemas.people import Person, SealedPerson
from schemas.topics import PEOPLE
from services.checkin.audit import Auditor
from services.checkin.domain import people
from services.checkin.domain.audit import Act
from services.checkin.domain.identity import new_person_id
from services.checkin.metrics import Metrics
from services.checkin.publisher import Publisher, Record
from services.checkin.requests import refuse_fields
from services.checkin.security import Asker
from services.runtime.clock import Clock
from services.runtime.people import PeopleBook
from services.runtime.phone import e164
from services.runtime.problems import Problem
from services.runtime.vault import Unopenable, Vault

ADDED, CHANGED = "add-person", "change-person"
"""As which they stand on the audit trail."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("clinicflow.checkin.people")


@dataclass(frozen=True)
class Opened:
    """What became of the people who were asked for."""

    people: list[Person]
    unknown: list[str]
    """Nobody of this clinic."""
    closed: list[str]
    """Whose records can't be opened with the keys that are here."""


@dataclass(frozen=True)
class PeopleDesk:
    """Adds, changes and opens people. Its methods raise NotRecordedError where Kafka did not acknowledge."""

    book: PeopleBook
    vault: Vault
    publisher: Publisher
    auditor: Auditor
    clock: Clock
    metrics: Metrics
    _one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def add(self, asker: Asker, key: str, body: people.AddPerson) -> str:
        """Add a person and give their id. The same key names the same person, and the same words again change nothing."""
        said = self._read(asker, body)
        person = new_person_id(asker.site, key)
        async with self._alone(person):
            known = self._known(asker.site, person)
            if known is None:
                await self._write(asker, people.new(person, said), None)
            elif people.merged(before := await self._opened(known), said) != before:
                raise _key_reused()
            await self.auditor.surely(asker, Act(ADDED, person=person), look=key)
        return person

    async def change(self, asker: Asker, person: str, body: people.ChangePerson) -> None:
        """Change the fields that are given. Raises Problem 404 for somebody who is not of this clinic."""
        said = self._read(asker, body)
        async with self._alone(person):
            known = self.known(asker.site, person)
            await self._write(asker, people.merged(await self._opened(known), said), known)
            await self.auditor.surely(asker, Act(CHANGED, person=person))

    def known(self, site: str, person: str) -> SealedPerson:
        """Give the record of a person of this clinic. Raises Problem 404."""
        found = self._known(site, person)
        if found is None:
            raise Problem(404, "unknown-person", "No such patient", "There is no such patient at this clinic. Please search again.")
        return found

    async def open(self, site: str, asked: Iterable[str]) -> Opened:
        """Open the records of these people, each once, in this order; others' threads go on meanwhile."""
        found = {person: self._known(site, person) for person in asked}
        sealed = [one for one in found.values() if one is not None]
        opened = await asyncio.to_thread(lambda: [self._try(one) for one in sealed])
        closed = [one.person for one, person in zip(sealed, opened, strict=True) if person is None]
        people_ = [person for person in opened if person is not None]
        return Opened(people_, [person for person, one in found.items() if one is None], closed)

    async def everybody(self, site: str) -> list[Person]:
        """Open everybody of a clinic, but for those whom no key here opens; others' threads go on meanwhile."""
        self._is_ready()
        opened = await asyncio.to_thread(lambda: [self._try(one) for one in self.book.of(site)])
        return [person for person in opened if person is not None]

    async def open_one(self, site: str, person: str) -> Person:
        """Open one record. Raises Problem 404 and 503."""
        return await self._opened(self.known(site, person))

    def _read(self, asker: Asker, body: people.Details) -> people.Fields:
        profile = asker.profile
        assert profile is not None
        today = self.clock.now().astimezone(ZoneInfo(profile.timezone)).date()
        said, wrong = people.read(body, today, lambda written: e164(written, profile.phone_region))
        refuse_fields(wrong)
        return said

    async def _write(self, asker: Asker, person: Person, known: SealedPerson | None) -> None:
        refuse_fields(people.too_long(person))
        sealed = self.vault.seal(person, asker.site, self.clock.now(), known)
        with self.book.writing(sealed) as value:
            await self.publisher.publish([Record(PEOPLE, sealed.person.encode(), value)])

    def _is_ready(self) -> None:
        if not self.book.table.ready:
            raise Problem(
                503,
                "starting",
                "Not ready yet",
                "The system is starting, or can't reach its records. Please try again in a moment.",
                headers={"Retry-After": "2"},
            )

    def _known(self, site: str, person: str) -> SealedPerson | None:
        self._is_ready()
        found = self.book.get(person)
        return found if found is not None and found.site == site else None

    async def _opened(self, sealed: SealedPerson) -> Person:
        person = self._try(sealed)
        if person is None:
            raise Problem(
                503,
                "person-closed",
                "This patient's details can't be opened",
                "They are kept, but can't be opened with the keys that are here. Please tell whoever runs the system.",
            )
        return person

    def _try(self, sealed: SealedPerson) -> Person | None:
        try:
            return self.vault.open(sealed)
        except Unopenable:
            self.metrics.people_closed.inc()
            _log.error("person-closed", key=sealed.key_id)
            return None

    def _alone(self, person: str) -> asyncio.Lock:
        """Two changes of one person go one after the other, so that neither loses what the other said."""
        return self._one_at_a_time.setdefault(person, asyncio.Lock())


def _key_reused() -> Problem:
    return Problem(
        409,
        "key-reused",
        "This key was used before",
        "The Idempotency-Key was used for a patient whose details are different now. Please use a new key for each new patient.",
    )

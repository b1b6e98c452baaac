"""Where the desk's people are kept: sealed before they leave this process, opened for one answer."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

import structlog

from schemas.people import Person, SealedPerson
from schemas.topics import PEOPLE
from services.checkin.audit import Auditor
from services.checkin.domain import one_person, people
from services.checkin.domain.audit import Act
from services.checkin.domain.identity import new_person_id
from services.checkin.metrics import Metrics
from services.checkin.people_search import Finder
from services.checkin.publisher import Publisher, Record
from services.checkin.requests import refuse_fields
from services.checkin.security import Asker
from services.runtime.clock import Clock
from services.runtime.one_person import open_person
from services.runtime.people import PeopleBook
from services.runtime.phone import e164
from services.runtime.problems import Problem
from services.runtime.vault import Unopenable, Vault

ADDED, CHANGED, MERGED, PARTED = "add-person", "change-person", "merge-people", "part-people"
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
    finder: Finder
    _one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def add(self, asker: Asker, key: str, body: people.AddPerson) -> str:
        """Add a person and give their id. The same key names the same person, and the same words again change nothing."""
        said = self._read(asker, body)
        person = new_person_id(asker.site, key)
        async with self._alone(person):
            known = self._known(asker.site, person)
            if known is None:
                if not body.new:
                    await self._no_double(asker, said)
                await self._write(asker, people.new(person, said), None)
            elif people.merged(before := await self._opened(known), said) != before:
                raise _key_reused()
            await self.auditor.surely(asker, Act(ADDED, person=person), look=key)
        return person

    async def add_all(self, asker: Asker, new: Mapping[str, people.Fields]) -> list[str]:
        """Add the people of a file, by key, and give their ids. Whether somebody is known by other words was looked at before."""
        ids = {new_person_id(asker.site, key): (key, said) for key, said in new.items()}
        due = {person: said for person, (_, said) in ids.items() if self._known(asker.site, person) is None}
        now = self.clock.now()
        sealed = await asyncio.to_thread(
            lambda: [self.vault.seal(people.new(person, said), asker.site, now, None) for person, said in due.items()]
        )
        with ExitStack() as all_written:
            values = [(one.person, all_written.enter_context(self.book.writing(one))) for one in sealed]
            await self.publisher.publish([Record(PEOPLE, person.encode(), value) for person, value in values])
        await self.auditor.surely_each(asker, {key: Act(ADDED, person=person) for person, (key, _) in ids.items()})
        return list(ids)

    async def _no_double(self, asker: Asker, said: people.Fields) -> None:
        born = said.get("born")
        await self.finder.no_double(asker, str(said["name"]), born if isinstance(born, date) else None)

    async def change(self, asker: Asker, person: str, body: people.ChangePerson) -> None:
        """Change the fields that are given. Raises Problem 404 for somebody who is not of this clinic."""
        said = self._read(asker, body)
        stays = (await self._opened(self.known(asker.site, person))).person
        async with self._alone(stays):
            known = self.known(asker.site, stays)
            await self._write(asker, people.merged(await self._opened(known), said), known)
            await self.auditor.surely(asker, Act(CHANGED, person=stays))

    async def merge(self, asker: Asker, person: str, into: str, take: Collection[str]) -> None:
        """Let two be one. The one who stays is written first: where that is all that was written, doing it again mends it."""
        async with self._both(person, into):
            gone, stays = await self._pair(asker.site, person, into)
            if gone.same_as not in {None, into} or stays.same_as is not None:
                raise _not_mergeable()
            await self._write(asker, one_person.merged(gone, stays, take), self.known(asker.site, into))
            await self._write(asker, gone.model_copy(update={"same_as": into}), self.known(asker.site, person))
            await self.auditor.surely(asker, Act(MERGED, person=person))
            await self.auditor.surely(asker, Act(MERGED, person=into))

    async def part(self, asker: Asker, person: str, from_: str) -> list[str]:
        """Let two be two again; gives the fields that were changed since and stay. The one who goes is written first."""
        async with self._both(person, from_):
            gone, stays = await self._pair(asker.site, person, from_)
            if gone.same_as not in {None, from_}:
                raise _not_mergeable()
            await self._write(asker, gone.model_copy(update={"same_as": None}), self.known(asker.site, person))
            alone, kept = one_person.parted(gone, stays)
            await self._write(asker, alone, self.known(asker.site, from_))
            await self.auditor.surely(asker, Act(PARTED, person=person))
            await self.auditor.surely(asker, Act(PARTED, person=from_))
        return kept

    @asynccontextmanager
    async def _both(self, one: str, other: str) -> AsyncIterator[None]:
        """Change two people, each for itself; always in the same order, so that nobody waits for ever."""
        if one == other:
            raise _not_mergeable()
        first, second = sorted((one, other))
        async with self._alone(first), self._alone(second):
            yield

    async def _pair(self, site: str, one: str, other: str) -> tuple[Person, Person]:
        return await self._itself(self.known(site, one)), await self._itself(self.known(site, other))

    async def _itself(self, sealed: SealedPerson) -> Person:
        """Open this very record, whoever the person turned out to be. Raises Problem 503."""
        try:
            return self.vault.open(sealed)
        except Unopenable:
            raise _closed() from None

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
        pairs = list(zip(sealed, opened, strict=True))
        closed = [one.person for one, person in pairs if person is None]
        people_ = [person.model_copy(update={"person": one.person}) for one, person in pairs if person is not None]
        return Opened(people_, [person for person, one in found.items() if one is None], closed)

    async def everybody(self, site: str) -> list[tuple[Person, Person]]:
        """Open every record of a clinic, each with who the person turned out to be; others' threads go on meanwhile.

        Those whom no key here opens are left out.
        """
        self._is_ready()
        return await asyncio.to_thread(lambda: list(self._with_who(self.book.of(site))))

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
            raise _closed()
        return person

    def _with_who(self, records: Iterable[SealedPerson]) -> Iterator[tuple[Person, Person]]:
        for sealed in records:
            stays = self._try(sealed)
            if stays is not None:
                yield stays if stays.person == sealed.person else self.vault.open(sealed), stays

    def _try(self, sealed: SealedPerson) -> Person | None:
        try:
            return open_person(self.book, self.vault, sealed)
        except Unopenable:
            self.metrics.people_closed.inc()
            _log.error("person-closed", key=sealed.key_id)
            return None

    def _alone(self, person: str) -> asyncio.Lock:
        """Two changes of one person go one after the other, so that neither loses what the other said."""
        return self._one_at_a_time.setdefault(person, asyncio.Lock())


def _closed() -> Problem:
    return Problem(
        503,
        "person-closed",
        "This patient's details can't be opened",
        "They are kept, but can't be opened with the keys that are here. Please tell whoever runs the system.",
    )


def _not_mergeable() -> Problem:
    return Problem(
        409,
        "not-mergeable",
        "These two can't be made one",
        "They are the same already, or one of them is somebody else's by now. Please search for both again.",
    )


def _key_reused() -> Problem:
    return Problem(
        409,
        "key-reused",
        "This key was used before",
        "The Idempotency-Key was used for a patient whose details are different now. Please use a new key for each new patient.",
    )

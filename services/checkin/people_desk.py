"""Where the desk's people are kept: sealed before they leave this process, opened for one answer."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

import structlog

from schemas.people import Person, SealedPerson
from services.checkin.answers import starting
from services.checkin.audit import Auditor
from services.checkin.domain import people
from services.checkin.domain.audit import Act
from services.checkin.domain.identity import new_person_id
from services.checkin.metrics import Metrics
from services.checkin.people_refusals import closed, key_reused, unknown_person
from services.checkin.people_search import Finder
from services.checkin.people_writer import PeopleWriter
from services.checkin.requests import refuse_fields
from services.checkin.security import Asker
from services.runtime.clock import Clock
from services.runtime.one_person import open_person
from services.runtime.people import PeopleBook
from services.runtime.phone import e164
from services.runtime.vault import Unopenable, Vault

ADDED, CHANGED = "add-person", "change-person"
"""As which they stand on the audit trail."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("clinicflow.checkin.people")


@dataclass(frozen=True)
class Opened:
    """What became of the people who were asked for."""

    people: list[Person]
    """By the id that was asked for, with what is known of the one whom they turned out to be."""
    seen: list[str]
    """Of whom that is: those ids, and those of whom they turned out to be."""
    unknown: list[str]
    """Nobody of this clinic."""
    closed: list[str]
    """Whose records can't be opened with the keys that are here."""


@dataclass(frozen=True)
class PeopleDesk:
    """Adds, changes and opens people. Its methods raise NotRecordedError where Kafka did not acknowledge."""

    book: PeopleBook
    vault: Vault
    writer: PeopleWriter
    auditor: Auditor
    clock: Clock
    metrics: Metrics
    finder: Finder
    _one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def add(self, asker: Asker, key: str, body: people.AddPerson) -> str:
        """Add a person and give their id. The same key names the same person, and the same words again change nothing."""
        said = self._read(asker, body)
        person = new_person_id(asker.site, key)
        born = said.get("born")
        async with self.alone(f"{asker.site} {born or person}"), self.alone(person):  # the first: two desks that add one patient
            known = self._known(asker.site, person)
            if known is None:
                if not body.new:
                    await self.finder.no_double(asker, person, str(said["name"]), born if isinstance(born, date) else None)
                await self.writer.write(asker.site, people.new(person, said), None)
            elif people.merged(before := self.itself(known), said) != before:
                raise key_reused()
            await self.auditor.surely(asker, Act(ADDED, person=person), look=key)
        return person

    async def add_all(self, asker: Asker, new: Mapping[str, people.Fields]) -> list[str]:
        """Add the people of a file, by key, and give their ids. Whether somebody is known by other words was looked at before."""
        ids = {new_person_id(asker.site, key): (key, said) for key, said in new.items()}
        due = [people.new(person, said) for person, (_, said) in ids.items() if self._known(asker.site, person) is None]
        await self.writer.write_new(asker.site, due)
        await self.auditor.surely_each(asker, {key: Act(ADDED, person=person) for person, (key, _) in ids.items()})
        return list(ids)

    async def change(self, asker: Asker, person: str, body: people.ChangePerson) -> None:
        """Change the fields that are given. Raises Problem 404 for somebody who is not of this clinic."""
        said = self._read(asker, body)
        async with self._whoever_stays(asker.site, person) as known:
            stays = self.itself(known)
            await self.writer.write(asker.site, people.merged(stays, said), known)
            await self.auditor.surely(asker, Act(CHANGED, person=stays.person))

    def alone(self, person: str) -> asyncio.Lock:
        """Two changes of one person go one after the other in this process."""
        return self._one_at_a_time.setdefault(person, asyncio.Lock())

    def itself(self, sealed: SealedPerson) -> Person:
        """Open this very record, whoever the person turned out to be. Raises Problem 503."""
        try:
            return self.vault.open(sealed)
        except Unopenable:
            raise closed() from None

    @asynccontextmanager
    async def _whoever_stays(self, site: str, person: str) -> AsyncIterator[SealedPerson]:
        """Have the record of the one who stays of this person to change, who can become another until it is our turn."""
        while True:
            stays = (await self.open_one(site, person)).person
            async with self.alone(stays):
                if (await self.open_one(site, person)).person == stays:
                    yield self.known(site, stays)
                    return

    def known(self, site: str, person: str) -> SealedPerson:
        """Give the record of a person of this clinic. Raises Problem 404."""
        found = self._known(site, person)
        if found is None:
            raise unknown_person()
        return found

    async def open(self, site: str, asked: Iterable[str]) -> Opened:
        """Open the records of these people, each once, in this order; others' threads go on meanwhile."""
        found = {person: self._known(site, person) for person in asked}
        sealed = [one for one in found.values() if one is not None]
        opened = await asyncio.to_thread(lambda: [self._try(one) for one in sealed])
        pairs = [(one.person, person) for one, person in zip(sealed, opened, strict=True)]
        shown = [(asked_for, person) for asked_for, person in pairs if person is not None]
        return Opened(
            people=[person.model_copy(update={"person": asked_for}) for asked_for, person in shown],
            seen=[who for asked_for, person in shown for who in (asked_for, person.person)],
            unknown=[person for person, one in found.items() if one is None],
            closed=[person for person, one in pairs if one is None],
        )

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

    def _is_ready(self) -> None:
        if not self.book.table.ready:
            raise starting()

    def _known(self, site: str, person: str) -> SealedPerson | None:
        self._is_ready()
        found = self.book.get(person)
        return found if found is not None and found.site == site else None

    async def _opened(self, sealed: SealedPerson) -> Person:
        person = self._try(sealed)
        if person is None:
            raise closed()
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

"""Makes two patients one, and two again; each may be done twice, and doing it again mends what was done by half."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

from schemas.people import Person, SealedPerson
from services.checkin.domain import one_person
from services.checkin.domain.audit import Act
from services.checkin.people_desk import PeopleDesk
from services.checkin.people_refusals import not_mergeable, not_partable
from services.checkin.security import Asker

MERGED, PARTED = "merge-people", "part-people"
"""As which they stand on the audit trail."""


@dataclass(frozen=True)
class Two:
    """Two patients as they are just now, with the records that say so."""

    gone: Person
    stays: Person
    gone_record: SealedPerson
    stays_record: SealedPerson


@dataclass(frozen=True)
class PeopleMerger:
    """Its methods raise NotRecordedError where Kafka did not acknowledge, and Problem 404, 409 and 503."""

    desk: PeopleDesk

    async def merge(self, asker: Asker, person: str, into: str, take: Collection[str]) -> None:
        """Let two be one. The one who stays is written first: where that is all that was written, doing it again mends it."""
        async with self._both(asker.site, person, into) as two:
            if two.gone.same_as not in {None, into} or two.stays.same_as is not None:
                raise not_mergeable()
            if two.gone.same_as is None:
                await self.desk.writer.write(asker.site, one_person.merged(two.gone, two.stays, take), two.stays_record)
                await self.desk.writer.write(asker.site, two.gone.model_copy(update={"same_as": into}), two.gone_record)
            await self._note(asker, MERGED, person, into)

    async def part(self, asker: Asker, person: str, from_: str) -> list[str]:
        """Let two be two again; gives the fields that were changed since and stay. The one who goes is written first."""
        async with self._both(asker.site, person, from_) as two:
            if two.gone.same_as not in {None, from_}:
                raise not_mergeable()
            if two.stays.same_as not in {None, person}:  # each other's: two processes may have made them one both ways at once
                raise not_partable()
            alone, kept = one_person.parted(two.gone, two.stays, self._others(asker.site, two))
            await self.desk.writer.write(asker.site, two.gone.model_copy(update={"same_as": None}), two.gone_record)
            await self.desk.writer.write(asker.site, alone, two.stays_record)
            await self._note(asker, PARTED, person, from_)
        return kept

    @asynccontextmanager
    async def _both(self, site: str, gone: str, stays: str) -> AsyncIterator[Two]:
        """Have two people to change, each for itself; always in the same order, so that nobody waits for ever."""
        if gone == stays:
            raise not_mergeable()
        first, second = sorted((gone, stays))
        async with self.desk.alone(first), self.desk.alone(second):
            records = self.desk.known(site, gone), self.desk.known(site, stays)
            yield Two(self.desk.itself(records[0]), self.desk.itself(records[1]), *records)

    def _others(self, site: str, two: Two) -> list[Person]:
        """Open whoever else turned out to be the one who stays, and still is known."""
        found = (self.desk.book.get(person) for person in two.stays.absorbed if person != two.gone.person)
        return [self.desk.itself(record) for record in found if record is not None and record.site == site]

    async def _note(self, asker: Asker, action: str, *people: str) -> None:
        for person in people:
            await self.desk.auditor.surely(asker, Act(action, person=person))

"""Puts patients' records on people.v1, so that of two processes that change one patient neither loses what the other said.

Safe to run twice: what stands there already is not written again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from schemas.people import Person, SealedPerson
from schemas.topics import PEOPLE
from services.checkin.domain.people import too_long
from services.checkin.domain.revisions import revised, together
from services.checkin.people_refusals import closed, unknown_person
from services.checkin.publisher import NotRecordedError, Publisher, Record
from services.checkin.requests import refuse_fields
from services.runtime.clock import Clock
from services.runtime.people import PeopleBook
from services.runtime.vault import Unopenable, Vault

_TRIES = 8


@dataclass(frozen=True)
class PeopleWriter:
    """Seals people and writes them down, one at a time for each person in this process; among processes the log decides."""

    book: PeopleBook
    vault: Vault
    publisher: Publisher
    clock: Clock

    async def write(self, site: str, person: Person, known: SealedPerson | None) -> None:
        """Write a person who was made of the record `known`; returns once the log has that, and all that it had before.

        Where another process wrote the same person between our look and our record, ours has overwritten theirs: then both are put
        together and written once more. Somebody who was erased in between stays erased. Raises NotRecordedError, and Problem 404,
        422 and 503.
        """
        before = self._opened(known) if known is not None else None
        refuse_fields(too_long(person))
        ours = revised(before, person)
        if ours == before:
            return
        for _ in range(_TRIES):
            sealed = self.vault.seal(ours, site, self.clock.now(), known)
            overwritten = await self._put(sealed)
            if overwritten == known:
                return
            if overwritten is None:
                await self._publish(person.person, None)
                raise unknown_person()
            both = together(self._opened(overwritten), ours)
            if both == ours:
                return
            known, ours = sealed, both
        raise NotRecordedError

    async def write_new(self, site: str, people: Sequence[Person]) -> None:
        """Write people whom nobody knows yet, all together; others' threads go on meanwhile. Raises NotRecordedError."""
        now = self.clock.now()
        sealed = await asyncio.to_thread(lambda: [self.vault.seal(revised(None, person), site, now, None) for person in people])
        with ExitStack() as all_written:
            values = [(one.person, all_written.enter_context(self.book.writing(one))) for one in sealed]
            await self.publisher.publish([Record(PEOPLE, person.encode(), value) for person, value in values])

    async def _put(self, sealed: SealedPerson) -> SealedPerson | None:
        """Put a record there; returns the one whose place it took."""
        with self.book.writing(sealed) as value:
            await self._publish(sealed.person, value)
        try:
            return await self.book.replaced_by(value)
        except TimeoutError as late:
            raise NotRecordedError from late

    async def _publish(self, person: str, value: bytes | None) -> None:
        await self.publisher.publish([Record(PEOPLE, person.encode(), value)])

    def _opened(self, sealed: SealedPerson) -> Person:
        try:
            return self.vault.open(sealed)
        except Unopenable:
            raise closed() from None

"""Who the rows of a file are: patients who are known already, found by what tells them from others, or new ones."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from services.checkin.domain.book_file import Entry, Flaw
from services.checkin.domain.identity import new_person_id
from services.checkin.domain.import_keys import ImportKeys, sameness
from services.checkin.domain.people import AddPerson
from services.checkin.people_desk import PeopleDesk
from services.checkin.security import Asker
from services.runtime.problems import Problem

_KEPT = ("language", "payer", "member_number")
"""What a row may say otherwise of somebody who is known; what is known stays."""
_OTHERWISE = "is kept otherwise for this patient, who is known already; that was not changed"


class Patients:
    """The patients of one import. Its methods raise NotRecordedError where Kafka did not acknowledge, and Problem 503."""

    def __init__(self, desk: PeopleDesk, keys: ImportKeys, asker: Asker) -> None:
        self._desk, self._keys, self._asker = desk, keys, asker
        self._ids: set[str] = set()
        self._same: dict[str, str] = {}
        """By what tells them from others, the id of who is known."""
        self._said: dict[str, Mapping[str, object]] = {}
        """And what is known of them; or what the first row of the file says that is about them."""
        self.added = 0

    async def look(self) -> None:
        """Learn who is known."""
        for person in await self._desk.everybody(self._asker.site):
            self._ids.add(person.person)
            fields = person.model_dump()
            same = sameness(fields)
            if same is not None and same not in self._same:
                self._same[same], self._said[same] = person.same_as or person.person, fields

    def notes(self, entries: Iterable[Entry]) -> list[Flaw]:
        """Say of rows where they differ from what is known of the patient."""
        found = []
        for entry in entries:
            same = sameness(entry.person)
            known = self._said.setdefault(same, entry.person) if same is not None else entry.person
            said = [field for field in _KEPT if entry.person.get(field) not in {None, known.get(field)}]
            found += [entry.flaw(field, _OTHERWISE) for field in said]
        return found

    async def ids(self, entries: Sequence[Entry]) -> tuple[list[str | None], list[Flaw]]:
        """Give the patients of these rows, adding who is new; and say of whom that can't be done."""
        new = {self._keys.person(entry): entry for entry in reversed(entries) if self._id(entry) is None}
        answers = await asyncio.gather(*(self._add(key, entry) for key, entry in new.items()))
        refused = {key: answer for key, answer in zip(new, answers, strict=True) if answer is not None}
        lost = [entry.flaw("name", refused[key]) for entry in entries if (key := self._keys.person(entry)) in refused]
        return [self._id(entry) for entry in entries], lost

    def _id(self, entry: Entry) -> str | None:
        known = self._same.get(sameness(entry.person) or "")
        made = new_person_id(self._asker.site, self._keys.person(entry))
        return known or (made if made in self._ids else None)

    async def _add(self, key: str, entry: Entry) -> str | None:
        """Add a patient; gives why that can't be done."""
        said = {field: str(value) for field, value in entry.person.items() if value is not None}
        try:
            self._ids.add(await self._desk.add(self._asker, key, AddPerson.model_validate(said)))
        except Problem as problem:
            if problem.status >= 500:
                raise
            return problem.detail
        self.added += 1
        return None

"""Who the rows of a file are: patients who are known already, found by what tells them from others, or new ones."""

from collections.abc import Iterable, Mapping, Sequence

from services.checkin.domain.book_file import Entry, Flaw
from services.checkin.domain.identity import new_person_id
from services.checkin.domain.import_keys import ImportKeys, sameness
from services.checkin.people_desk import PeopleDesk
from services.checkin.security import Asker

_KEPT = ("language", "payer", "member_number")
"""What a row may say otherwise of somebody who is known; what is known stays."""
_OTHERWISE = "differs from what is kept of this patient already; that was not changed"
_DOUBLE = "is another one, or is missing, for somebody of this name and date of birth who is known; please see whether they are one"


class Patients:
    """The patients of one import. Its methods raise NotRecordedError where Kafka did not acknowledge, and Problem 503."""

    def __init__(self, desk: PeopleDesk, keys: ImportKeys, asker: Asker) -> None:
        self._desk, self._keys, self._asker = desk, keys, asker
        self._ids: dict[str, str] = {}
        """By each id, that of whom the person turned out to be."""
        self._same: dict[str, str] = {}
        """By what tells them from others, the id of who is known."""
        self._said: dict[str, Mapping[str, object]] = {}
        """And what is known of them; or what the first row of the file says that is about them."""
        self._alike: dict[str, str] = {}
        """By name and date of birth alone, what tells whoever has them from others."""
        self.added = 0

    async def look(self) -> None:
        """Learn who is known."""
        for person, stays in await self._desk.everybody(self._asker.site):
            self._ids[person.person] = stays.person
            said = {field: getattr(person, field) for field in ("name", "born", "phone")}
            same = sameness(said)
            if same is not None and same not in self._same:
                self._same[same] = stays.person
                self._note(same, said | {field: getattr(stays, field) for field in _KEPT})

    def notes(self, entries: Iterable[Entry]) -> list[Flaw]:
        """Say of rows where they differ from what is known of the patient."""
        found = []
        for entry in entries:
            same = sameness(entry.person)
            if same is not None:
                known = self._said.get(same, entry.person)
                said = [field for field in _KEPT if entry.person.get(field) not in {None, known.get(field)}]
                found += [entry.flaw(field, _OTHERWISE) for field in said]
                found += [entry.flaw("phone", _DOUBLE)] if self._note(same, entry.person) != same else []
        return found

    def _note(self, same: str, said: Mapping[str, object]) -> str:
        """Note somebody, unless they are known; gives whoever was the first of this name and date of birth."""
        self._said.setdefault(same, said)
        alike = sameness({**said, "phone": None})
        return same if alike is None else self._alike.setdefault(alike, same)

    async def ids(self, entries: Sequence[Entry]) -> list[str]:
        """Give the patients of these rows, adding who is new."""
        new = {self._keys.person(entry): entry.person for entry in reversed(entries) if self._id(entry) is None}
        added = await self._desk.add_all(self._asker, new)
        self._ids |= {person: person for person in added}
        self.added += len(added)
        return [person for entry in entries if (person := self._id(entry)) is not None]

    def _id(self, entry: Entry) -> str | None:
        known = self._same.get(sameness(entry.person) or "")
        return known or self._ids.get(new_person_id(self._asker.site, self._keys.person(entry)))

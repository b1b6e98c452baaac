"""The index of patients: as sure as the book is, at every moment, and silent while the book is still being read."""

import asyncio
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas.people import Person
from services.checkin.domain.finding import wanted
from services.checkin.people_index import PeopleIndex
from services.runtime.people import PeopleBook
from services.runtime.settings import ServiceSettings
from services.runtime.vault import Vault
from tests.waiting import wait_until

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


class Clinics:
    """A book that a topic speaks to, and the index of it."""

    def __init__(self, folder: Path) -> None:
        settings = ServiceSettings(environment="local", secrets_dir=folder)
        self.vault, self.book = Vault(settings), PeopleBook(settings)
        self.index = PeopleIndex(self.book, self.vault)

    def says(self, value: bytes | None, person: str) -> None:
        """The topic brings a record."""
        self.book.table.offset += 1
        self.book._apply(person, value)

    def knows(self, person: str, name: str, site: str = "harbor", **known: object) -> None:
        """The topic brings what is known of somebody."""
        told = Person.model_validate({"person": person, "name": name, **known})
        self.says(self.vault.seal(told, site, NOW, None).model_dump_json().encode(), person)

    def found(self, text: str, site: str = "harbor") -> list[str]:
        return [entry.person for entry in asyncio.run(self.index.found(site, wanted(text, month_first=True)))]


@pytest.fixture
def clinics(tmp_path: Path) -> Clinics:
    return Clinics(tmp_path)


def test_who_comes_is_found_and_who_is_changed_is_found_by_the_new_name_alone(clinics: Clinics) -> None:
    clinics.knows("p-1", "Ann First (invented)")
    assert clinics.found("first") == ["p-1"]
    clinics.knows("p-1", "Ann Second (invented)")
    assert (clinics.found("first"), clinics.found("second")) == ([], ["p-1"])


def test_who_is_erased_leaves_at_once_and_nothing_of_them_stays_in_memory(clinics: Clinics) -> None:
    clinics.knows("p-1", "Ann Test (invented)", born=date(1970, 1, 2), phone="+12025550142", member_number="INV-1")
    assert clinics.found("0142") == ["p-1"]
    clinics.says(None, "p-1")
    assert clinics.found("0142") == clinics.found("ann") == []
    shelf = clinics.index._shelves["harbor"]
    assert (len(shelf), shelf._keys, shelf._people) == (0, [], {})


def test_each_clinic_finds_its_own(clinics: Clinics) -> None:
    clinics.knows("p-1", "Ann Here (invented)")
    clinics.knows("p-2", "Ann There (invented)", site="hill")
    assert (clinics.found("ann"), clinics.found("ann", "hill"), clinics.found("ann", "nowhere")) == (["p-1"], ["p-2"], [])


def test_who_cannot_be_opened_any_more_is_not_found_by_what_was_known_before(clinics: Clinics) -> None:
    clinics.knows("p-1", "Ann Test (invented)")
    clinics.knows("p-2", "Ben Test (invented)")
    ann, ben = clinics.book.get("p-1"), clinics.book.get("p-2")
    assert ann is not None
    assert ben is not None
    clinics.says(ann.model_copy(update={"sealed": ben.sealed}).model_dump_json().encode(), "p-1")
    assert clinics.found("test") == ["p-2"]


def test_a_search_waits_until_all_is_taken_in_that_has_come(clinics: Clinics) -> None:
    for number in range(2000):
        clinics.knows(f"p-{number}", f"Test Number{number} (invented)")
    keeper = threading.Thread(target=clinics.index.refresh)
    keeper.start()
    wait_until(lambda: not clinics.book._touched)
    assert len(clinics.found("test")) == 2000
    keeper.join()


def test_until_the_topic_was_read_the_index_says_that_it_is_not_ready(clinics: Clinics) -> None:
    assert not clinics.index.ready
    clinics.book.table._caught_up.set()
    assert clinics.index.ready

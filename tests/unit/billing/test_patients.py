"""What is told of a visit's patient: from their sealed record, or that of whoever they turned out to be."""

from pathlib import Path

import pytest

from schemas.billing import BilledVisit
from schemas.deliveries import DeliveryProblem
from schemas.people import Person
from services.billing.patients import Patients
from services.runtime.people import PeopleBook
from services.runtime.settings import ServiceSettings
from services.runtime.vault import Vault
from tests.builders_billing import NOON, SITE, ann, complete


class Kept:
    """The people's topic as this process has read it."""

    def __init__(self, secrets: Path) -> None:
        settings = ServiceSettings(environment="local", secrets_dir=secrets)
        self.vault, self.book = Vault(settings), PeopleBook(settings)
        self.patients = Patients(self.book, self.vault)
        self._offset = 0

    def put(self, person: Person, site: str = SITE) -> None:
        self._apply(person.person, self.vault.seal(person, site, NOON, None).model_dump_json().encode())

    def erase(self, person: str) -> None:
        self._apply(person, None)

    def _apply(self, person: str, value: bytes | None) -> None:
        self._offset += 1
        self.book.table.offset = self._offset
        self.book._apply(person, value)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "secrets")


def payer(kept: Kept) -> object:
    found = kept.patients.billed(complete())
    return found.payer if isinstance(found, BilledVisit) else found


def test_a_record_that_is_not_there_is_of_another_clinic_or_is_erased_is_no_record(kept: Kept) -> None:
    assert payer(kept) is DeliveryProblem.NO_PERSON
    kept.put(ann(), "another")
    assert payer(kept) is DeliveryProblem.NO_PERSON
    kept.put(ann())
    assert payer(kept) == "Example Health (invented)"
    kept.erase("p-ann")
    assert payer(kept) is DeliveryProblem.NO_PERSON


def test_a_record_that_no_key_opens_is_said_so(kept: Kept, tmp_path: Path) -> None:
    Kept(tmp_path / "elsewhere")
    other = Kept(tmp_path / "elsewhere")
    value = other.vault.seal(ann(), SITE, NOON, None).model_dump_json().encode()
    kept._apply("p-ann", value)
    assert payer(kept) is DeliveryProblem.SEALED


def test_a_change_of_a_patient_names_the_visits_that_it_concerns(kept: Kept) -> None:
    kept.put(ann("v1", "v2"))
    assert set(kept.patients.changed()) == set(), "nobody has asked for a visit of theirs"
    for visit in ("v1", "v2"):
        kept.patients.billed(complete(visit))
    kept.put(ann(payer="Other Health (invented)"))
    assert set(kept.patients.changed()) == {"v1", "v2"}
    assert set(kept.patients.changed()) == set()
    kept.put(Person(person="p-ben", name="Ben Example (invented)"))
    assert set(kept.patients.changed()) == set()


def test_a_visit_that_came_before_its_patient_is_named_when_they_come(kept: Kept) -> None:
    assert payer(kept) is DeliveryProblem.NO_PERSON
    kept.put(ann())
    assert set(kept.patients.changed()) == {"v1"}


def test_a_patient_who_turned_out_to_be_another_is_told_as_that_one_and_follows_their_changes(kept: Kept) -> None:
    kept.put(ann(person="p-true", payer="True Health (invented)"))
    kept.put(ann(same_as="p-true"))
    found = kept.patients.billed(complete())
    assert isinstance(found, BilledVisit)
    assert (found.person, found.payer) == ("p-true", "True Health (invented)")
    set(kept.patients.changed())
    kept.put(ann(person="p-true", payer="Other Health (invented)"))
    assert set(kept.patients.changed()) == {"v1"}

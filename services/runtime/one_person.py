"""Who a person is, now that some turned out to be the same: the record that is opened is that of the one who stays."""

from schemas.people import Person, SealedPerson
from services.runtime.people import PeopleBook
from services.runtime.vault import Vault

_MOST = 16
"""So many turned out to be one, at most, one after the other."""


def open_person(book: PeopleBook, vault: Vault, sealed: SealedPerson) -> Person:
    """Open a record, or that of the person, of the same clinic, whom this one turned out to be. Raises Unopenable."""
    person = vault.open(sealed)
    for _ in range(_MOST):
        other = book.get(person.same_as) if person.same_as is not None else None
        if other is None or other.site != sealed.site:
            return person
        person = vault.open(other)
    return person

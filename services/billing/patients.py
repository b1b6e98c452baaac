"""Opens what people.v1 keeps of a visit's patient, and says which visits a change of a patient concerns."""

from collections import defaultdict
from collections.abc import Iterable

from schemas.billing import BilledVisit
from schemas.deliveries import DeliveryProblem
from schemas.people import Person
from schemas.summaries import VisitSummary
from services.billing.domain.content import billed
from services.runtime.one_person import open_person
from services.runtime.people import PeopleBook
from services.runtime.vault import Unopenable, Vault


class Patients:
    """The patients of the visits that were asked for."""

    def __init__(self, book: PeopleBook, vault: Vault) -> None:
        self._book, self._vault = book, vault
        self._visits: defaultdict[str, set[str]] = defaultdict(set)

    def billed(self, summary: VisitSummary) -> BilledVisit | DeliveryProblem:
        """Give what is told of a complete visit, or why that can't be made."""
        person = self._open(summary)
        return person if isinstance(person, DeliveryProblem) else billed(summary, person)

    def changed(self) -> Iterable[str]:
        """Give the visits of everybody whose record came or went since the last call."""
        return {visit for person in self._book.touched() for visit in self._visits.get(person, ())}

    def clear(self) -> None:
        """Forget whose visits they were."""
        self._visits.clear()

    def _open(self, summary: VisitSummary) -> Person | DeliveryProblem | None:
        if summary.person is None:
            return None
        self._visits[summary.person].add(summary.visit)
        sealed = self._book.get(summary.person)
        if sealed is None or sealed.site != summary.site:
            return DeliveryProblem.NO_PERSON
        try:
            person = open_person(self._book, self._vault, sealed)
        except Unopenable:
            return DeliveryProblem.SEALED
        self._visits[person.person].add(summary.visit)
        return person

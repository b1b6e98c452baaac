"""What there is to bill of a visit, and how one content is told from another."""

import hmac
from collections.abc import Mapping

from schemas.billing import BilledVisit
from schemas.deliveries import DeliveryProblem
from schemas.people import Person
from schemas.summaries import VisitSummary

_OF_THE_VISIT = (
    "site", "visit", "visit_type", "provider", "end", "scheduled_at", "checked_in_at", "roomed_at", "provider_seen_at",
    "left_room_at", "checked_out_at", "completed_at", "waiting_room_seconds", "exam_room_seconds", "provider_seconds",
    "service_seconds", "cycle_seconds", "checklist", "disposition",
)  # fmt: skip
_OF_THE_PERSON = ("person", "identifiers", "payer", "member_number")
"""Never a name, a birth date or a telephone number."""


def billed(summary: VisitSummary, person: Person | None) -> BilledVisit | DeliveryProblem:
    """Give what is told of a complete visit; `person` is None where nobody knows whose it was. Or why that can't be made."""
    said = {name: getattr(summary, name) for name in _OF_THE_VISIT}
    if person is not None:
        said |= {name: getattr(person, name) for name in _OF_THE_PERSON}
    if summary.codes is not None:
        codes = person.codes.get(summary.codes) if person is not None else None
        if codes is None:
            return DeliveryProblem.NO_CODES
        said["codes"] = codes
    return BilledVisit.model_validate(_sorted(said))


def hash_of(visit: BilledVisit, key: bytes) -> str:
    """Tell one content from another. With the key alone can anybody try out which codes it was made of."""
    return hmac.digest(key, visit.model_dump_json(exclude_none=True).encode(), "sha256").hex()


def _sorted(said: dict[str, object]) -> dict[str, object]:
    """Put the entries of each map in order: the same content in another order is the same."""
    return {name: dict(sorted(value.items())) if isinstance(value, Mapping) else value for name, value in said.items()}

"""Who waits to be called, in order: a patient's place is their position in the line, from 1."""

from collections.abc import Iterable

from schemas.live import LiveVisit, place_key
from schemas.summaries import Stage


def waits(visit: LiveVisit) -> bool:
    """Whether the patient sits in the waiting room, called or not."""
    return visit.stage is Stage.WAITING


def letter_of(visit: LiveVisit) -> str:
    """Return the queue that a visit belongs to."""
    return visit.queue or (visit.ticket or "")[:1]


def lines(visits: Iterable[LiveVisit]) -> dict[str, list[LiveVisit]]:
    """Return those with a ticket who wait and haven't been called, by queue; queues in which nobody waits are not there."""
    found: dict[str, list[LiveVisit]] = {}
    in_line = [visit for visit in visits if visit.ticket is not None and visit.called_ms is None and waits(visit)]
    for visit in sorted(in_line, key=place_key):
        found.setdefault(letter_of(visit), []).append(visit)
    return found

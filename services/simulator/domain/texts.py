"""Whether each text to a patient is explained by something that happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.simulator.domain.journal import KnownVisit

_CAUSES = {"called": "called", "next-up": "next-up", "checked-in": "checked-in", "please-disregard": "undone"}
"""By template, the fact of the visit that gives rise to it."""


@dataclass(frozen=True)
class Text:
    """A line of the outbox, without who it went to and what it says."""

    dedupe_key: str
    visit: str
    template: str


def unexplained(texts: Iterable[Text], visits: Mapping[str, KnownVisit]) -> int:
    """Count the texts for which nothing happened, and those that went out twice."""
    seen: set[str] = set()
    count = 0
    for text in texts:
        known = visits.get(text.visit)
        explained = known is not None and _CAUSES.get(text.template) in known.facts
        count += not explained or text.dedupe_key in seen
        seen.add(text.dedupe_key)
    return count

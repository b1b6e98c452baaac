"""When providers are away, whatever their hours: it follows from what was said of them and not taken back."""

from typing import NamedTuple

from services.flow.domain.facts import Fact
from services.flow.domain.modifiers import settled


class Absence(NamedTuple):
    """From when until when (ms), why, and the event that says so."""

    start: int
    end: int
    event: str
    reason: str | None


class Absences:
    """The absences of a site's providers."""

    def __init__(self) -> None:
        self.facts: dict[str, dict[str, Fact]] = {}
        """What was said of each provider, undos too, by event id."""

    def note(self, provider: str, fact: Fact) -> None:
        """Keep what was said of a provider."""
        self.facts.setdefault(provider, {})[fact.id] = fact

    def of(self, provider: str) -> list[Absence]:
        """The absences that stand, the earliest first."""
        facts = self.facts.get(provider)
        standing = settled(facts.values()) if facts else []
        return sorted(Absence(fact.data["from_at"], fact.data["until_at"], fact.id, fact.data.get("reason")) for fact in standing)

    def away(self, provider: str, start: int, end: int) -> bool:
        """Whether the provider is away at any time between these (ms)."""
        return any(absence.start < end and start < absence.end for absence in self.of(provider))

    def forget_before(self, moment: int) -> None:
        """Let go of the absences that were over, and of undos that were told, before the moment (ms)."""
        for provider, facts in self.facts.items():
            self.facts[provider] = {fact.id: fact for fact in facts.values() if _last(fact) >= moment}
        self.facts = {provider: facts for provider, facts in self.facts.items() if facts}


def _last(fact: Fact) -> int:
    until: int = fact.data.get("until_at", 0)
    return max(fact.recorded, until)

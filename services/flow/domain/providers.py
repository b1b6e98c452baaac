"""Providers: the last word on each, and whose booked patients are here, past their time and not seen."""

from typing import NamedTuple

from schemas.summaries import Stage
from services.flow.domain.facts import MINUTE_MS
from services.flow.domain.timeline import View

_NOT_SEEN = frozenset({Stage.WAITING, Stage.IN_ROOM})


class ProviderFact(NamedTuple):
    """The last word on a provider: the latest by (time in ms, event id)."""

    at: int
    event: str
    status: str
    delayed_minutes: int


class Bound(NamedTuple):
    """A patient who is here, booked with a provider and not seen yet; `due` (ms) is when the provider should see them."""

    provider: str
    due: int


def bound(view: View) -> Bound | None:
    """Whose patient this is, if a provider can be late for them. Who comes late themselves is due when they come."""
    if view.provider is None or view.scheduled is None or view.checked_in is None or view.stage not in _NOT_SEEN:
        return None
    return None if view.seen is not None else Bound(view.provider, max(view.scheduled, view.checked_in))


class Providers:
    """The providers of one site."""

    def __init__(self) -> None:
        self.facts: dict[str, ProviderFact] = {}
        self._due: dict[str, dict[str, int]] = {}

    def note(self, provider: str, fact: ProviderFact) -> None:
        """Keep the latest word on a provider."""
        self.facts[provider] = max(fact, self.facts.get(provider, fact))

    def bind(self, visit: str, before: View, now: View) -> set[str]:
        """Take in what became of a visit; returns the providers for whom that changes who waits."""
        was, is_ = bound(before), bound(now)
        if was == is_:
            return set()
        if was is not None:
            del self._due[was.provider][visit]
        if is_ is not None:
            self._due.setdefault(is_.provider, {})[visit] = is_.due
        return {each.provider for each in (was, is_) if each is not None}

    def late_from(self, provider: str, minutes: int) -> list[int]:
        """From when on (ms) the provider runs late by so much, once for each who waits and for their own word; any order."""
        from_ = [due + minutes * MINUTE_MS for due in self._due.get(provider, {}).values()]
        fact = self.facts.get(provider)
        if fact is not None and fact.status == "delayed" and fact.delayed_minutes >= minutes:
            from_.append(fact.at)
        return from_

    def known(self) -> set[str]:
        """Every provider that was spoken of or waited for."""
        return set(self.facts) | set(self._due)

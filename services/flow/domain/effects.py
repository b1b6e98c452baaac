"""What a record brings about, as values; the shell sends them. All of it is a function of the record and the state (I5)."""

from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.alerts import RetractionReason
from schemas.dead_letters import DeadLetterReason
from services.flow.domain.alerting import Standing
from services.flow.domain.decisions import Decision
from services.flow.domain.timeline import View


class Raised(NamedTuple):
    """An alert began to stand, by the record's own account at `time` (ms)."""

    site: str
    id: str
    alert: Standing
    time: int
    person: str | None
    ticket: str | None
    language: str | None
    offset: int


class Retracted(NamedTuple):
    """An alert no longer stands."""

    site: str
    id: str
    alert: Standing
    person: str | None
    ticket: str | None
    language: str | None
    reason: RetractionReason
    offset: int


class Answer(NamedTuple):
    """The outcome of one event."""

    site: str
    event: str
    decision: Decision
    kept: bool = True
    """False: a key used again for something else; the first outcome stays the one to read."""


class Summarized(NamedTuple):
    """A visit that ended is to be summarized so; or, where the view is no end, its summary withdrawn."""

    site: str
    visit: str
    ticket: str | None
    view: View
    offset: int


class Dead(NamedTuple):
    """A record that could not be used."""

    offset: int
    reason: DeadLetterReason


@dataclass(slots=True)
class Effects:
    """Collected over a batch, record by record. `changed` names fields of the live state by site."""

    alerts: list[Raised | Retracted] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    summaries: list[Summarized] = field(default_factory=list)
    dead: list[Dead] = field(default_factory=list)
    changed: dict[str, set[str]] = field(default_factory=dict)
    profiles: dict[str, int] = field(default_factory=dict)
    """Sites whose profile changed, with the record's offset."""
    applied: int = 0
    repeated: int = 0

    def change(self, site: str, name: str) -> None:
        """Note that a field of the site's live state must be shown anew."""
        fields = self.changed.get(site)
        if fields is None:
            fields = self.changed[site] = set()
        fields.add(name)

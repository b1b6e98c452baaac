"""A visit as the state keeps it: its facts and its ticket, and what follows from them."""

from dataclasses import dataclass, field

from schemas.alerts import AlertKind
from schemas.summaries import Stage
from services.flow.domain.effects import Standing
from services.flow.domain.facts import Fact
from services.flow.domain.queues import Place
from services.flow.domain.timeline import ENDS, NOTHING, Sweep, View, swept

_GONE = frozenset({Stage.DEPARTED, Stage.LEFT})
_NEVER_CAME = frozenset({Stage.EXPECTED, Stage.NO_SHOW, Stage.CANCELLED})


@dataclass(slots=True)
class Visit:
    """Facts by event id. Everything below `refused` follows from the facts and the site, and is not kept in snapshots."""

    id: str
    facts: dict[str, Fact] = field(default_factory=dict)
    ticket: str | None = None
    refused: list[str] = field(default_factory=list)
    """Events about this visit that changed nothing; their decisions are kept as long as the visit."""
    view: View = NOTHING
    place: Place | None = None
    deadlines: tuple[tuple[AlertKind, int], ...] = ()
    watched: int | None = None
    """The next moment (ms) at which time alone changes something about the visit."""
    alerts: dict[str, Standing] = field(default_factory=dict)
    _sweep: Sweep | None = None

    def view_with(self, new: Fact) -> View:
        """Say where the visit would stand with one more fact; `keep` or `refuse` it next."""
        if self._sweep is None or not self._sweep.grow(new):
            self._sweep = swept([*self.facts.values(), new])
        return self._sweep.view()

    def keep(self, new: Fact) -> None:
        """Make the fact last looked at one of the visit's."""
        self.facts[new.id] = new

    def refuse(self, event: str) -> None:
        """Keep that an event about the visit changed nothing."""
        self.refused.append(event)
        self._sweep = None

    @property
    def plain(self) -> bool:
        """Whether nothing about the visit was undone or corrected, as far as is known without a look at its facts."""
        return self._sweep is not None and self._sweep.plain

    @property
    def ended(self) -> bool:
        """Whether there is a summary of it."""
        return self.view.stage in ENDS

    def over_at(self) -> int | None:
        """Since when (ms) nothing more is expected of it; None while it goes on."""
        view = self.view
        if view.stage in _GONE:
            return view.ended
        if view.stage in _NEVER_CAME:
            return max(view.scheduled or 0, self._last_recorded())
        return self._last_recorded() if view.stage is None else None

    def _last_recorded(self) -> int:
        return max((fact.recorded for fact in self.facts.values()), default=0)

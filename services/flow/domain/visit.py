"""A visit as the state keeps it: its facts and its ticket, and what follows from them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from schemas.summaries import Stage
from services.flow.domain.alerting import Deadlines
from services.flow.domain.facts import Fact
from services.flow.domain.queues import Place
from services.flow.domain.timeline import ENDS, NOTHING, Sweep, View, swept

_GONE = frozenset({Stage.DEPARTED, Stage.LEFT, Stage.UNCLOSED})
_NEVER_CAME = frozenset({Stage.EXPECTED, Stage.NO_SHOW, Stage.CANCELLED})


@dataclass(slots=True)
class Visit:
    """Facts by event id. Everything below `summarized` follows from the facts and the site, and is not kept in snapshots."""

    id: str
    facts: dict[str, Fact] = field(default_factory=dict)
    own_ticket: str | None = None
    refused: list[str] = field(default_factory=list)
    """Events about this visit that changed nothing; their decisions are kept as long as the visit."""
    summarized: int | None = None
    """The offset that its last summary names as its source."""
    goes_on_as: str | None = None
    """The visit that it was merged into."""
    lent_ticket: str | None = None
    """The ticket of a visit that was merged into this one, which has none of its own."""
    told: View = NOTHING
    """Where the facts alone say it stands."""
    view: View = NOTHING
    """Where it stands, now that so much time has passed."""
    over_by: int | None = None
    """When (ms) it will be unclosed unless something happens."""
    place: Place | None = None
    deadlines: Deadlines = ()
    _sweep: Sweep | None = None

    @property
    def name(self) -> str:
        """What the site knows it by among all that it watches; its field in the live state, too."""
        return f"visit:{self.id}"

    @property
    def ticket(self) -> str | None:
        """What the patient is called by."""
        return self.own_ticket or self.lent_ticket

    def view_with(self, new: Fact) -> View:
        """Say where the facts would put the visit with one more; `keep` or `refuse` it next."""
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
        """Since when (ms) nothing more is expected of it; None while it goes on, or something is still to be done about it."""
        items = self.view.items
        if not items:
            return self._ended_at()
        ended = None if any(item.open for item in items) else self._ended_at()
        return None if ended is None else max(ended, self._last_recorded())

    def _ended_at(self) -> int | None:
        view = self.view
        if view.stage in _GONE:
            return view.ended if view.ended is not None else view.since
        if view.stage in _NEVER_CAME:
            return max(view.scheduled or 0, self._last_recorded())
        return self._last_recorded() if view.stage is None else None

    def merge(self, goes_on_as: str | None, lent_ticket: str | None) -> None:
        """Be looked at together with others from now on."""
        self.goes_on_as, self.lent_ticket, self._sweep = goes_on_as, lent_ticket, None

    def _last_recorded(self) -> int:
        return max((fact.recorded for fact in self.facts.values()), default=0)


def join(visits: Collection[Visit], ends: Mapping[str, str]) -> None:
    """Let each go on as `ends` says; who has no ticket is called by that of a visit which goes on as theirs."""
    for visit in visits:
        end = ends[visit.id]
        lent = [other.own_ticket for other in visits if ends[other.id] == visit.id and other.own_ticket is not None]
        visit.merge(None if end == visit.id else end, min(lent, default=None))

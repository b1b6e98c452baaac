"""What the simulator knows from final outcomes: where each of its patients stands, and so what the wall must show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.simulator.domain.answers import Action, Answer
from services.simulator.domain.wall_view import WallView

_OPEN = frozenset({Stage.WAITING, Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE})
_BEGINNINGS = frozenset({Action.BOOK, Action.CHECK_IN})


@dataclass
class KnownVisit:
    """A visit as the answers tell it."""

    visit: str
    stage: str
    queue: str
    priority: int
    ticket: str | None = None
    place: int = 0
    """Rises with each check-in; the desk does one after the other."""
    called: bool = False
    called_to: str | None = None
    room: str | None = None
    facts: set[str] = field(default_factory=set)
    """Why the patient may have had a text: `checked-in`, `called`, `next-up`, `undone`."""


class Journal:
    """Every visit the simulator has begun or taken over."""

    def __init__(self, next_up: int, room_names: Mapping[str, str]) -> None:
        self._next_up, self._room_names = next_up, room_names
        self._places = 0
        self.visits: dict[str, KnownVisit] = {}
        self.accepted = 0
        self.refused = 0

    def adopt(self, found: Iterable[LiveVisit], in_flight: int = 0) -> None:
        """Take over visits as the API shows them: at the start, or where somebody else has had a hand in one."""
        for live in sorted(found, key=lambda visit: (visit.checked_in_ms or 0, visit.visit)):
            before = self.visits.get(live.visit)
            self.visits[live.visit] = known = KnownVisit(
                visit=live.visit, stage=live.stage, queue=live.queue or "A", priority=live.priority, ticket=live.ticket,
                place=before.place if before else self._next_place(), called=live.called_ms is not None,
                called_to=live.called_to, room=live.room, facts=before.facts if before else set(),
            )  # fmt: skip
            if known.called:
                known.facts.add("called")
            if live.checked_in_ms is not None:
                known.facts.add("checked-in")
        self._note_heads(in_flight)

    def note(self, action: Action, answer: Answer, *, room: str | None = None, undoes: Action | None = None, queue: str = "A",
             priority: int = 5, in_flight: int = 0) -> None:  # fmt: skip
        """Write down the final answer to a command. `in_flight`: how many others have no answer yet."""
        if not answer.applied:
            self.refused += 1
            return
        self.accepted += 1
        if answer.visit is None or answer.stage is None:
            return
        if action in _BEGINNINGS and answer.visit not in self.visits:
            self.visits[answer.visit] = KnownVisit(answer.visit, answer.stage, queue, priority)
        known = self.visits[answer.visit]
        known.stage, known.room = answer.stage, answer.room
        known.ticket = answer.ticket or known.ticket
        if action is Action.CHECK_IN:
            known.place, known.queue, known.priority = self._next_place(), queue, priority
            known.facts.add("checked-in")
        elif action in {Action.CALL, Action.RECALL}:
            known.called, known.called_to = True, room
            known.facts.add("called")
        elif undoes is Action.CALL:
            known.called, known.called_to = False, None
            known.facts.add("undone")
        if known.stage != Stage.WAITING:
            known.called, known.called_to = False, None
        self._note_heads(in_flight)

    def wall(self) -> WallView:
        """What the wall must show now."""
        calling: dict[str, str | None] = {}
        waiting: dict[str, list[str]] = defaultdict(list)
        for visit in self._in_waiting_room():
            if visit.called:
                calling[visit.ticket or ""] = self._room_names.get(visit.called_to or "")
            else:
                waiting[visit.queue].append(visit.ticket or "")
        return WallView(calling, {queue: tuple(tickets) for queue, tickets in waiting.items()})

    def stages(self) -> dict[str, int]:
        """How many visits stand in each stage."""
        counted: dict[str, int] = defaultdict(int)
        for visit in self.visits.values():
            counted[visit.stage] += 1
        return dict(counted)

    @property
    def open(self) -> int:
        """How many patients are in the clinic."""
        return sum(visit.stage in _OPEN for visit in self.visits.values())

    def _next_place(self) -> int:
        self._places += 1
        return self._places

    def _in_waiting_room(self) -> list[KnownVisit]:
        waiting = [visit for visit in self.visits.values() if visit.stage == Stage.WAITING]
        return sorted(waiting, key=lambda visit: (visit.priority, visit.place))

    def _note_heads(self, in_flight: int) -> None:
        """Answers may come in another order than the log has, so whoever is a few places off may have been next, too."""
        ahead: dict[str, int] = defaultdict(int)
        for visit in self._in_waiting_room():
            if not visit.called:
                ahead[visit.queue] += 1
                if ahead[visit.queue] <= self._next_up + in_flight:
                    visit.facts.add("next-up")

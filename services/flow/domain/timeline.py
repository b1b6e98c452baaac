"""From the facts known about a visit to where it stands: the merge of I1.

A visit is a function of the set of its facts, so the order in which they came can't matter. Facts that were undone are
left out, corrected ones moved; then one sweep in the order of their times gives the stage, the times and the durations.
"""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.summaries import Fault, Stage
from schemas.visits import ChecklistState
from services.flow.domain.facts import MINUTE_MS, Fact
from services.flow.domain.modifiers import MODIFIERS, settled
from services.flow.domain.open_items import Items, with_word

ORDINARY_PRIORITY = 5
ENDS = frozenset({Stage.DEPARTED, Stage.LEFT, Stage.NO_SHOW, Stage.CANCELLED, Stage.UNCLOSED})
IN_CLINIC = frozenset({Stage.WAITING, Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE})
_PUT_OFF = frozenset({Stage.NO_SHOW, Stage.CANCELLED})
_CALLABLE = frozenset({Stage.WAITING, Stage.AT_SERVICE})
_CALLED = frozenset({Stage.WAITING, Stage.AT_SERVICE, None, Stage.EXPECTED})
_OUT_OF_ORDER = frozenset({Fault.ROOMED_BEFORE_CHECK_IN, Fault.SEEN_BEFORE_CHECK_IN, Fault.SEEN_BEFORE_ROOMED})
_AFTER_END = frozenset({"checked-out", "left-room"})

_RANK = {
    kind: rank
    for rank, kind in enumerate(
        ("booked", "rescheduled", "cancelled", "no-show", "checked-in", "called", "recalled", "roomed", "moved",
         "provider-seen", "left-room", "left", "checked-out")
    )
}  # fmt: skip
"""Of steps at the same instant, the earlier in a visit's course goes first."""


class Slot(NamedTuple):
    """What was booked: from when (ms), how long and with which buffers, with whom, where, and against what."""

    start: int
    minutes: int | None = None
    buffer_before: int = 0
    buffer_after: int = 0
    provider: str | None = None
    room: str | None = None
    override: str | None = None
    """Why it may stand against another booking, or the hours."""

    def span(self, usual_minutes: int) -> tuple[int, int]:
        """From when until when (ms) the patient is with the provider; without a length of its own it is as long as usual."""
        return self.start, self.start + (usual_minutes if self.minutes is None else self.minutes) * MINUTE_MS


class Completed(NamedTuple):
    """That the record of the visit is complete: since when (ms), by which event, and where its codes are kept."""

    at: int
    event: str
    codes: str | None


class View(NamedTuple):
    """Where a visit stands. Instants in ms; a duration that isn't known is None, never negative."""

    stage: Stage | None
    """None: nothing that shows, such as an undo alone."""
    since: int | None = None
    person: str | None = None
    language: str | None = None
    provider: str | None = None
    visit_type: str | None = None
    queue: str = "A"
    priority: int = ORDINARY_PRIORITY
    scheduled: int | None = None
    arrival: str | None = None
    """The event by which the patient first arrived."""
    checked_in: int | None = None
    call: str | None = None
    """The last call that stands: not undone, and nobody roomed since."""
    called: int | None = None
    called_to: str | None = None
    room: str | None = None
    service: str | None = None
    roomed: int | None = None
    seen: int | None = None
    left_room: int | None = None
    ended: int | None = None
    waiting_seconds: int | None = None
    exam_seconds: int | None = None
    provider_seconds: int | None = None
    cycle_seconds: int | None = None
    faults: tuple[Fault, ...] = ()
    last: int = 0
    """When the last of its steps happened."""
    vacated: tuple[tuple[str, int], ...] = ()
    """The rooms that the patient was in and left, and when last."""
    arrived_by: str | None = None
    """The way of the arrival that stands, where it was said: at the desk, or on the patient's own page."""
    checklist: tuple[tuple[str, ChecklistState], ...] = ()
    """Where the items that anybody spoke of stand, by item."""
    slot: Slot | None = None
    plan: tuple[str, str] | None = None
    """The absence for which it was moved or called off, and the event that did so, where that was the last word on it."""
    delay: int | None = None
    """So many minutes late the patient said they would be."""
    confirmed: bool = False
    items: Items = ()
    """What is to be done afterwards, or was."""
    disposition: str | None = None
    completed: Completed | None = None
    service_seconds: int | None = None


NOTHING = View(None)


def view(facts: Iterable[Fact]) -> View:
    """Where a visit with these facts stands, whatever their order."""
    return swept(facts).view()


def swept(facts: Iterable[Fact]) -> "Sweep":
    """Return the sweep over all of these facts, whatever their order; later ones may be taken after them."""
    facts = list(facts)
    sweep = Sweep()
    sweep.plain = MODIFIERS.isdisjoint([fact.kind for fact in facts])
    steps = sorted(facts if sweep.plain else settled(facts), key=_order)
    for step in steps:
        sweep.take(step)
    if steps:
        sweep.last = _order(steps[-1])
    return sweep


def _order(fact: Fact) -> tuple[int, int, str]:
    return fact.at, _RANK.get(fact.kind, 0), fact.id


class Sweep:
    """Takes a visit's standing facts in the order of their times.

    `plain`: nothing was undone or corrected, so that a fact later than `last` may simply be taken too; a visit mostly grows so.
    """

    # Most stay as they are: what is set is all that a sweep takes up.
    plain: bool = True
    last: tuple[int, int, str] = (0, 0, "")
    stage: Stage | None = None
    since: int | None = None
    person: str | None = None
    language: str | None = None
    provider: str | None = None
    visit_type: str | None = None
    queue: str = "A"
    priority: int = ORDINARY_PRIORITY
    room: str | None = None
    service: str | None = None
    arrival: str | None = None
    call: str | None = None
    called: int | None = None
    called_to: str | None = None
    scheduled: int | None = None
    checked_in: int | None = None
    roomed: int | None = None
    seen: int | None = None
    left_room: int | None = None
    left: int | None = None
    checked_out: int | None = None
    waiting: int = 0
    exam: int = 0
    provider_time: int = 0
    faults: frozenset[Fault] = frozenset()
    vacated: tuple[tuple[str, int], ...] = ()
    arrived_by: str | None = None
    checklist: tuple[tuple[str, ChecklistState], ...] = ()
    slot: Slot | None = None
    plan: tuple[str, str] | None = None
    delay: int | None = None
    confirmed: bool = False
    items: Items = ()
    disposition: str | None = None
    completed: Completed | None = None
    at_service: int | None = None
    """Since when (ms) the patient is at a service point."""
    service_time: int | None = None

    def grow(self, fact: Fact) -> bool:
        """Take a fact that comes after all others; False, and nothing done, where the facts must be swept anew."""
        order = _order(fact)
        if not self.plain or order <= self.last or fact.kind in MODIFIERS:
            return False
        self.take(fact)
        self.last = order
        return True

    def take(self, fact: Fact) -> None:
        """Take the next fact in order."""
        self._note(fact.data)
        step = _STEPS.get(fact.kind)
        if step is None:
            aside = _ASIDE.get(fact.kind)
            if aside is not None:
                aside(self, fact)
            return
        if self.checked_out is not None and fact.kind not in _AFTER_END:
            self.faults |= {Fault.STEP_AFTER_END}
        step(self, fact)

    def _note(self, data: dict[str, object]) -> None:
        for name in ("person", "language", "provider", "visit_type", "queue", "priority"):
            if name in data:
                setattr(self, name, data[name])

    def check_off(self, fact: Fact) -> None:
        """Let an item of the checklist stand so: the last word on it, by time and event."""
        self.checklist = tuple(sorted((dict(self.checklist) | {fact.data["item"]: fact.data["state"]}).items()))

    def assign(self, fact: Fact) -> None:
        """Bind the visit to a provider; to nobody: back to the pool. What is still to come is booked with them, too."""
        self.provider = fact.data.get("provider")
        if self.slot is not None and self.arrival is None:
            self.slot = self.slot._replace(provider=self.provider)

    def confirm(self, _fact: Fact) -> None:
        self.confirmed = True

    def run_late(self, fact: Fact) -> None:
        self.delay = fact.data["minutes"]

    def note_item(self, fact: Fact) -> None:
        self.items = with_word(self.items, fact)
        self.disposition = fact.data.get("disposition", self.disposition)

    def complete(self, fact: Fact) -> None:
        self.completed = Completed(fact.at, fact.id, fact.data.get("reference"))

    def _enter(self, stage: Stage, at: int) -> None:
        if self.checked_out is not None:
            return
        if self.at_service is not None:
            self.service_time = (self.service_time or 0) + at - self.at_service
            self.at_service = None
        if self.since is not None:
            spent = at - self.since
            if self.stage is Stage.WAITING:
                self.waiting += spent
            elif self.stage is Stage.IN_ROOM:
                self.exam += spent
            elif self.stage is Stage.WITH_PROVIDER:
                self.provider_time += spent
        self.stage, self.since = stage, at
        self.left = None

    def booked(self, fact: Fact) -> None:
        self.scheduled = fact.data["scheduled_at"]
        known = self.slot or Slot(self.scheduled, provider=self.provider)
        given = {name: fact.data[name] for name in _OF_SLOT if name in fact.data}
        self.slot = known._replace(start=self.scheduled, override=fact.data.get("override"), **given)
        self._plan(fact)
        self.delay, self.confirmed = None, False
        if self.stage is None or (fact.kind == "rescheduled" and self.stage in _PUT_OFF):
            self.stage, self.since = Stage.EXPECTED, None

    def put_off(self, fact: Fact) -> None:
        if self.arrival is None and self.stage not in IN_CLINIC:
            self._enter(Stage.NO_SHOW if fact.kind == "no-show" else Stage.CANCELLED, fact.at)
            self._answered()
            self._plan(fact)

    def _plan(self, fact: Fact) -> None:
        plan = fact.data.get("plan")
        self.plan = (plan, fact.id) if plan is not None else None

    def check_in(self, fact: Fact) -> None:
        if self.checked_in is None:
            self.checked_in, self.arrival, self.arrived_by = fact.at, fact.id, fact.data.get("channel")
            if self.roomed is not None:
                self.faults |= {Fault.ROOMED_BEFORE_CHECK_IN}
            if self.seen is not None:
                self.faults |= {Fault.SEEN_BEFORE_CHECK_IN}
        if self.stage not in IN_CLINIC:
            self._enter(Stage.WAITING, fact.at)

    def calling(self, fact: Fact) -> None:
        if self.stage in _CALLED:
            self.call, self.called = fact.id, fact.at
            self.called_to = fact.data.get("room", self.called_to if fact.kind == "recalled" else None)

    def rooming(self, fact: Fact) -> None:
        if self.arrival is None:
            self.arrival = fact.id
        late = self.roomed is None and self.stage is Stage.WITH_PROVIDER
        if self.roomed is None:
            self.roomed = fact.at
        self._answered()
        if self.checked_out is None:
            self._go_to(fact.data.get("room"), fact.at)
            self.service = None
        if late:
            self.faults |= {Fault.SEEN_BEFORE_ROOMED}
        else:
            self._enter(Stage.IN_ROOM, fact.at)

    def move(self, fact: Fact) -> None:
        if "service" not in fact.data:
            self.rooming(fact)
            return
        self._answered()
        if self.checked_out is None:
            self.service = fact.data["service"]
        self._enter(Stage.AT_SERVICE, fact.at)
        if self.checked_out is None:
            self.at_service = fact.at

    def seeing(self, fact: Fact) -> None:
        if self.arrival is None:
            self.arrival = fact.id
        if self.seen is None:
            self.seen = fact.at
        self._answered()
        if self.stage is not Stage.WITH_PROVIDER:
            self._enter(Stage.WITH_PROVIDER, fact.at)

    def leave_room(self, fact: Fact) -> None:
        self.left_room = fact.at
        self._go_to(None, fact.at)
        if self.stage is Stage.WITH_PROVIDER:
            self._enter(Stage.AT_SERVICE, fact.at)
        elif self.stage is Stage.IN_ROOM:
            self._enter(Stage.WAITING, fact.at)

    def leave(self, fact: Fact) -> None:
        self._end(Stage.LEFT, fact.at)
        if self.checked_out is None:
            self.left = fact.at

    def check_out(self, fact: Fact) -> None:
        if self.checked_out is None:
            self._end(Stage.DEPARTED, fact.at)
            self.checked_out = fact.at

    def _end(self, stage: Stage, at: int) -> None:
        self._enter(stage, at)
        self._answered()
        self._go_to(None, at)
        self.service = None

    def _go_to(self, room: str | None, at: int) -> None:
        """Be in this room from now on; None: in none that is known."""
        if self.room is not None and self.room != room:
            self.vacated = (*(left for left in self.vacated if left[0] != self.room), (self.room, at))
        self.room = room

    def _answered(self) -> None:
        self.call = self.called = self.called_to = None

    def view(self) -> View:
        waiting, exam, provider, cycle = self._durations()
        call, called, called_to = (self.call, self.called, self.called_to) if self.stage in _CALLABLE else (None, None, None)
        return View(
            self.stage, self.since, self.person, self.language, self.provider, self.visit_type, self.queue, self.priority,
            self.scheduled, self.arrival, self.checked_in, call, called, called_to, self.room, self.service,
            self.roomed, self.seen, self.left_room, self.checked_out if self.checked_out is not None else self.left,
            waiting, exam, provider, cycle, tuple(sorted(self.faults)) if self.faults else (),
            self.last[0], self.vacated, self.arrived_by, self.checklist, self.slot, self.plan, self.delay, self.confirmed,
            self.items, self.disposition, self.completed,
            self.service_time // 1000 if self.service_time is not None and Fault.STEP_AFTER_END not in self.faults else None,
        )  # fmt: skip

    def _durations(self) -> tuple[int | None, int | None, int | None, int | None]:
        faults = self.faults
        if Fault.STEP_AFTER_END in faults:
            return None, None, None, None
        arrived, roomed, seen, out = self.checked_in, self.roomed, self.seen, self.checked_out
        early = faults and not faults.isdisjoint(_OUT_OF_ORDER)
        waiting = None if arrived is None or roomed is None or early or self.stage is Stage.WAITING else self.waiting // 1000
        exam = (
            None
            if roomed is None or seen is None or Fault.SEEN_BEFORE_ROOMED in faults or self.stage is Stage.IN_ROOM
            else self.exam // 1000
        )
        provider = None if seen is None or self.stage is Stage.WITH_PROVIDER else self.provider_time // 1000
        cycle = None if arrived is None or out is None else (out - arrived) // 1000
        return waiting, exam, provider, cycle


_OF_SLOT = ("minutes", "buffer_before", "buffer_after", "provider", "room")
"""What a booking may say of its slot; what it doesn't, stays as it was."""

_STEPS = {
    "booked": Sweep.booked, "rescheduled": Sweep.booked, "cancelled": Sweep.put_off, "no-show": Sweep.put_off,
    "checked-in": Sweep.check_in, "called": Sweep.calling, "recalled": Sweep.calling, "roomed": Sweep.rooming,
    "moved": Sweep.move, "provider-seen": Sweep.seeing, "left-room": Sweep.leave_room, "left": Sweep.leave,
    "checked-out": Sweep.check_out,
}  # fmt: skip

_ASIDE = {
    "provider-assigned": Sweep.assign, "checklist-item-changed": Sweep.check_off, "confirmed": Sweep.confirm,
    "delay-reported": Sweep.run_late, "disposition-recorded": Sweep.note_item, "follow-up-closed": Sweep.note_item,
    "referred": Sweep.note_item, "concern-recorded": Sweep.note_item, "completed": Sweep.complete,
}  # fmt: skip
"""What is no step, and moves the visit to no other stage."""

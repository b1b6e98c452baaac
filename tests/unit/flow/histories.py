"""Histories of a clinic, made up by Hypothesis: what feeds may report of several visits, in any order, wrong times included."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from schemas.rooms import AlertAcknowledged
from schemas.visits import ChecklistState
from tests.builders import Clinic, Record, milliseconds

EXAMPLES = int(os.environ.get("CLINICFLOW_TEST_EXAMPLES", max(300, settings().max_examples)))
"""How many histories each property is tried on: what the profile says, 300 at least. More than those are drawn at random."""


def _tried(examples: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, derandomize=EXAMPLES <= 300, database=None, deadline=None, suppress_health_check=slow)


thoroughly, often = _tried(EXAMPLES), _tried(EXAMPLES // 4)

OPENS = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
"""08:00 in New York."""
AFTER = OPENS + timedelta(hours=4)
"""Later than anything a history tells."""

VISITS = ("ann", "bob", "cy")
ROOMS = (None, "r1", "r2", "r9")
"""Unknown, two of the clinic's rooms, and one that its profile doesn't have."""
PLAIN = ("cancelled", "no-show", "left-room", "left", "checked-out", "still-here", "completed")

_minutes = st.integers(0, 180).map(lambda minute: minute // 5 * 5)
"""In steps of five, so that many times are equal."""
_moments = _minutes.map(lambda minute: OPENS + timedelta(minutes=minute))
_visits = st.sampled_from(VISITS)
_rooms = st.sampled_from(ROOMS)
_priorities = st.sampled_from((None, 1, 5, 9))
_providers = st.sampled_from((None, "dr-lee", "dr-roy"))
_lengths = st.sampled_from((None, 5, 30, 60))
_overrides = st.sampled_from((None, None, "urgent"))


def _data(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(parts)


def _step(kind: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(kind), _data(**parts))


_STEPS = st.one_of(
    _step("booked", scheduled_at=_moments, provider=_providers),
    _step(
        "booked",
        scheduled_at=_moments,
        provider=_providers,
        room=_rooms,
        minutes=_lengths,
        buffer_after=_lengths,
        override=_overrides,
    ),
    _step("rescheduled", scheduled_at=_moments),
    _step("rescheduled", scheduled_at=_moments, provider=_providers, minutes=_lengths, plan=st.sampled_from((None, "sick"))),
    _step("checked-in", queue=st.sampled_from((None, "A", "B")), priority=_priorities, provider=_providers),
    _step("checked-in", channel=st.sampled_from((None, "desk", "page")), language=st.sampled_from((None, "es"))),
    _step("called", room=_rooms),
    _step("recalled", room=_rooms),
    _step("roomed", room=_rooms),
    _step("roomed", room=_rooms),
    _step("moved", room=st.sampled_from(ROOMS[1:])),
    _step("moved", service=st.just("lab")),
    _step("provider-seen", provider=_providers),
    _step("priority-changed", priority=st.sampled_from((1, 5, 9))),
    _step("provider-assigned", provider=_providers),
    _step("checklist-item-changed", item=st.sampled_from(("consent", "form")), state=st.sampled_from(ChecklistState)),
    _step("merged", into=_visits),
    _step("confirmed", channel=st.just("desk")),
    _step("delay-reported", minutes=_lengths.filter(bool), channel=st.just("phone")),
    _step("disposition-recorded", disposition=st.sampled_from(("home", "return")), follow_up_due_at=st.one_of(st.none(), _moments)),
    _step("follow-up-closed", outcome=st.sampled_from(("done", "declined"))),
    _step(
        "referred",
        referral=st.sampled_from(("ref-1", "ref-2")),
        state=st.sampled_from(("sent", "done")),
        due_at=st.one_of(st.none(), _moments),
    ),
    _step(
        "concern-recorded",
        concern=st.just("con-1"),
        state=st.sampled_from(("open", "closed")),
        owner=st.sampled_from((None, "ann-user")),
    ),
    *(_step(kind) for kind in PLAIN),
)

Told = Callable[[Clinic, list[Record]], Record]
"""Tells one more thing to a clinic's log, given what was told before."""


_MERGES = st.one_of(_step("checked-in"), _step("roomed", room=_rooms), _step("merged", into=_visits), _step("merged", into=_visits))
"""Little else, so that merges meet: of one visit into two, in a row, in a circle, undone."""


@st.composite
def _a_step(draw: st.DrawFn, steps: st.SearchStrategy[tuple[str, dict[str, Any]]] = _STEPS) -> Told:
    visit, moment, late, (kind, data) = draw(_visits), draw(_moments), draw(_minutes), draw(steps)
    recorded = moment + timedelta(minutes=late // 4)
    return lambda clinic, _: clinic.happens(f"visit.{kind}", visit, moment, recorded=recorded, **data)


_UNDOABLE = ("clinicflow.visit.", "clinicflow.room.", "clinicflow.provider.absen")


@st.composite
def _a_change(draw: st.DrawFn) -> Told:
    which, recorded, moment, undo = draw(st.integers(0, 30)), draw(_moments), draw(_moments), draw(st.booleans())
    astray = draw(st.integers(0, 9)) == 0

    def tell(clinic: Clinic, told: list[Record]) -> Record:
        about = [record for record in told if record.event.type.startswith(_UNDOABLE)]
        if not about or astray:
            return clinic.happens("visit.step-undone", "ann", moment, recorded=recorded, undoes="never-told")
        named = about[which % len(about)]
        if named.event.type.startswith("clinicflow.room."):
            return clinic.undo_room(named, recorded)
        if named.event.type.startswith("clinicflow.provider."):
            return clinic.undo_absence(named, recorded)
        return clinic.undo(named, recorded) if undo else clinic.correct(named, recorded, to=moment)

    return tell


_PROVIDER_WORDS = {"ready": "in", "cleaning": "delayed", "out-of-service": "away"}


@st.composite
def _a_status(draw: st.DrawFn) -> Told:
    room, status = draw(st.sampled_from(ROOMS[1:])), draw(st.sampled_from(("ready", "cleaning", "out-of-service")))
    moment, provider, which = draw(_moments), draw(st.sampled_from((None, "dr-lee"))), draw(st.integers(0, 3))
    if provider is not None and which == 0:
        return lambda clinic, _: clinic.is_away(provider, moment, until=moment + timedelta(hours=1))
    if room == "r9":
        return lambda clinic, _: clinic.counts("gauze", which, moment, room=None if which % 2 else "r1")
    if provider is not None:
        return lambda clinic, _: clinic.sets_provider(provider, _PROVIDER_WORDS[status], moment)
    return lambda clinic, _: clinic.sets_room(room, status, moment)


@st.composite
def _an_acknowledgement(draw: st.DrawFn) -> Told:
    """Of a clash or a wait that may come about, or of a call or a check-in told already, or of what never stands; some are taken on twice."""
    visit, which, taken, late = draw(_visits), draw(st.integers(0, 30)), draw(_moments), draw(_minutes)
    due = milliseconds(draw(_moments) + timedelta(minutes=15))
    alert = draw(st.sampled_from((f"room-clash/{visit}/r1", f"wait-warning/{visit}/{due}", "called", "next-up")))

    def tell(clinic: Clinic, told: list[Record]) -> Record:
        named = told[which % len(told)] if told else None
        if named is not None and isinstance(named.event, AlertAcknowledged):
            return clinic.acknowledge(named.event.data.alert, taken)
        name = alert if "/" in alert else f"{alert}/{named.event.subject if named else visit}/{named.id if named else 'never-told'}"
        return clinic.acknowledge(name, taken, recorded=taken + timedelta(minutes=late // 4))

    return tell


_OPEN_TO_THE_END = [{"weekday": 0, "opens": "08:00", "closes": "12:00"}]
_CLOSED_BEFORE_THE_END = [{"weekday": 0, "opens": "08:00", "closes": "10:00"}]
profiles = st.sampled_from((
    {"limits": {"no_show": 20}, "supplies": [{"id": "gauze", "name": "Gauze", "low": 1}]},
    {"hours": _OPEN_TO_THE_END, "rooms_are_cleaned": True, "limits": {"silent": 30, "provider_late": 5, "turnover": 20}},
    {"hours": _CLOSED_BEFORE_THE_END, "rooms_are_cleaned": True, "closing_grace_minutes": 45, "limits": {"still_here": 40}},
    {"unclosed_after_hours": 2, "limits": {"unanswered_call": 5, "silent": 0, "no_show": 0}},
))  # fmt: skip
"""Clinics that differ in what time makes of a visit."""

reports = st.one_of(
    st.lists(
        st.one_of(_a_step(), _a_step(), _a_step(), _a_change(), _a_status(), _an_acknowledgement(), _an_acknowledgement()),
        min_size=1,
        max_size=14,
    ),
    st.lists(st.one_of(_a_step(_MERGES), _a_step(_MERGES), _a_step(_MERGES), _a_change()), min_size=1, max_size=10),
)
"""What feeds tell of a day, in no order."""


def told(clinic: Clinic, tellings: list[Told]) -> list[Record]:
    """Let the clinic's log hold these tellings; returns their records."""
    records: list[Record] = []
    for tell in tellings:
        records.append(tell(clinic, records))
    return records

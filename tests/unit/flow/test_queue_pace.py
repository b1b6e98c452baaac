"""How fast a queue moves: the mean time from one patient taken in to the next, over the last ten times that somebody waited."""

from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.flow.domain import show
from services.flow.domain.effects import Effects
from services.flow.domain.pace import Pace
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from services.flow.domain.snapshot import restore, whole
from tests.builders import Clinic, Record, milliseconds
from tests.unit.flow.folding import Flow
from tests.unit.flow.histories import AFTER, OPENS, often

THREE_HOURS_MS = 3 * 3_600_000


def a_clinic(*roomed: str, arrived: str = "08:00", queue: str | None = None, **profile: Any) -> Clinic:
    """All of them were here when the first was taken in; they went in at these times."""
    clinic = Clinic(**profile).feed()
    let_in(clinic, *roomed, arrived=arrived, queue=queue)
    return clinic


def let_in(clinic: Clinic, *roomed: str, arrived: str = "08:00", queue: str | None = None) -> None:
    for at in roomed:
        clinic.check_in(f"{queue or 'A'}-{at}", arrived, queue=queue)
        clinic.room(f"{queue or 'A'}-{at}", at)


def pace(clinic: Clinic, letter: str = "A") -> Pace | None:
    return Flow(clinic).site.paces.of(letter)


def test_the_pace_is_the_mean_of_the_times_from_one_patient_taken_in_to_the_next() -> None:
    clinic = a_clinic("09:00", "09:06", "09:10", "09:14", "09:20")
    assert pace(clinic) == Pace(300, clinic.ms("09:20"))
    assert show.field(Flow(clinic).site, "queue:A") == {"queue": "A", "pace_seconds": 300, "taken_ms": clinic.ms("09:20")}


def test_with_fewer_than_four_intervals_too_little_is_known() -> None:
    clinic = a_clinic("09:00", "09:06", "09:10", "09:14")
    assert pace(clinic) is None
    assert show.field(Flow(clinic).site, "queue:A") is None


def test_a_time_in_which_nobody_waited_says_nothing() -> None:
    clinic = a_clinic("09:00", "09:05", "09:10", "09:15", "09:20")
    let_in(clinic, "10:00", arrived="09:40")
    assert pace(clinic) == Pace(300, clinic.ms("10:00"))
    let_in(clinic, "10:11", arrived="10:00")
    assert pace(clinic) == Pace((4 * 300 + 660) // 5, clinic.ms("10:11"))


def test_only_the_last_ten_count() -> None:
    clinic = a_clinic("09:00", "09:50", *(f"10:{minute:02d}" for minute in range(0, 50, 5)))
    assert pace(clinic) == Pace(round((600 + 9 * 300) / 10), clinic.ms("10:45"))
    let_in(clinic, "10:50")
    assert pace(clinic) == Pace(300, clinic.ms("10:50"))


def test_what_ended_more_than_three_hours_before_the_last_one_is_old() -> None:
    clinic = a_clinic("09:00", "09:10", "09:20", "09:30", "09:40")
    let_in(clinic, "12:10", arrived="12:09")
    assert pace(clinic) == Pace(600, clinic.ms("12:10"))
    let_in(clinic, "12:10:01", arrived="12:10:01")
    assert pace(clinic) is None


def test_two_who_were_taken_in_at_once_count_and_no_pace_is_under_a_second() -> None:
    clinic = Clinic().feed()
    for visit in ("ann", "bob", "cy", "dee", "eve"):
        clinic.check_in(visit, "09:00")
        clinic.room(visit, "09:10")
    assert pace(clinic) == Pace(1, clinic.ms("09:10"))


def test_each_queue_has_its_own_pace() -> None:
    clinic = a_clinic("09:00", "09:05", "09:10", "09:15", "09:20")
    let_in(clinic, "09:01", "09:11", "09:21", "09:31", "09:41", queue="B")
    assert (pace(clinic), pace(clinic, "B")) == (Pace(300, clinic.ms("09:20")), Pace(600, clinic.ms("09:41")))
    assert Flow(clinic).site.paces.known() == ["A", "B"]


def test_who_was_never_checked_in_or_never_taken_in_has_no_part_in_it() -> None:
    clinic = a_clinic("09:00", "09:05", "09:10", "09:15", "09:20")
    clinic.room("walked-past-the-desk", "09:12")
    clinic.check_in("waits", "08:30")
    assert pace(clinic) == Pace(300, clinic.ms("09:20"))


def test_a_correction_and_an_undo_count_as_if_it_had_been_told_so_at_once() -> None:
    clinic = a_clinic("09:00", "09:05", "09:10", "09:15", "09:20", "09:50")
    last = clinic.records[-1]
    flow = Flow(clinic)
    clinic.correct(last, "09:51", to="09:30")
    assert flow.read().site.paces.of("A") == Pace(360, clinic.ms("09:30"))
    clinic.undo(last, "09:52")
    assert flow.read().site.paces.of("A") == Pace(300, clinic.ms("09:20"))


def test_the_screens_are_told_only_when_it_changed() -> None:
    clinic = a_clinic("09:00", "09:05", "09:10", "09:15", "09:20")
    flow = Flow(clinic)
    assert "queue:A" in flow.fresh().changed["demo"]
    clinic.see("A-09:20", "09:25")
    clinic.check_in("waits", "09:26")
    clinic.check_in("long-before", "06:50")
    clinic.room("long-before", "07:00")
    assert "queue:A" not in flow.read().fresh().changed["demo"]
    clinic.room("waits", "09:30")
    assert "queue:A" in flow.read().fresh().changed["demo"]


def test_when_those_it_was_made_of_leave_the_state_it_goes() -> None:
    clinic = a_clinic("09:00", "09:05", "09:10", "09:15", "09:20", retention_hours=1)
    for record in clinic.records[1::2]:
        clinic.check_out(record.event.subject, "09:30")
    flow = Flow(clinic)
    flow.fresh()
    flow.tick("10:30:01")
    assert (flow.site.paces.of("A"), flow.site.paces.known()) == (None, [])
    assert "queue:A" in flow.effects.changed["demo"]


class Stay(NamedTuple):
    """A patient's arrival and going in, in minutes after opening."""

    queue: str
    arrived: int
    roomed: int


_stays = st.lists(
    st.tuples(st.sampled_from("AAAB"), st.integers(0, 60), st.integers(20, 240)).map(lambda drawn: Stay(*drawn)),
    min_size=8,
    max_size=30,
)


def by_definition(site: Site, letter: str) -> Pace | None:
    """The pace as it is defined, from what is known of each visit, from nothing each time."""
    views = {visit.id: visit.view for visit in site.visits.values() if visit.view.queue == letter}
    moves = sorted(
        (view.roomed, visit, view.checked_in)
        for visit, view in views.items()
        if view.roomed is not None and view.checked_in is not None
    )
    found = [(second[0], second[0] - first[0]) for first, second in pairwise(moves) if second[2] <= first[0]]
    lengths = [length for end, length in found if end >= moves[-1][0] - THREE_HOURS_MS][-10:]
    return Pace(max(1, round(sum(lengths) / len(lengths) / 1000)), moves[-1][0]) if len(lengths) >= 4 else None


def day_of(stays: list[Stay], chance: Random) -> list[Record]:
    """A day with these patients as feeds tell it, in any order, some of it taken back, corrected, or told of one merged away."""
    clinic = Clinic().feed()
    for number, stay in enumerate(stays):
        clinic.check_in(f"v{number}", OPENS + timedelta(minutes=stay.arrived), queue=stay.queue)
        roomed = clinic.room(f"v{number}", OPENS + timedelta(minutes=stay.roomed))
        if chance.random() < 0.1:
            clinic.undo(roomed, AFTER)
        elif chance.random() < 0.1:
            clinic.correct(roomed, AFTER, to=OPENS + timedelta(minutes=chance.randrange(240)))
        elif number and chance.random() < 0.1:
            clinic.merge(f"v{number}", AFTER, into=f"v{chance.randrange(number)}")
    opening, *rest = clinic.records
    chance.shuffle(rest)
    return [opening, *rest]


@often
@given(stays=_stays, seed=st.integers(0, 2**32))
def test_after_every_record_and_after_a_restart_it_is_what_the_facts_make_it(stays: list[Stay], seed: int) -> None:
    state, screen = PartitionState(), dict.fromkeys(("queue:A", "queue:B"))
    for offset, record in enumerate(day_of(stays, Random(seed))):
        effects = Effects()
        state.fold(record.again(offset), effects)
        site = state.sites["demo"]
        for letter in "AB":
            assert site.paces.of(letter) == by_definition(site, letter)
        screen |= {name: show.field(site, name) for name in screen.keys() & effects.changed.get("demo", set())}
        assert screen == {name: show.field(site, name) for name in screen}
    state.tick(milliseconds(AFTER), Effects())
    again = restore(orjson.loads(orjson.dumps(whole(state.sites["demo"]), default=list)))
    assert [again.paces.of(letter) for letter in "AB"] == [by_definition(again, letter) for letter in "AB"]

"""I1, the heart of the program: the same facts in any order, any of them twice, give the same truth, byte for byte."""

from collections.abc import Iterable
from random import Random
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from services.flow.domain.snapshot import restore, whole
from tests.builders import Clinic, Record, milliseconds
from tests.unit.flow.folding import Flow, plain, truth
from tests.unit.flow.histories import AFTER, Told, often, profiles, reports, thoroughly, told

_seeds = st.integers(0, 2**32)


def told_in_order(records: Iterable[Record]) -> Site:
    """The site after a log that holds these records in this order, at a moment after all of it."""
    state, effects = PartitionState(), Effects()
    for offset, record in enumerate(records):
        state.fold(record.again(offset), effects)
    state.tick(milliseconds(AFTER), effects)
    [site] = state.sites.values()
    return site


def another_order(records: list[Record], seed: int) -> list[Record]:
    """The same records shuffled, some of them twice."""
    chance = Random(seed)
    order = [*records, *chance.choices(records, k=chance.randrange(4))]
    chance.shuffle(order)
    return order


@thoroughly
@given(profile=profiles, tellings=reports, seed=_seeds)
def test_the_same_reports_in_any_order_and_any_of_them_twice_give_the_same_truth(
    profile: dict[str, Any], tellings: list[Told], seed: int
) -> None:
    clinic = Clinic(**profile)
    opening = clinic.records[0]
    records = told(clinic.feed(), tellings)
    expected = plain(truth(told_in_order([opening, *records])))
    for order in (records[::-1], another_order(records, seed), another_order(records, seed + 1), another_order(records, seed + 2)):
        assert plain(truth(told_in_order([opening, *order]))) == expected


@often
@given(profile=profiles, tellings=reports, seed=_seeds)
def test_what_was_restored_in_between_takes_the_rest_in_any_order_too(
    profile: dict[str, Any], tellings: list[Told], seed: int
) -> None:
    clinic = Clinic(**profile)
    opening = clinic.records[0]
    records = told(clinic.feed(), tellings)
    expected = plain(truth(told_in_order([opening, *records])))
    order = [opening, *another_order(records, seed)]
    cut = 1 + seed % len(order)
    flow = Flow(clinic, read=False).fold(order[:cut])
    flow.state.sites["demo"] = restore(orjson.loads(orjson.dumps(whole(flow.site), default=list)))
    flow.fold(order[cut:]).state.tick(milliseconds(AFTER), flow.effects)
    assert plain(truth(flow.site)) == expected


def events_named(site: Site, log: list[Record]) -> dict[str, list[str]]:
    """By visit, the events that stand where it says that its own do: in the order of the log, and where that has each first."""
    first = {record.id: offset for offset, record in reversed([*enumerate(log)])}
    named = {}
    for visit in site.visits.values():
        offsets = site.offsets_of(visit)
        named[visit.id] = [log[offset].id for offset in offsets]
        assert offsets == sorted(first[event] for event in named[visit.id])
    return named


@often
@given(tellings=reports, seed=_seeds)
def test_in_any_order_a_visit_names_the_same_events_by_their_places_on_the_log(tellings: list[Told], seed: int) -> None:
    """The places themselves are the log's, as ticket numbers are: they are held aside by what stands there."""
    clinic = Clinic()
    told(clinic.feed(), tellings)
    opening, *records = clinic.records
    expected = events_named(told_in_order(clinic.records), clinic.records)
    order = [opening, *another_order(records, seed)]
    named = events_named(told_in_order(order), order)
    assert {visit: sorted(events) for visit, events in named.items()} == {
        visit: sorted(events) for visit, events in expected.items()
    }


DESK_STEPS = ("check_in", "call", "recall", "room", "room", "see", "leave_room", "leave", "check_out", "undo")


@st.composite
def desk_days(draw: st.DrawFn) -> list[tuple[str, str, int]]:
    """What two desks do with three patients of their own and two rooms: step, visit, room or step undone."""
    steps = st.tuples(st.sampled_from(DESK_STEPS), st.sampled_from(("dee", "eve", "fay")), st.integers(0, 9))
    return draw(st.lists(steps, min_size=1, max_size=12))


def done_at_the_desk(clinic: Clinic, day: list[tuple[str, str, int]]) -> list[Record]:
    records: list[Record] = []
    for minute, (step, visit, which) in enumerate(day):
        at = f"10:{minute:02d}"
        if step == "undo":
            if records:
                records.append(clinic.undo(records[which % len(records)], at))
            continue
        more: dict[str, Any] = {"room": f"r{3 + which % 2}"} if step == "room" else {}
        records.append(getattr(clinic, step)(visit, at, **more))
    return records


@often
@given(tellings=reports, day=desk_days(), seed=_seeds)
def test_commands_in_their_order_are_decided_alike_wherever_reports_of_other_visits_fall(
    tellings: list[Told], day: list[tuple[str, str, int]], seed: int
) -> None:
    """The desk's patients and rooms are not the feed's, whose reports of them would rightly decide what is refused."""
    clinic = Clinic(rooms=[{"id": f"r{number}", "name": f"Room {number}"} for number in (1, 2, 3, 4)])
    opening = clinic.records[0]
    commands = done_at_the_desk(clinic, day)
    records = told(clinic.feed(), tellings)
    first = told_in_order([opening, *commands, *records])
    second = told_in_order([opening, *_merged(commands, another_order(records, seed), Random(seed))])
    assert plain(truth(second)) == plain(truth(first))
    for command in commands:
        one, other = first.decisions[command.id], second.decisions[command.id]
        assert (one.status, one.reason, one.stage, one.room) == (other.status, other.reason, other.stage, other.room)


def _merged(commands: list[Record], others: list[Record], chance: Random) -> list[Record]:
    """Both lists as one, each in its own order."""
    turns = [True] * len(commands) + [False] * len(others)
    chance.shuffle(turns)
    desk, feed = iter(commands), iter(others)
    return [next(desk if turn else feed) for turn in turns]

"""A snapshot is the state: restored from it at any point, flow goes on as if nothing had happened."""

from datetime import timedelta
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from services.flow.domain.snapshot import OWN, changed, restore, whole
from tests.builders import Clinic, Record, milliseconds
from tests.unit.flow.folding import Flow, plain, whole_truth
from tests.unit.flow.histories import AFTER, OPENS, Told, often, reports

Rows = dict[str, dict[str, Any]]


def kept(site: Site) -> Rows:
    """The site's chunks as they come back from Kafka."""
    rows: Rows = orjson.loads(orjson.dumps(whole(site), default=list))
    return rows


def a_busy_morning() -> Clinic:
    clinic = Clinic()
    clinic.sets_room("r3", "out-of-service", "09:00")
    clinic.sets_provider("dr-lee", "delayed", "09:00", delayed_minutes=20)
    for minute, visit in enumerate(("ann", "bob", "cy", "dee")):
        clinic.check_in(visit, f"10:{minute:02d}", person=f"p-{visit}", language="es", provider="dr-lee")
    clinic.call("bob", "10:10", room="r2")
    roomed = clinic.room("ann", "10:12", "r1")
    clinic.room("cy", "10:13", "r1")
    clinic.feed().room("cy", "10:14", "r1")
    clinic.correct(roomed, "10:15", to="10:11")
    clinic.room("nobody", "10:16", "r1")
    clinic.check_out("ann", "10:20")
    clinic.acknowledge("room-clash/cy/r1", "10:21")
    return clinic


def test_a_restored_site_is_the_site() -> None:
    flow = Flow(a_busy_morning()).tick("10:50")
    again = restore(kept(flow.site))
    assert plain(whole_truth(again)) == plain(whole_truth(flow.site))
    assert kept(again) == kept(flow.site)
    assert changed(again) == {}


def test_a_restored_site_goes_on_with_its_deadlines_its_tickets_and_its_answers() -> None:
    clinic = a_busy_morning()
    clinic.check_in("eve", "10:40")
    flow = Flow(clinic)
    other = Flow(clinic)
    other.state.sites["demo"] = restore(kept(other.site))
    flow.fresh(), other.fresh()
    clinic.check_in("fay", "10:50")
    clinic.log.repeat(clinic.records[4])
    for either in (flow, other):
        either.read().tick("12:00")
    assert other.effects == flow.effects
    assert plain(whole_truth(other.site)) == plain(whole_truth(flow.site))


def test_taking_a_snapshot_of_the_whole_leaves_what_changed_to_be_said() -> None:
    flow = Flow(a_busy_morning())
    whole(flow.site)
    rows = changed(flow.site)
    assert rows == whole(flow.site)
    assert changed(flow.site) == {}


def test_a_snapshot_does_not_change_with_the_site() -> None:
    clinic = a_busy_morning()
    flow = Flow(clinic)
    rows, before = whole(flow.site), kept(flow.site)
    clinic.check_in("eve", "10:40")
    clinic.check_in("ann", "10:41")
    clinic.sets_room("r1", "cleaning", "10:42")
    clinic.sets_provider("dr-lee", "in", "10:43")
    clinic.acknowledge("next-up/eve/never", "10:44")
    flow.read()
    assert orjson.loads(orjson.dumps(rows, default=list)) == before


def test_only_what_changed_is_written_and_an_emptied_chunk_goes() -> None:
    clinic = Clinic(retention_hours=1)
    for visit in ("ann", "dee", "fay"):  # each in a chunk of its own
        clinic.check_in(visit, "10:00")
    flow = Flow(clinic)
    chunks = changed(flow.site)
    clinic.room("ann", "10:05", "r1")
    flow.read()
    [touched] = changed(flow.site).keys() - {OWN}
    assert touched in chunks
    clinic.check_out("ann", "10:10")
    flow.read().tick("11:11")
    assert changed(flow.site)[touched] is None


def test_a_repeated_request_moves_the_clock_and_the_snapshot_knows() -> None:
    clinic = Clinic()
    asked = {"id": "key-1", "fingerprint": "0" * 16}
    clinic.check_in("ann", "10:00", **asked)
    flow = Flow(clinic)
    changed(flow.site)
    clinic.check_in("ann", "10:00", recorded="10:05", **asked)
    flow.read()
    assert flow.effects.repeated == 1
    assert changed(flow.site) == {OWN: whole(flow.site)[OWN]}
    assert flow.site.clock == clinic.ms("10:05")


@st.composite
def moments_of_ticks(draw: st.DrawFn) -> list[int | None]:
    """After which record the wall clock is looked at, and what it shows: minutes since opening."""
    return draw(st.lists(st.none() | st.integers(0, 260), min_size=20, max_size=20))


def go_on(state: PartitionState, records: list[Record], ticks: list[int | None], effects: Effects) -> PartitionState:
    """Fold the records, with the ticks that fall between them."""
    for record in records:
        state.fold(record, effects)
        tick = ticks[record.offset % len(ticks)]
        if tick is not None:
            state.tick(milliseconds(OPENS + timedelta(minutes=tick)), effects)
    state.tick(milliseconds(AFTER), effects)
    return state


def told_here_and_there(tellings: list[Told], commands: list[bool]) -> list[Record]:
    """A log in which some are reports and some are commands, some twice, with a retention so short that visits go."""
    clinic = Clinic(retention_hours=1)
    clinics = [clinic, clinic.feed()]
    records: list[Record] = []
    for tell, command in zip(tellings, commands, strict=False):
        records.append(tell(clinics[0] if command else clinics[1], records))
        if len(records) % 5 == 0:
            clinic.log.repeat(records[len(records) // 2])
    return clinic.records


@often
@given(tellings=reports, commands=st.lists(st.booleans(), min_size=20, max_size=20), ticks=moments_of_ticks())
def test_from_every_prefix_flow_goes_on_to_the_same_end(
    tellings: list[Told], commands: list[bool], ticks: list[int | None]
) -> None:
    records = told_here_and_there(tellings, commands)
    effects = Effects()
    end = go_on(PartitionState(), records, ticks, effects)
    expected = plain(whole_truth(end.sites["demo"]))
    for cut in range(1, len(records)):
        state = PartitionState()
        for record in records[:cut]:
            state.fold(record, Effects())
            tick = ticks[record.offset % len(ticks)]
            if tick is not None:
                state.tick(milliseconds(OPENS + timedelta(minutes=tick)), Effects())
        resumed = PartitionState(next_offset=state.next)
        resumed.sites["demo"] = restore(kept(state.sites["demo"]))
        after = Effects()
        go_on(resumed, records[cut:], ticks, after)
        assert plain(whole_truth(resumed.sites["demo"])) == expected
        assert after.alerts == effects.alerts[len(effects.alerts) - len(after.alerts) :]


@often
@given(tellings=reports, commands=st.lists(st.booleans(), min_size=20, max_size=20), ticks=moments_of_ticks())
def test_what_changed_added_up_is_the_whole(tellings: list[Told], commands: list[bool], ticks: list[int | None]) -> None:
    state, rows = PartitionState(), {}
    for record in told_here_and_there(tellings, commands):
        state.fold(record, Effects())
        site = state.sites["demo"]
        for chunk, row in changed(site).items():
            rows[chunk] = orjson.loads(orjson.dumps(row, default=list))
        assert {chunk: row for chunk, row in rows.items() if row is not None} == kept(site)
        tick = ticks[record.offset % len(ticks)]
        if tick is not None:
            state.tick(milliseconds(OPENS + timedelta(minutes=tick)), Effects())

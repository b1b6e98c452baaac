"""I3, I12: nothing is dropped in silence, and what is over leaves the state after the site's retention."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest

from schemas.dead_letters import DeadLetterReason
from schemas.partitioning import partition_of
from schemas.summaries import Stage
from services.flow.domain import show, snapshot
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from tests.builders import Clinic, Record
from tests.unit.flow.folding import Flow, plain, whole_truth

HOURS = 24
MILLISECOND = timedelta(milliseconds=1)


def a_clinic() -> Clinic:
    return Clinic(retention_hours=HOURS, unclosed_after_hours=48)


def test_an_event_of_a_site_without_a_profile_is_set_aside_and_the_next_one_is_read() -> None:
    clinic = Clinic(opens=None)
    lost = clinic.check_in("ann", "09:00")
    clinic.changes_profile(at="09:30")
    found = clinic.check_in("bob", "10:00")
    flow = Flow(clinic)
    assert flow.dead() == [(lost.offset, DeadLetterReason.UNKNOWN_SITE)]
    assert lost.id not in [answer.event for answer in flow.effects.answers], (
        "a name of a site that may be anything is shown nowhere"
    )
    assert flow.applied(found)
    clinic.log.repeat(lost)
    assert flow.read().applied(lost)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda record: record._replace(value=None), DeadLetterReason.EMPTY),
        (lambda record: record._replace(value=b"\x00\xff"), DeadLetterReason.NOT_JSON),
        (lambda record: record._replace(value=b'{"type":"clinicflow.visit.checked-in.v1"}'), DeadLetterReason.INVALID),
        (lambda record: record._replace(value=(record.value or b"").replace(b"checked-in.v1", b"beamed-up.v1")), DeadLetterReason.NEWER_VERSION),
        (lambda record: record._replace(key=b"elsewhere"), DeadLetterReason.WRONG_SITE),
    ],
)  # fmt: skip
def test_a_damaged_record_is_set_aside_with_its_reason_and_the_next_one_is_read(
    damage: Callable[[Record], Record], reason: DeadLetterReason
) -> None:
    clinic = Clinic()
    broken = clinic.check_in("ann", "10:00")
    clinic.records[-1] = damage(broken)
    after = clinic.check_in("bob", "10:01")
    flow = Flow(clinic)
    assert (flow.dead(), flow.applied(after)) == ([(broken.offset, reason)], True)
    assert (flow.state.next, set(flow.site.visits)) == (after.offset + 1, {"bob"})


def test_a_site_in_the_wrong_partition_is_set_aside_with_its_profile_and_all_and_the_next_site_is_read() -> None:
    clinic = Clinic("elsewhere")
    clinic.check_in("ann", "10:00")
    Clinic("demo", log=clinic.log)
    state, effects = PartitionState(partition_of(b"demo")), Effects()
    assert partition_of(b"elsewhere") != partition_of(b"demo")
    for record in clinic.records:
        state.fold(record, effects)
    assert [(dead.offset, dead.reason) for dead in effects.dead] == [
        (0, DeadLetterReason.WRONG_SITE),
        (1, DeadLetterReason.WRONG_SITE),
    ]
    assert (set(state.sites), state.next) == ({"demo"}, 3)


def test_an_unknown_visit_is_closed_exactly_when_it_is_older_than_the_retention() -> None:
    for older, reason in ((0, None), (1, DeadLetterReason.VISIT_CLOSED)):
        clinic = a_clinic()
        now = clinic.moment("10:00")
        told = clinic.feed().room("ann", now - timedelta(hours=HOURS, milliseconds=older), "r1", recorded=now)
        flow = Flow(clinic)
        assert flow.dead() == ([] if reason is None else [(told.offset, reason)])
        assert ("ann" in flow.site.visits) == (reason is None)
        if reason is not None:
            assert (flow.decision(told).status, flow.decision(told).reason) == ("dead-lettered", reason)
            clinic.log.repeat(told)
            assert flow.read().decision(told).reason == reason


def test_a_closed_visits_event_that_is_retried_under_a_longer_retention_is_folded_at_its_new_offset() -> None:
    clinic = a_clinic()
    now = clinic.moment("10:00")
    told = clinic.feed().room("ann", now - timedelta(hours=HOURS + 1), "r1", recorded=now)
    clinic.changes_profile(at="10:05", retention_hours=HOURS + 2)
    again = clinic.log.repeat(told)
    flow = Flow(clinic)
    assert flow.dead() == [(told.offset, DeadLetterReason.VISIT_CLOSED)]
    assert flow.applied(again)
    assert (flow.site.decisions[told.id].status, told.id in flow.site.other_events) == ("applied", False)
    restored = snapshot.restore(orjson.loads(plain(snapshot.whole(flow.site))))
    assert plain(whole_truth(restored)) == plain(whole_truth(flow.site))


def test_a_closed_visits_event_that_is_retried_too_early_is_set_aside_again_and_kept_once() -> None:
    clinic = a_clinic()
    now = clinic.moment("10:00")
    told = clinic.feed().room("ann", now - timedelta(hours=HOURS + 1), "r1", recorded=now)
    again = clinic.log.repeat(told)
    flow = Flow(clinic)
    assert flow.dead() == [(record.offset, DeadLetterReason.VISIT_CLOSED) for record in (told, again)]
    assert told.id in flow.site.other_events


def test_what_was_retried_goes_with_its_visit_and_nothing_of_it_stays() -> None:
    clinic = a_clinic()
    now = clinic.moment("10:00")
    told = clinic.feed().check_out("ann", now - timedelta(hours=HOURS + 1), recorded=now)
    clinic.changes_profile(at="10:05", retention_hours=HOURS + 2)
    clinic.log.repeat(told)
    flow = Flow(clinic)
    assert set(flow.site.visits) == {"ann"}
    for hours in range(1, 5 * HOURS):
        flow.state.tick(clinic.ms(now + timedelta(hours=hours)), flow.effects)
    clinic.check_in("bob", now + timedelta(hours=5 * HOURS))
    clinic.check_out("bob", now + timedelta(hours=5 * HOURS))
    flow.read().state.tick(clinic.ms(now + timedelta(hours=9 * HOURS)), flow.effects)
    assert (flow.site.visits, told.id in flow.site.decisions) == ({}, False)


def a_visit(clinic: Clinic) -> list[Record]:
    steps = [clinic.check_in("ann", "10:00"), clinic.room("ann", "10:10", "r1")]
    steps.append(clinic.room("ann", "10:15", "r2"))
    return [*steps, clinic.check_out("ann", "10:30")]


def test_a_departed_visit_goes_with_its_decisions_and_its_field_after_the_retention() -> None:
    clinic = a_clinic()
    steps = a_visit(clinic)
    flow = Flow(clinic)
    gone_at = clinic.moment("10:30") + timedelta(hours=HOURS) + MILLISECOND
    flow.fresh()
    flow.state.tick(clinic.ms(gone_at - MILLISECOND), flow.effects)
    assert set(flow.site.visits) == {"ann"}
    flow.state.tick(clinic.ms(gone_at), flow.effects)
    assert flow.site.visits == {}
    assert not {step.id for step in steps} & flow.site.decisions.keys()
    assert flow.effects.changed == {"demo": {"visit:ann"}}
    assert show.field(flow.site, "visit:ann") is None
    assert "visit:ann" not in set(show.names(flow.site))
    assert (flow.effects.summaries, flow.effects.alerts) == ([], [])


def test_a_late_fact_at_the_very_border_still_finds_its_visit_and_one_beyond_is_closed() -> None:
    for after, found in ((timedelta(0), True), (MILLISECOND, False)):
        clinic = a_clinic()
        out = a_visit(clinic)[-1]
        late = clinic.feed().undo(out, clinic.moment("10:30") + timedelta(hours=HOURS) + after)
        flow = Flow(clinic)
        assert flow.applied(late) is found
        assert flow.dead() == ([] if found else [(late.offset, DeadLetterReason.VISIT_CLOSED)])
        assert ("ann" in flow.site.visits) is found


@pytest.mark.parametrize("end", ["no_show", "cancel", "book"])
def test_who_never_came_goes_too_after_the_time_they_were_booked_for(end: str) -> None:
    clinic = a_clinic()
    clinic.book("ann", "08:00", scheduled="16:00")
    if end != "book":
        getattr(clinic, end)("ann", "08:10")
    flow = Flow(clinic)
    late = clinic.moment("16:00") + timedelta(hours=HOURS)
    flow.state.tick(clinic.ms(late), flow.effects)
    assert set(flow.site.visits) == {"ann"}
    flow.state.tick(clinic.ms(late + MILLISECOND), flow.effects)
    assert flow.site.visits == {}


def test_who_is_still_in_the_clinic_stays_in_the_state() -> None:
    clinic = a_clinic()
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic)
    flow.state.tick(clinic.ms(clinic.moment("10:00") + timedelta(hours=47)), flow.effects)
    assert set(flow.site.visits) == {"ann"}


def test_a_visit_that_is_reopened_is_not_forgotten() -> None:
    clinic = a_clinic()
    out = a_visit(clinic)[-1]
    clinic.undo(out, "10:35")
    flow = Flow(clinic)
    flow.state.tick(clinic.ms(clinic.moment("10:10") + timedelta(hours=47)), flow.effects)
    assert flow.view("ann").stage is Stage.IN_ROOM


@pytest.mark.parametrize("kind", ["step-undone", "step-corrected", "merged"])
def test_a_correction_undo_or_merge_alone_never_shows_as_a_visit(kind: str) -> None:
    clinic = a_clinic().feed()
    alone: dict[str, dict[str, Any]] = {
        "step-undone": {"undoes": "unseen"},
        "step-corrected": {"corrects": "unseen", "happened_at": clinic.moment("09:00")},
        "merged": {"into": "bob"},
    }
    told = clinic.happens(f"visit.{kind}", "ann", "10:00", **alone[kind])
    flow = Flow(clinic)
    assert (flow.applied(told), flow.view("ann").stage, flow.site.standing()) == (True, None, {})
    assert show.field(flow.site, "visit:ann") is None
    assert "visit:ann" not in set(show.names(flow.site))
    flow.state.tick(clinic.ms(clinic.moment("10:00") + timedelta(hours=HOURS) + MILLISECOND), flow.effects)
    assert flow.site.visits == {}


def test_an_undo_told_before_the_step_it_names_counts_when_the_step_comes() -> None:
    clinic = a_clinic().feed()
    clinic.happens("visit.step-undone", "ann", "10:00", recorded="10:05", undoes="arrival")
    clinic.check_in("ann", "10:00", id="arrival")
    assert Flow(clinic).view("ann").stage is None


def test_answers_that_belong_to_no_visit_go_by_age_so_that_memory_does_not_grow() -> None:
    clinic = a_clinic()
    day = clinic.moment("08:00")
    for number in range(10 * HOURS):
        moment = day + timedelta(hours=number)
        clinic.room(f"nobody-{number}", moment, "r1")
        clinic.sets_room("r1", "ready", moment)
        clinic.check_in(f"v{number}", moment)
        clinic.check_out(f"v{number}", moment + timedelta(minutes=20))
    flow = Flow(clinic)
    assert len(flow.site.visits) <= HOURS + 1
    assert len(flow.site.decisions) <= 4 * (HOURS + 2)
    assert len(flow.site.other_events) <= 2 * (HOURS + 2)
    assert len(flow.site.tickets.last) <= 3

"""I3: whatever stands on the log, flow goes on; what can't be used is set aside with a reason, and changes nothing else."""

from typing import Any

import orjson
import pytest
from hypothesis import given

from schemas.dead_letters import DeadLetterReason
from schemas.outcomes import OutcomeStatus
from services.flow import live, publish
from services.flow.domain import show, snapshot
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from tests.builders import Clinic
from tests.unit.flow.bad_records import ALWAYS, ANYTHING, PARTITION, SITE, Row, Spoils, bad, logs
from tests.unit.flow.folding import plain
from tests.unit.flow.histories import thoroughly


def folded(rows: list[Row]) -> tuple[PartitionState, list[Effects]]:
    """The state after these rows, and what each of them brought about."""
    state, came = PartitionState(PARTITION), []
    for record, _ in rows:
        came.append(Effects())
        state.fold(record, came[-1])
        assert state.next == record.offset + 1
    return state, came


def kept(site: Site) -> Any:
    """All that is saved of a site, without the answers to what was set aside."""
    rows = orjson.loads(orjson.dumps(snapshot.whole(site), default=list))
    for row in (row for chunk, row in rows.items() if chunk != snapshot.OWN):
        said = row["decisions"].items()
        row["decisions"] = {event: decision for event, decision in said if decision[1] != OutcomeStatus.DEAD_LETTERED}
    return {chunk: row for chunk, row in rows.items() if chunk == snapshot.OWN or row["visits"] or row["decisions"]}


def brought_about(effects: Effects) -> bytes:
    """Everything of it that others see."""
    answers = [answer for answer in effects.answers if answer.decision.status is not OutcomeStatus.DEAD_LETTERED]
    return plain([effects.alerts, answers, effects.summaries, effects.profiles, effects.applied, effects.repeated])


def reasons(effects: Effects) -> set[DeadLetterReason]:
    """Why it was set aside, if it was."""
    return {dead.reason for dead in effects.dead}


def assert_sent(state: PartitionState, effects: Effects) -> None:
    """Assert that what came of a record can be sent: nothing of it ends flow later than the fold."""
    for alert in effects.alerts:
        publish._alert(alert)
    for summary in effects.summaries:
        publish._summary(summary)
    for answer in effects.answers:
        live._outcome(answer)
    for site, names in effects.changed.items():
        list(live._fields(state.sites[site], names))


def assert_accounted_for(row: Row, effects: Effects) -> None:
    """Assert that a record was set aside, with a reason that it may have, or answered; never both, never neither."""
    given = [dead.reason for dead in effects.dead]
    answers = [answer.decision for answer in effects.answers]
    assert len(given) + sum(answer.status is not OutcomeStatus.DEAD_LETTERED for answer in answers) == 1
    assert [answer.reason for answer in answers if answer.status is OutcomeStatus.DEAD_LETTERED] in ([], given)
    assert all(isinstance(reason, DeadLetterReason) for reason in given)
    if row.reasons is None:
        assert given in ([], [DeadLetterReason.UNKNOWN_SITE])
    elif row.reasons is not ANYTHING:
        assert given[0] in row.reasons


@pytest.mark.parametrize("spoils", ALWAYS, ids=lambda spoils: spoils.__name__.strip("_"))
def test_each_kind_of_bad_record_is_set_aside_twice_where_it_comes_twice(spoils: Spoils) -> None:
    clinic = Clinic(SITE, opens="06:00").feed()
    good = [Row(record, None) for record in (clinic.records[0], clinic.check_in("ann", "09:00"), clinic.room("ann", "09:10", "r1"))]
    spoilt = bad(spoils, good[1].record)
    rows = [Row(row.record._replace(offset=at), row.reasons) for at, row in enumerate([*good[:2], spoilt, good[2], spoilt])]
    assert_only_the_bad_ones_are_set_aside(rows)


@given(logs())
@thoroughly
def test_bad_records_are_set_aside_with_a_reason_and_the_rest_is_folded_as_if_they_had_never_been(rows: list[Row]) -> None:
    assert_only_the_bad_ones_are_set_aside(rows)


def assert_only_the_bad_ones_are_set_aside(rows: list[Row]) -> None:
    """Assert that each record is accounted for, and that the rest is folded as it is without those set aside.

    An event of a closed visit stays: it is set aside, and the site's clock has gone on to when it was recorded (I6).
    """
    state, came = folded(rows)
    for row, effects in zip(rows, came, strict=True):
        assert_accounted_for(row, effects)
    good = [(row, effects) for row, effects in zip(rows, came, strict=True) if reasons(effects) <= {DeadLetterReason.VISIT_CLOSED}]
    without, right = folded([row for row, _ in good])
    assert [brought_about(effects) for _, effects in good] == [brought_about(effects) for effects in right]
    assert {name: kept(site) for name, site in state.sites.items()} == {name: kept(site) for name, site in without.sites.items()}


@given(logs())
@thoroughly
def test_whatever_is_taken_can_be_saved_shown_and_sent(rows: list[Row]) -> None:
    state = PartitionState(PARTITION)
    for record, _ in rows:
        effects = Effects()
        state.fold(record, effects)
        assert_sent(state, effects)
    site = state.sites[SITE]
    saved = {chunk: orjson.loads(orjson.dumps(row, default=list)) for chunk, row in snapshot.whole(site).items()}
    assert plain(snapshot.whole(snapshot.restore(saved))) == plain(snapshot.whole(site))
    list(live._fields(site, show.names(site)))

"""Which visit is looked at next."""

from datetime import timedelta

from services.billing.domain.agenda import Agenda
from tests.builders_billing import NOON

LATER = NOON + timedelta(minutes=5)


def taken(agenda: Agenda) -> list[str]:
    found = []
    while (visit := agenda.due(NOON)) is not None:
        found.append(visit)
    return found


def test_visits_are_looked_at_in_the_order_of_their_times_and_not_before() -> None:
    agenda = Agenda()
    agenda.put("later", LATER)
    agenda.put("second", NOON)
    agenda.put("first", NOON - timedelta(seconds=1))
    assert taken(agenda) == ["first", "second"]
    assert len(agenda) == 1
    assert agenda.due(LATER) == "later"
    assert agenda.due(LATER) is None


def test_of_several_times_the_earliest_counts_and_counts_once() -> None:
    agenda = Agenda()
    for at in (LATER, NOON, LATER):
        agenda.put("v1", at)
    assert len(agenda) == 1
    assert agenda.due(NOON) == "v1"
    assert agenda.due(LATER) is None


def test_a_visit_that_was_looked_at_may_be_put_there_again() -> None:
    agenda = Agenda()
    agenda.put("v1", NOON)
    agenda.put("v1", NOON)
    assert taken(agenda) == ["v1"]
    agenda.put("v1", LATER)
    assert agenda.due(NOON) is None
    assert agenda.due(LATER) == "v1"


def test_what_was_cleared_is_not_looked_at() -> None:
    agenda = Agenda()
    agenda.put("v1", NOON)
    agenda.clear()
    assert (agenda.due(LATER), len(agenda)) == (None, 0)

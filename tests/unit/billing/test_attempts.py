"""How an attempt ends, and when the next one comes."""

from datetime import timedelta
from itertools import pairwise

import pytest

from schemas.deliveries import Delivery, DeliveryProblem, DeliveryState
from services.billing.domain.attempts import PAUSES, begun, ended, problem_of
from services.billing.domain.holding import FIRST, LONGEST, Hold
from tests.builders_billing import NOON, after, next_of, sent, wanted

ALL = len(PAUSES) + 1


def first() -> Delivery:
    return next_of(wanted())


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (200, None), (201, None), (204, None), (299, None), (301, DeliveryProblem.REDIRECTED), (307, DeliveryProblem.REDIRECTED),
        (400, DeliveryProblem.REFUSED), (401, DeliveryProblem.REFUSED), (404, DeliveryProblem.REFUSED), (410, DeliveryProblem.REFUSED),
        (408, DeliveryProblem.BUSY), (425, DeliveryProblem.BUSY), (429, DeliveryProblem.BUSY), (500, DeliveryProblem.BROKEN),
        (503, DeliveryProblem.BROKEN), (599, DeliveryProblem.BROKEN), (999, DeliveryProblem.BROKEN), (100, DeliveryProblem.BROKEN),
    ],
)  # fmt: skip
def test_each_status_has_its_meaning(status: int, problem: DeliveryProblem | None) -> None:
    assert problem_of(status) is problem


def test_what_was_taken_is_over_and_held_over_there() -> None:
    told = after(first(), 202)
    assert (told.state, told.held, told.status, told.problem, told.next_attempt_at) == (DeliveryState.SENT, True, 202, None, None)


def test_what_was_refused_has_failed_at_once() -> None:
    refused = after(first(), 422)
    assert (refused.state, refused.attempts, refused.next_attempt_at) == (DeliveryState.FAILED, 1, None)
    assert (refused.status, refused.problem) == (422, DeliveryProblem.REFUSED)


@pytest.mark.parametrize(
    "answer", [408, 425, 429, 500, 302, *(one for one in DeliveryProblem if one is not DeliveryProblem.REFUSED)]
)
def test_all_else_is_tried_again_after_growing_pauses_until_it_has_failed(answer: int | DeliveryProblem) -> None:
    entry, tries = first(), []
    while entry.state is DeliveryState.PENDING:
        assert entry.next_attempt_at is not None
        tries.append(entry.next_attempt_at)
        entry = after(entry, answer, entry.next_attempt_at)
    assert (entry.state, entry.attempts, len(tries)) == (DeliveryState.FAILED, ALL, ALL)
    assert [later - earlier for earlier, later in pairwise(tries)] == list(PAUSES)
    assert timedelta(hours=20) < tries[-1] - tries[0] < timedelta(hours=30)


@pytest.mark.parametrize("chance", [0.0, 0.3, 0.999])
def test_a_pause_is_spread_by_a_tenth(chance: float) -> None:
    tried = begun(first(), NOON, chance)
    next_at = ended(first(), tried, 500, NOON, chance).next_attempt_at
    assert next_at is not None
    assert PAUSES[0] * 0.9 <= next_at - NOON <= PAUSES[0] * 1.1


def test_before_an_attempt_the_ledger_says_that_it_may_arrive_and_when_it_is_made_again() -> None:
    tried = begun(first(), NOON, 0.5)
    assert (tried.state, tried.attempts, tried.held, tried.attempted_at) == (DeliveryState.PENDING, 1, True, NOON)
    assert tried.next_attempt_at == NOON + PAUSES[0]
    assert tried.delivery == first().delivery


def test_killed_at_the_last_attempt_it_is_made_once_more_and_then_over() -> None:
    last = first().model_copy(update={"attempts": ALL - 1})
    killed = begun(last, NOON, 0.5)
    assert (killed.state, killed.next_attempt_at) == (DeliveryState.PENDING, NOON)
    assert after(killed, 500).state is DeliveryState.FAILED


def test_a_withdrawal_that_is_taken_leaves_nothing_over_there() -> None:
    voided = next_of(None, sent(wanted()))
    assert begun(voided, NOON, 0.5).held
    assert not after(voided, 200).held
    assert after(voided, 500).held
    assert after(voided, 404).held


def test_trouble_over_there_makes_everything_rest_and_a_word_from_there_ends_that() -> None:
    hold, rests = Hold(), []
    for _ in range(10):
        hold = hold.after(DeliveryProblem.UNREACHABLE)
        rests.append(hold.rest)
    assert rests[:3] == [FIRST, FIRST * 2, FIRST * 4]
    assert rests[-1] == LONGEST
    assert hold.after(None) == hold.after(DeliveryProblem.REFUSED) == Hold()

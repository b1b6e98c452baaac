"""What the billing system is told of a visit, as histories: completed, changed, undone, refused, and complete again."""

import pytest

from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem, DeliveryState
from services.billing.domain.plan import Nothing, Record, Wait, Wanted, plan
from tests.builders_billing import NOON, after, asked, next_of, sent, wanted

NO_CODES = wanted(None, problem=DeliveryProblem.NO_CODES)


def quiet(wants: Wanted | None, last: Delivery | None) -> bool:
    """Whether there is nothing to say."""
    return isinstance(plan(wants, last, None, NOON, waited=True), Nothing)


def test_a_completed_visit_is_told_once() -> None:
    first = next_of(wanted())
    assert (first.kind, first.revision, first.attempts, first.held) == (DeliveryKind.COMPLETED, 1, 0, False)
    assert quiet(wanted(), after(first, 200))


def test_a_visit_that_is_not_complete_is_not_told() -> None:
    assert quiet(None, None)


def test_a_change_after_it_was_told_is_a_correction() -> None:
    changed = next_of(wanted("b"), sent(wanted("a")))
    assert (changed.kind, changed.revision) == (DeliveryKind.CORRECTED, 2)


def test_a_content_that_comes_back_is_told_again_under_an_id_of_its_own() -> None:
    first = sent(wanted("a"))
    second = sent(wanted("b"), first)
    third = sent(wanted("a"), second)
    fourth = sent(wanted("b"), third)
    assert len({entry.delivery for entry in (first, second, third, fourth)}) == 4
    assert [entry.revision for entry in (first, second, third, fourth)] == [1, 2, 3, 4]


def test_the_same_content_has_the_same_id_whoever_plans_it() -> None:
    assert next_of(wanted()).delivery == next_of(wanted()).delivery
    assert next_of(wanted("a")).delivery != next_of(wanted("b")).delivery


def test_an_undone_completion_is_taken_back_once_and_complete_again_it_is_told_anew() -> None:
    told = sent(wanted())
    voided = next_of(None, told)
    assert (voided.kind, voided.revision, voided.content) == (DeliveryKind.VOIDED, 2, None)
    gone = after(voided, 204)
    assert quiet(None, gone)
    again = next_of(wanted(), gone)
    assert (again.kind, again.revision) == (DeliveryKind.COMPLETED, 3)
    assert again.delivery != told.delivery


@pytest.mark.parametrize("answer", [400, 404, 422, 429, DeliveryProblem.UNREACHABLE, DeliveryProblem.UNTRUSTED])
def test_what_the_other_side_surely_never_took_is_neither_corrected_nor_taken_back(answer: int | DeliveryProblem) -> None:
    never = after(next_of(wanted()), answer)
    assert next_of(wanted("b"), never).kind is DeliveryKind.COMPLETED
    step = plan(None, never, None, NOON, waited=False)
    assert isinstance(step, Record)
    assert (step.entry.kind, step.entry.state, step.entry.attempts) == (DeliveryKind.VOIDED, DeliveryState.SENT, 0)
    assert quiet(None, step.entry)
    assert next_of(wanted(), step.entry).kind is DeliveryKind.COMPLETED


@pytest.mark.parametrize("answer", [500, 503, DeliveryProblem.TIMED_OUT, DeliveryProblem.CUT_OFF])
def test_what_the_other_side_may_have_taken_is_corrected_and_taken_back(answer: int | DeliveryProblem) -> None:
    doubtful = after(next_of(wanted()), answer)
    assert next_of(wanted("b"), doubtful).kind is DeliveryKind.CORRECTED
    assert next_of(None, doubtful).kind is DeliveryKind.VOIDED


def test_a_correction_that_is_refused_leaves_there_what_was_told_before() -> None:
    refused = after(next_of(wanted("b"), sent(wanted("a"))), 422)
    assert refused.held
    assert next_of(None, refused).kind is DeliveryKind.VOIDED


def test_a_withdrawal_that_did_not_arrive_makes_the_next_completion_a_correction() -> None:
    doubtful = after(next_of(None, sent(wanted())), 500)
    assert next_of(wanted(), doubtful).kind is DeliveryKind.CORRECTED


def test_what_waits_for_its_next_attempt_goes_on_under_its_id() -> None:
    waiting = after(next_of(wanted()), 500)
    assert next_of(wanted(), waiting) == waiting


def test_what_has_failed_stays_so_until_somebody_has_it_tried_again_which_counts_once() -> None:
    failed = after(next_of(wanted()), 400)
    assert quiet(wanted(), failed)
    again = next_of(wanted(), failed, retry=asked(failed))
    assert (again.delivery, again.attempts, again.state) == (failed.delivery, 0, DeliveryState.PENDING)
    refused = after(again, 400)
    assert isinstance(plan(wanted(), refused, asked(failed), NOON, waited=True), Nothing)
    assert next_of(wanted(), refused, retry=asked(failed, "asked-2")).attempts == 0


def test_a_withdrawal_that_failed_can_be_tried_again_too() -> None:
    failed = after(next_of(None, sent(wanted())), 404)
    assert next_of(None, failed, retry=asked(failed)).kind is DeliveryKind.VOIDED


def test_a_retry_of_what_was_since_changed_or_sent_changes_nothing() -> None:
    failed = after(next_of(wanted("a")), 400)
    changed = after(next_of(wanted("b"), failed), 400)
    assert isinstance(plan(wanted("b"), changed, asked(failed), NOON, waited=True), Nothing)
    told = sent(wanted())
    assert isinstance(plan(wanted(), told, asked(told), NOON, waited=True), Nothing)


def test_what_waits_long_is_tried_at_once_when_somebody_asks() -> None:
    waiting = after(next_of(wanted()), 503)
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at > NOON
    assert next_of(wanted(), waiting, retry=asked(waiting)).next_attempt_at == NOON


def test_what_is_missing_is_waited_for_then_said_to_be_missing_and_told_when_it_comes() -> None:
    assert isinstance(plan(NO_CODES, None, None, NOON, waited=False), Wait)
    step = plan(NO_CODES, None, None, NOON, waited=True)
    assert isinstance(step, Record)
    assert (step.entry.state, step.entry.problem, step.entry.attempts) == (DeliveryState.FAILED, DeliveryProblem.NO_CODES, 0)
    assert quiet(NO_CODES, step.entry)
    assert next_of(wanted(), step.entry).kind is DeliveryKind.COMPLETED


def test_what_comes_to_be_missing_between_two_attempts_goes_on_by_itself_when_it_is_back() -> None:
    waiting = after(next_of(wanted()), 500)
    step = plan(NO_CODES, waiting, None, NOON, waited=True)
    assert isinstance(step, Record)
    assert next_of(wanted(), step.entry).delivery == waiting.delivery


def test_of_a_patient_who_was_erased_what_was_told_stands() -> None:
    erased = wanted(None, problem=DeliveryProblem.NO_PERSON)
    assert quiet(erased, sent(wanted()))
    assert next_of(None, sent(wanted())).kind is DeliveryKind.VOIDED

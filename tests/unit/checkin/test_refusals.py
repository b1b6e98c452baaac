"""There is a plain sentence for everything flow may say no with."""

import pytest

from schemas.dead_letters import DeadLetterReason
from schemas.outcomes import Outcome, OutcomeStatus, Refusal
from services.checkin.answers import refusal
from services.checkin.domain.refusals import DEAD_LETTERS, OTHERWISE, REFUSALS, sentence


def test_every_refusal_has_its_sentence() -> None:
    assert set(REFUSALS) == set(Refusal)
    assert set(DEAD_LETTERS) == set(DeadLetterReason)


@pytest.mark.parametrize("reason", [*Refusal, *DeadLetterReason])
def test_a_sentence_is_plain(reason: str) -> None:
    title, detail = sentence(reason)
    assert (title, detail) != OTHERWISE
    assert detail.endswith(".")
    assert not title.endswith(".")
    assert "{" not in detail


def test_who_holds_a_room_is_named_by_ticket() -> None:
    assert sentence(Refusal.ROOM_HELD, "A12").detail.startswith("Patient A12 has this room.")
    assert sentence(Refusal.ROOM_HELD).detail.startswith("Another patient has this room.")


def test_a_reason_of_a_newer_release_is_still_a_sentence() -> None:
    assert sentence("moon-phase") == OTHERWISE


def test_a_refusal_is_409_and_what_was_set_aside_is_422() -> None:
    def answered(status: OutcomeStatus, reason: str) -> tuple[int, str]:
        problem = refusal(Outcome(event="e", fingerprint="0" * 16, site="riverside", status=status, reason=reason))
        return problem.status, problem.code

    assert answered(OutcomeStatus.REFUSED, "room-held") == (409, "room-held")
    assert answered(OutcomeStatus.DEAD_LETTERED, "visit-closed") == (422, "visit-closed")

"""How an attempt to hand a delivery over begins and ends, and when it is made again."""

from datetime import datetime, timedelta

from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem, DeliveryState

PAUSES = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5), timedelta(hours=10),
    timedelta(hours=10),
)  # fmt: skip
"""Between one attempt and the next, as the Standard Webhooks specification says; after them, 27 h 35 min in all, it has failed."""
SPREAD = 0.2
"""Each pause is drawn from its length, a tenth more or less, so that what failed together does not come back together."""

_SURELY_NOT_TAKEN = frozenset({
    DeliveryProblem.REFUSED, DeliveryProblem.BUSY, DeliveryProblem.REDIRECTED, DeliveryProblem.UNREACHABLE,
    DeliveryProblem.UNTRUSTED,
})  # fmt: skip
_BUSY = frozenset({408, 425, 429})

Answer = int | DeliveryProblem
"""What became of an attempt: the status that was answered, or why there was none."""


def problem_of(answer: Answer) -> DeliveryProblem | None:
    """Say what an answer means; None: it was taken."""
    if isinstance(answer, DeliveryProblem):
        return answer
    if 200 <= answer < 300:
        return None
    if answer in _BUSY:
        return DeliveryProblem.BUSY
    if 400 <= answer < 500:
        return DeliveryProblem.REFUSED
    return DeliveryProblem.REDIRECTED if 300 <= answer < 400 else DeliveryProblem.BROKEN


def begun(entry: Delivery, now: datetime, chance: float) -> Delivery:
    """Give what the ledger must say before the attempt is made, for who finds it there after a crash.

    `chance` in [0, 1) spreads the pauses.
    """
    attempts = entry.attempts + 1
    pause = _pause(attempts, chance) or timedelta(0)  # what became of the last one must be found out
    return entry.model_copy(
        update={
            "attempts": attempts,
            "attempted_at": now,
            "next_attempt_at": now + pause,
            "held": entry.held or entry.kind is not DeliveryKind.VOIDED,
        }
    )


def ended(before: Delivery, tried: Delivery, answer: Answer, now: datetime, chance: float) -> Delivery:
    """Give what the ledger says after it: `before` the attempt, `tried` as `begun` made it of that."""
    problem = problem_of(answer)
    pause = None if problem in {None, DeliveryProblem.REFUSED} else _pause(tried.attempts, chance)
    state = DeliveryState.SENT if problem is None else DeliveryState.PENDING if pause is not None else DeliveryState.FAILED
    return tried.model_copy(
        update={
            "state": state,
            "held": _held(before, tried, problem),
            "next_attempt_at": now + pause if pause is not None else None,
            "status": answer if isinstance(answer, int) else None,
            "problem": problem,
        }
    )


def _held(before: Delivery, tried: Delivery, problem: DeliveryProblem | None) -> bool:
    if problem is None:
        return tried.kind is not DeliveryKind.VOIDED
    return before.held if problem in _SURELY_NOT_TAKEN else tried.held


def _pause(attempts: int, chance: float) -> timedelta | None:
    """Give how long to wait after so many attempts; None: there is no other one."""
    return PAUSES[attempts - 1] * (1 + SPREAD * (chance - 0.5)) if attempts <= len(PAUSES) else None

"""How long those in a queue still wait, as a range: what every screen says of it, worked out in one place.

Where departures come at a steady rate, whoever has `ahead` patients before them goes in at the (ahead + 1)th: their wait has the
Erlang distribution of that many times the queue's pace (schemas.live.LiveQueue). A range goes from what half of them wait at most
to what nine in ten do.
"""

from math import sqrt

from schemas.live import LiveQueue

STALE_PACE_SECONDS = 90 * 60
"""A queue from which nobody was taken in for so long says nothing of how fast it moves now."""
_STEP_MINUTES = 5
_MEDIAN, _NINE_IN_TEN = 0.0, 1.2815515655446004
"""Quantiles of the normal distribution."""


def wait_range(ahead: int, pace_seconds: int) -> tuple[int, int]:
    """Return so many seconds that 50 % and 90 % of those with `ahead` patients before them wait at most.

    Each is within 2 % of the exact quantile, and then rounded (Wilson and Hilferty: the cube root of such a wait is nearly normal).
    """
    return _quantile(ahead + 1, pace_seconds, _MEDIAN), _quantile(ahead + 1, pace_seconds, _NINE_IN_TEN)


def ranges(pace: LiveQueue | None, waiting: int, now_ms: int) -> list[tuple[int, int]]:
    """Return the range of each of `waiting` places, the first one first, in minutes: rounded to fives, down and up.

    None where too little is known to say: where the queue has no pace, or one of another time.
    """
    if pace is None or abs(now_ms - pace.taken_ms) > STALE_PACE_SECONDS * 1000:
        return []
    return [_in_minutes(*wait_range(ahead, pace.pace_seconds)) for ahead in range(waiting)]


def _quantile(shape: int, mean_seconds: int, normal: float) -> int:
    ninth = 1 / (9 * shape)
    return round(shape * mean_seconds * (1 - ninth + normal * sqrt(ninth)) ** 3)


def _in_minutes(low_seconds: int, high_seconds: int) -> tuple[int, int]:
    step = _STEP_MINUTES * 60
    return low_seconds // step * _STEP_MINUTES, -(-high_seconds // step) * _STEP_MINUTES

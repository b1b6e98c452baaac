"""How long those in a queue still wait: the quantiles beside exact ones, and what the screens make of them."""

from itertools import pairwise
from math import exp

import pytest

from schemas.estimates import STALE_PACE_SECONDS, ranges, wait_range
from schemas.live import LiveQueue

NOON = 1_772_463_600_000


def at_most(wait: float, shape: int) -> float:
    """The share of waits with the Erlang distribution of so many times a mean of one that last at most so long."""
    term = rest = exp(-wait)
    for number in range(1, shape):
        term *= wait / number
        rest += term
    return 1 - rest


def exact_quantile(share: float, shape: int) -> float:
    """By bisection."""
    low, high = 0.0, 20.0 + 3 * shape
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(middle, shape) < share else (low, middle)
    return high


def test_the_bisection_is_right_where_the_answer_is_known() -> None:
    assert exact_quantile(0.5, 1) == pytest.approx(0.6931471805599453)
    assert exact_quantile(0.9, 1) == pytest.approx(2.302585092994046)
    assert exact_quantile(0.9, 5) == pytest.approx(7.993589586)


@pytest.mark.parametrize("ahead", [*range(30), 60, 120, 250])
@pytest.mark.parametrize("pace", [100, 420, 7200])
def test_half_wait_no_longer_than_the_low_end_and_nine_in_ten_than_the_high_one(ahead: int, pace: int) -> None:
    low, high = wait_range(ahead, pace)
    assert low == pytest.approx(exact_quantile(0.5, ahead + 1) * pace, rel=0.02, abs=0.5)
    assert high == pytest.approx(exact_quantile(0.9, ahead + 1) * pace, rel=0.02, abs=0.5)


def a_pace(seconds: int, taken_ms: int = NOON) -> LiveQueue:
    return LiveQueue(queue="A", pace_seconds=seconds, taken_ms=taken_ms)


def test_each_place_has_its_range_in_fives_of_minutes() -> None:
    assert ranges(a_pace(360), 4, NOON) == [(0, 15), (10, 25), (15, 35), (20, 45)]


def test_nobody_waiting_has_no_range() -> None:
    assert ranges(a_pace(360), 0, NOON) == []


@pytest.mark.parametrize("pace", [1, 2, 30, 299, 300, 301, 600, 5400])
def test_a_range_is_never_empty_and_never_shrinks_from_place_to_place(pace: int) -> None:
    found = ranges(a_pace(pace), 500, NOON)
    assert len(found) == 500
    assert all(0 <= low < high and high >= 5 and low % 5 == high % 5 == 0 for low, high in found)
    assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(found))
    assert all(low * 60 <= fifty and ninety <= high * 60
               for (low, high), (fifty, ninety) in zip(found, (wait_range(ahead, pace) for ahead in range(500)), strict=True))  # fmt: skip


def test_without_a_pace_or_with_one_of_another_time_too_little_is_known() -> None:
    assert ranges(None, 3, NOON) == []
    for away_ms in (STALE_PACE_SECONDS * 1000, -STALE_PACE_SECONDS * 1000):
        assert len(ranges(a_pace(360, NOON - away_ms), 3, NOON)) == 3
        assert ranges(a_pace(360, NOON - away_ms - (1 if away_ms > 0 else -1)), 3, NOON) == []

"""A worker that sits there without working is ended, and one that works is not."""

import pytest

from services.flow.watchdog import Watchdog
from services.runtime.clock import Clock


class Steady(Clock):
    """A clock that goes on when it is told to."""

    seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


SIGNS = ("polled_at", "folded_at", "assigned_at", "reconciled_at")


def works_for(watchdog: Watchdog, clock: Steady, seconds: int, *, but: str | None = None) -> str | None:
    """Let so many seconds pass in which all goes well, but for one sign of life; what the watchdog says by then."""
    for _ in range(seconds):
        clock.seconds += 1
        for sign in SIGNS:
            if sign != but:
                setattr(watchdog, sign, clock.seconds)
        said = watchdog.verdict()
        if said is not None:
            return said
    return None


def test_a_worker_that_works_is_left_alone() -> None:
    clock = Steady()
    watchdog = Watchdog(clock)
    watchdog.lagging_since = clock.seconds
    assert works_for(watchdog, clock, 1000) is None


@pytest.mark.parametrize(
    ("sign", "within", "said"),
    [
        ("polled_at", 61, "no poll has returned"), ("folded_at", 31, "the log goes on and nothing is folded"),
        ("reconciled_at", 121, "the look of each second hangs"), ("assigned_at", 46, "no partition was given to this worker"),
    ],
)  # fmt: skip
def test_a_worker_without_a_sign_of_life_is_ended_and_not_a_second_too_soon(sign: str, within: int, said: str) -> None:
    clock = Steady()
    watchdog = Watchdog(clock)
    watchdog.lagging_since = clock.seconds
    assert works_for(watchdog, clock, within - 1, but=sign) is None
    assert works_for(watchdog, clock, 1, but=sign) == said


def test_a_worker_that_was_asked_to_stop_has_twenty_seconds() -> None:
    clock = Steady()
    watchdog = Watchdog(clock)
    watchdog.stopping_since = clock.seconds
    assert works_for(watchdog, clock, 20) is None
    assert works_for(watchdog, clock, 1) == "asked to stop and still here"

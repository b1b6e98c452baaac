"""How tests wait: for a condition that is looked at often, within a bound that only a fault reaches."""

import time
from collections.abc import Callable
from threading import Event

LOOK_SECONDS = 0.05


def wait_until(condition: Callable[[], object], within: float = 60, what: str = "it") -> None:
    """Wait for a condition; fails after `within` seconds."""
    assert comes_about(condition, within), f"{what} did not come about within {within:g} s"


def comes_about(condition: Callable[[], object], within: float) -> bool:
    """Whether the condition holds within so many seconds."""
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        Event().wait(LOOK_SECONDS)
    return True

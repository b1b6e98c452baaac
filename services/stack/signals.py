"""Ctrl-C and its kin, for a command that runs a stack: the first stops it in order, the second at once."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from services.stack.stack import Stack

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def stopping_on_signals(stack: Stack) -> Iterator[None]:
    """While the block runs, signals stop the stack instead of this process."""
    asked = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            stack.kill()
        asked = True
        stack.interrupt()

    before = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

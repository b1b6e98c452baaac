"""The end of a process that broke: it says what and where, and is gone, so that a supervisor can start it again."""

import os
import sys
import threading
import traceback

from structlog.stdlib import BoundLogger


def log_crash(log: BoundLogger, problem: BaseException) -> None:
    """Log what broke and where; not its message, which may hold what was received (I9)."""
    frames = traceback.extract_tb(problem.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]]
    log.error("crashed", problem=type(problem).__name__, where=where)


def end_with_any_thread(log: BoundLogger) -> None:
    """From now on, end the process when any of its threads has died, so that it never sits there half alive."""
    threading.excepthook = lambda broken: _end_on(log, broken.exc_value)


def _end_on(log: BoundLogger, problem: BaseException | None) -> None:
    if problem is not None:
        log_crash(log, problem)
    sys.stderr.flush()
    os._exit(1)

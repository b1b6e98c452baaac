"""Tasks that run as long as the process does. One that ends by itself is a bug, and ends the process (DESIGN I3)."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.stdlib.get_logger("clinicflow.lasting")

STOP_SECONDS = 2.0
EXIT_CODE = 70
"""Of a process that ends because a part of it failed."""


class Lasting:
    """Starts them, watches them, cancels them."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[Any]] = []
        self.failed = False

    def start(self, *lasting: Coroutine[Any, Any, Any]) -> None:
        """Run these until `stop`. When one ends before, the process is told to stop, and `failed` says why it did."""
        for one in lasting:
            task = asyncio.create_task(one, name=getattr(one, "__qualname__", "a task"))
            task.add_done_callback(self._ended)
            self._tasks.append(task)

    async def stop(self) -> None:
        """Cancel them; bounded, as a client that is just connecting may swallow a cancellation."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.remove_done_callback(self._ended)
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_SECONDS)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if task.cancelled():
            return
        self.failed = True
        log.critical("a part that should run for ever has ended", part=task.get_name(), exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)

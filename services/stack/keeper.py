"""Keeps one part of the stack running: starts it, sees it become ready, and starts it again when it dies."""

import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from services.stack.child import Child, how_it_ended
from services.stack.clock_file import real_now
from services.stack.errors import StackError
from services.stack.output import Console, PartLog
from services.stack.part import Part, Surroundings

HEALTHY_SECONDS = 30
"""A part that has run this long since it became ready is healthy: the next failure is its first."""
BACKOFF_FIRST, BACKOFF_LAST = 0.2, 5.0
PROBE_SECONDS = 0.2


class State(StrEnum):
    """Where a part stands."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    """Of a task: it ended as it should."""
    FAILED = "failed"
    """It died: it is about to be started again, unless it is a task."""


class Keeper:
    """The one who looks after a part. All methods may be called from any thread."""

    def __init__(self, part: Part, around: Surroundings, log: PartLog, console: Console, changed: Callable[[], None]) -> None:
        """`changed` is called after each change of state."""
        self.part = part
        self.state = State.STOPPED
        self.started_at: datetime | None = None
        self.starts_in_a_row = 0
        """Starts since it last ran healthy, counting this one; a service may act on it (DESIGN I3)."""
        self.log = log
        self._around = around
        self._console = console
        self._changed = changed
        self.problem: str | None = None
        """Why it cannot even be tried, such as a program that isn't installed."""
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._wanted = False
        self._asked_to_stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """Its process, while there is one."""
        child = self._child
        return child.pid if child and not child.ended.is_set() else None

    @property
    def is_up(self) -> bool:
        """Whether what needs this part may rely on it."""
        return self.state in (State.READY, State.DONE)

    def is_wanted(self) -> bool:
        """Whether it is to run, and to be started again when it dies."""
        return self._wanted

    def is_hopeless(self, starts: int) -> bool:
        """Whether no further wait will see it up: that many starts in a row failed, or it is a task and failed."""
        failed_task = self.part.is_task and self.state is State.FAILED
        return failed_task or self.problem is not None or self.starts_in_a_row > starts

    def start(self) -> None:
        """Start it and keep it running; nothing if it is."""
        if self._wanted:
            return
        self.wait_stopped()
        self._wanted = True
        self._asked_to_stop.clear()
        self.starts_in_a_row = 0
        self._set(State.STARTING)
        # The thread starts the process and outlives it, as the tie between them demands (child.py).
        self._thread = threading.Thread(target=self._keep, name=f"keep-{self.part.name}", daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """SIGTERM, without waiting; it is not started again."""
        with self._lock:
            self._wanted = False
            if self._child:
                self._child.signal(signal.SIGTERM)
        self._asked_to_stop.set()

    def wait_stopped(self) -> None:
        """Waits until it has ended after `ask_to_stop`; kills it when that takes longer than the part may take."""
        if not self._thread:
            return
        self._thread.join(self.part.stop_within)
        if self._thread.is_alive():
            self._console.say(f"{self.part.name} has not ended in {self.part.stop_within:g} s and is killed")
            self.kill()
            self._thread.join()
        self._thread = None

    def kill(self) -> None:
        """SIGKILL, as in an accident: it is started again unless it was asked to stop."""
        if self._child:
            self._child.signal(signal.SIGKILL)

    def give_up(self) -> None:
        """SIGKILL, and it is not started again. Takes no lock, for a signal handler."""
        self._wanted = False
        self.kill()

    def _keep(self) -> None:
        backoff = BACKOFF_FIRST
        while self.is_wanted():
            self.starts_in_a_row += 1
            ending, healthy = self._run_once()
            if self.state is State.DONE:
                self._wanted = False
                return
            if not self.is_wanted():
                break
            self._set(State.FAILED)
            if self.part.is_task:
                self._console.say(f"{self.part.name} {ending}")
                self._wanted = False
                return
            if healthy:
                self.starts_in_a_row, backoff = 0, BACKOFF_FIRST
            self._console.say(f"{self.part.name} {ending}; it is started again in {backoff:g} s")
            self._pause(backoff)
            backoff = min(backoff * 2, BACKOFF_LAST)
        self._set(State.STOPPED)

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._wanted and time.monotonic() < until:
            self._asked_to_stop.wait(PROBE_SECONDS)

    def _run_once(self) -> tuple[str, bool]:
        """Start it and wait for its end; how it ended in words, and whether it had been healthy."""
        self._set(State.STARTING)
        try:
            self.part.prepare(self._around, self._run_to_its_end)
            child = self._spawn(self.part.command(self._around))
        except (StackError, OSError) as problem:
            self.problem = str(problem)
            return f"could not be started: {problem}", False
        if not child:
            return "was not started", False
        self.problem = None
        ready_since = None if self.part.is_task else self._await_ready(child)
        code = child.wait()
        if self.part.is_task and code == 0:
            self._set(State.DONE)
        return how_it_ended(code), ready_since is not None and time.monotonic() - ready_since >= HEALTHY_SECONDS

    def _run_to_its_end(self, command: list[str]) -> int:
        child = self._spawn(command)
        return child.wait() if child else 1

    def _spawn(self, command: list[str]) -> Child | None:
        """The process, or None when the part was asked to stop meanwhile."""
        environment = self.part.environment(self._around, self.starts_in_a_row)
        with self._lock:
            if not self._wanted:
                return None
            self._child = Child(command, environment, self.log.line)
            self.started_at = real_now()
        self._changed()
        return self._child

    def _await_ready(self, child: Child) -> float | None:
        """Asks until it is ready; since when on the monotonic clock, or None when it ended before."""
        began = time.monotonic()
        while not child.ended.wait(PROBE_SECONDS):
            if self.part.ready(self._around):
                self._console.say(f"{self.part.name} is ready after {time.monotonic() - began:.1f} s")
                self._set(State.READY)
                return time.monotonic()
        return None

    def _set(self, state: State) -> None:
        self.state = state
        self._changed()

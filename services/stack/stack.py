"""The stack as a whole: `with Stack(settings) as stack:` runs Kafka, Redis and the services until the block ends."""

import os
import signal
import threading
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from services.stack import state
from services.stack.child import Child, how_it_ended
from services.stack.clock_file import TICK, ClockFile, real_now
from services.stack.errors import StackError, StartInterruptedError
from services.stack.folder import DataFolder
from services.stack.keeper import Keeper
from services.stack.output import Console, PartLog
from services.stack.part import Part, Surroundings, select
from services.stack.ports import assign, refuse_taken
from services.stack.service_parts import PARTS, shared_environment
from services.stack.settings import StackSettings

STARTS_BEFORE_GIVING_UP = 6
LOOK_SECONDS = 0.05
LEFTOVER_SECONDS = 2.0
"""How long ports may stay taken by the parts of a launcher that was killed just now."""


class Stack:
    """A running stack. Each part that dies is started again; leaving the block stops them all."""

    def __init__(
        self,
        settings: StackSettings,
        parts: Iterable[str] | None = None,
        table: Iterable[Part] = PARTS,
        console: Console | None = None,
    ) -> None:
        """`parts`: run only these of the table, and what they need."""
        self.settings = settings
        self.console = console or Console()
        self._parts = select(table, parts)
        self._keepers: dict[str, Keeper] = {}
        self._interrupted = False
        self._over = threading.Event()
        self._writing = threading.Lock()
        self._started_at: datetime | None = None

    @property
    def ports(self) -> Mapping[str, int]:
        """All ports by name."""
        return self.around.ports

    @property
    def environment(self) -> dict[str, str]:
        """What a command of ours needs in its environment to work on this stack."""
        return shared_environment(self.around)

    def part(self, name: str) -> Keeper:
        """One part, to look at or to kill."""
        return self._keepers[name]

    # --- start and stop -------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start all parts and wait until they are ready. Raises StackError, with everything stopped again."""
        self.folder = DataFolder(self.settings.data)
        try:
            self.around = self._look_around()
            if self.settings.fresh:
                self.folder.empty()
            self._clock = ClockFile(self.folder.path, self.settings.speed, self.settings.start_at)
            self._started_at = real_now()
            threading.Thread(target=self._note_clock, name="note-clock", daemon=True).start()
            self._start_parts()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop all parts, those first that nobody needs; returns when no process is left. Once and for all."""
        if self._over.is_set():
            return
        remaining = [keeper.part for keeper in self._keepers.values()]
        while remaining:
            needed = {name for part in remaining for name in part.needs}
            leaves = [part for part in remaining if part.name not in needed]
            for part in leaves:
                self._keepers[part.name].ask_to_stop()
            for part in reversed(leaves):
                self._keepers[part.name].wait_stopped()
            remaining = [part for part in remaining if part.name in needed]
        for keeper in self._keepers.values():
            keeper.log.close()
        self._over.set()
        if self._started_at:
            self._clock.note()
        self.folder.release()

    def interrupt(self) -> None:
        """Let `start`, `run` and `wait` come to their end soon. Safe in a signal handler."""
        self._interrupted = True

    def kill(self) -> None:
        """SIGKILL to every part at once, none is started again. Safe in a signal handler."""
        self._interrupted = True
        for keeper in list(self._keepers.values()):
            keeper.give_up()

    def wait(self, seconds: float | None = None) -> None:
        """Blocks until interrupted, or that many seconds."""
        until = None if seconds is None else time.monotonic() + seconds
        while not self._interrupted and (until is None or time.monotonic() < until):
            self._over.wait(LOOK_SECONDS)

    # --- single parts ---------------------------------------------------------------------------------------------

    def stop_part(self, name: str) -> None:
        """Stop one part; it stays stopped until `start_part`."""
        self._keepers[name].ask_to_stop()
        self._keepers[name].wait_stopped()

    def start_part(self, name: str) -> None:
        """Start one part that was stopped, and wait until it is ready."""
        self._keepers[name].start()
        self.wait_ready(name)

    def wait_ready(self, name: str, within: float | None = None) -> None:
        """Waits until a part is ready, or a task is done. Raises StackError when that fails or takes too long."""
        keeper = self._keepers[name]
        within = keeper.part.ready_within if within is None else within
        until = time.monotonic() + within
        while not keeper.is_up:
            if self._interrupted:
                raise StartInterruptedError("Stopped before everything was ready.")
            if keeper.is_hopeless(STARTS_BEFORE_GIVING_UP):
                raise StackError(keeper.problem or self._obituary(keeper, "cannot be started"))
            if time.monotonic() > until:
                raise StackError(self._obituary(keeper, f"was not ready within {within:g} s"))
            self._over.wait(LOOK_SECONDS)

    def run(
        self, name: str, command: list[str], environment: Mapping[str, str] | None = None, grace: float = 20
    ) -> tuple[int, str]:
        """Run a command beside the stack; its exit code, and its last line on stdout.

        All other lines are shown as a part's are. When interrupted it gets SIGTERM, and SIGKILL after `grace` seconds.
        """
        log = PartLog(name, self.folder.path / "logs", self.console)
        last = ""

        def result(text: str) -> None:
            nonlocal last
            if last:
                log.line(last)
            last = text

        child = Child(command, {**self.environment, **(environment or {})}, log.line, result)
        until = None
        while not child.ended.wait(LOOK_SECONDS):
            if self._interrupted and until is None:
                child.signal(signal.SIGTERM)
                until = time.monotonic() + grace
            if until is not None and time.monotonic() > until:
                child.signal(signal.SIGKILL)
        if child.code < 0:
            self.console.say(f"{name} {how_it_ended(child.code)}")
        log.close()
        return child.code, last

    # --- how it is done -------------------------------------------------------------------------------------------

    def _look_around(self) -> Surroundings:
        numbers = assign((port for part in self._parts for port in part.ports), self.settings)
        until = time.monotonic() + LEFTOVER_SECONDS
        while True:
            try:
                refuse_taken(numbers)
                break
            except StackError:
                if time.monotonic() > until or self._interrupted:
                    raise
                self._over.wait(LOOK_SECONDS)
        return Surroundings(data=self.folder.path, tools=self.settings.tools, ports=numbers, namespace=self.settings.namespace)

    def _start_parts(self) -> None:
        for part in self._parts:
            for need in part.needs:
                self.wait_ready(need)
            console = self.console if self.settings.show_logs else None
            log = PartLog(part.name, self.folder.path / "logs", console, part.worth_showing)
            self._keepers[part.name] = Keeper(part, self.around, log, self.console, self._write_state)
            self._keepers[part.name].start()
        for part in self._parts:
            self.wait_ready(part.name)

    def _note_clock(self) -> None:
        while not self._over.wait(TICK.total_seconds()):
            try:
                self._clock.note()
            except OSError as problem:
                self.console.say(f"the clock's time cannot be noted: {problem.strerror}")

    def _write_state(self) -> None:
        with self._writing:
            now = state.StackState(
                launcher=os.getpid(),
                started_at=self._started_at or real_now(),
                speed=self.settings.speed,
                namespace=self.settings.namespace,
                environment=self.environment,
                complete=len(self._keepers) == len(self._parts),
                parts={name: self._state_of(keeper) for name, keeper in list(self._keepers.items())},
            )
            state.write(self.folder.path, now)

    def _state_of(self, keeper: Keeper) -> state.PartState:
        return state.PartState(
            state=keeper.state,
            pid=keeper.pid,
            ports={port.name: self.ports[port.name] for port in keeper.part.ports},
            started_at=keeper.started_at,
            starts_in_a_row=keeper.starts_in_a_row,
        )

    @staticmethod
    def _obituary(keeper: Keeper, what: str) -> str:
        words = "\n".join(f"  {line}" for line in keeper.log.last) or "  (nothing)"
        return f"{keeper.part.name} {what}. The last it said:\n{words}"

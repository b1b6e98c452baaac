"""Does to the running system what is planned, and waits until it has recovered from it."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random

import orjson
from redis import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from tests.chaos import failpoints
from tests.chaos.desks import Clerk, now_ms
from tests.chaos.evidence import Fault, Seen
from tests.chaos.history import History
from tests.chaos.installation import Installation
from tests.chaos.look import Look
from tests.chaos.schedule import Planned
from tests.waiting import comes_about

REACHED_SECONDS = 10.0
"""So long an armed failpoint may wait for somebody to come to it."""
JUMP_SECONDS = 6.0
LOOK_SECONDS = 0.1


class Nemesis:
    """Takes one planned fault after the other."""

    def __init__(
        self, installation: Installation, look: Look, desks: Sequence[Clerk], history: History, *, seed: str, patience_s: float
    ) -> None:
        """`patience_s`: so long everything may take to be fresh again after a fault."""
        self._installation, self._look, self._desks, self._history = installation, look, desks, history
        self._patience_s = patience_s
        self._draw = Random(f"{seed}/nemesis")
        self._open: list[tuple[Planned, int, int, str]] = []
        self.views: list[Seen] = []
        self.done = 0
        self._actions: dict[str, Callable[[Planned], str | None]] = {
            "kill": self._kill, "freeze": self._freeze, "wipe": self._wipe, "forged-wipe": self._forge, "failpoint": self._fail,
            "join-or-leave": self._join_or_leave, "zombie": self._sleep, "clock-jump": self._jump,
        }  # fmt: skip

    def run(self, plan: Iterator[Planned], count: int, over: Callable[[], bool]) -> None:
        """Let so many faults happen; what is planned and can't happen, such as a point that nobody comes to, does not count."""
        for planned in plan:
            if over() or self.done >= count:
                break
            self.do(planned)
        self.recover()

    def do(self, planned: Planned) -> None:
        """Let one fault happen, and unless it overlaps with the next one, wait for the recovery."""
        began = now_ms()
        what = self._actions[planned.kind](planned)
        if what is None:
            return
        self.done += 1
        self._open.append((planned, began, now_ms(), what))
        if not planned.overlaps:
            self.recover()

    def recover(self) -> None:
        """Wait until all is fresh after every fault since the last recovery, and note how long that took."""
        if not self._open:
            return
        ended = max(end for _, _, end, _ in self._open)
        fresh = self._await_fresh(ended)
        for planned, began, end, what in self._open:
            took = (now_ms() - end) / 1000 if fresh else None
            number = len(self._history.faults) + 1
            said = what if fresh else f"{what}; {self._look.missing}"
            self._history.note(Fault(number, planned.name, began, end, took, recovers=True, what=said))
        self._open.clear()
        with contextlib.suppress(RedisError):
            self.views += self._look.views()

    def _await_fresh(self, since_ms: int) -> bool:
        until = time.monotonic() + self._patience_s
        ends = None
        while time.monotonic() < until:
            ends = ends or self._look.log_ends()
            if ends is not None and self._look.is_fresh(ends, since_ms):
                return True
            pause(LOOK_SECONDS)
        return False

    # -- the faults; each says what it did, or None where it could not be done -----------------------------------------

    def _target(self, part: str) -> str:
        return self._draw.choice(self._installation.flows_up()) if part == "flow" else part

    def _kill(self, planned: Planned) -> str | None:
        part = self._target(planned.part)
        return f"SIGKILL to {part}" if self._installation.signal(part, signal.SIGKILL) else None

    def _freeze(self, planned: Planned) -> str | None:
        part = self._target(planned.part)
        if not self._installation.signal(part, signal.SIGSTOP):
            return None
        self._let_sleep(part, planned.seconds)
        return f"{part} frozen for {planned.seconds:g} s"

    def _let_sleep(self, part: str, seconds: float) -> None:
        try:
            pause(seconds)
        finally:
            self._installation.signal(part, signal.SIGCONT)

    def _wipe(self, _planned: Planned) -> str | None:
        with self._redis() as redis, contextlib.suppress(RedisError):
            redis.flushall()
            return "FLUSHALL"
        return None

    def _forge(self, _planned: Planned) -> str | None:
        """FLUSHALL, and a sentinel of another's at the same instant: as if a zombie had been the first to write there again."""
        namespace = self._installation.stack.around.namespace
        with self._redis() as redis, contextlib.suppress(RedisError):
            ends = self._look.log_ends()
            if ends is None:
                return None
            pipeline = redis.pipeline(transaction=True)
            pipeline.flushall()
            for number, end in ends.items():
                beat = {"incarnation": "another", "next": end, "as_of_ms": now_ms(), "partition": number}
                pipeline.set(redis_keys.sentinel(namespace, number), orjson.dumps(beat))
            pipeline.execute()
            return "FLUSHALL, and another's sentinels"
        return None

    @contextlib.contextmanager
    def _redis(self) -> Iterator[Redis]:
        redis = Redis.from_url(self._installation.stack.around.redis_url, socket_timeout=3)
        try:
            yield redis
        finally:
            redis.close()

    def _join_or_leave(self, _planned: Planned) -> str | None:
        if len(self._installation.workers) < 2:
            return None
        second = self._installation.part(self._installation.workers[1])
        if second.is_wanted():
            second.ask_to_stop()
            second.wait_stopped()
            return f"{second.part.name} asked to stop"
        second.start()
        comes_about(lambda: second.is_up, 40)
        return f"{second.part.name} joins"

    def _jump(self, planned: Planned) -> str | None:
        desk = self._draw.choice(self._desks)
        desk.clock_off_s = planned.seconds

        def back() -> None:
            desk.clock_off_s = 0.0

        timer = threading.Timer(JUMP_SECONDS, back)
        timer.daemon = True
        timer.start()
        return f"the clock of desk {desk.plan.name} is {planned.seconds:g} s wrong for {JUMP_SECONDS:g} s"

    def _fail(self, planned: Planned) -> str | None:
        part = self._reached(planned, signal.SIGKILL)
        return None if part is None else f"{part} killed at {planned.point}"

    def _sleep(self, planned: Planned) -> str | None:
        """Freeze a worker with something at hand, for so long that another has done it when it wakes."""
        if len(self._installation.flows_up()) < len(self._installation.workers):
            self._join_or_leave(planned)
        part = self._reached(planned, signal.SIGSTOP)
        if part is None:
            return None
        self._let_sleep(part, planned.seconds)
        return f"{part} frozen at {planned.point} for {planned.seconds:g} s"

    def _reached(self, planned: Planned, number: signal.Signals) -> str | None:
        """Arm a point in every worker of a service, and say which one came to it first; None: nobody did."""
        point, _, side = planned.point.partition(":")
        parts = self._installation.flows_up() if planned.part == "flow" else [planned.part]
        self._draw.shuffle(parts)
        for part in parts:
            armed = failpoints.arm(self._installation.folder(part), point, "before" if side == "before" else "after", number)
            reached = comes_about(lambda armed=armed: not armed.exists(), REACHED_SECONDS)  # type: ignore[misc] # bound now
            armed.unlink(missing_ok=True)
            if reached:
                return part
        return None


def pause(seconds: float) -> None:
    """Let time pass: a fault lasts."""
    threading.Event().wait(seconds)

"""Ends a worker that sits there without working (DESIGN §7.6). A thread of its own: the event loop may be what hangs."""

import threading

from services.flow.exits import die
from services.runtime.clock import Clock

POLL_SECONDS = 15.0
STALL_SECONDS = 30.0
UNASSIGNED_SECONDS = 45.0
"""Faust takes a topic that its client hasn't heard of yet for missing, gives out none of it, and stays content with that."""
RECONCILE_SECONDS = 120.0
"""The look of each second, which may be loading all partitions, hangs after so long."""
DRAIN_SECONDS = 20.0
_LOOKS = 3
"""The Fetcher must be seen ended so often in a row: a rebalance ends it for a moment."""


class Watchdog:
    """Looks each second at what the worker last did; every time is in monotonic seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._fetcher_ended = 0
        self.polled_at: float | None = None
        """When a poll last returned, even an empty one; None before the first."""
        self.folded_at = clock.monotonic()
        self.assigned_at = clock.monotonic()
        """When the worker last had a partition."""
        self.reconciled_at = clock.monotonic()
        """When the look of each second last came to its end."""
        self.lagging_since: float | None = None
        self.stopping_since: float | None = None
        self.started_at = clock.monotonic()
        self.fetcher_ended = False
        """Whether, at the last look of the event loop, the Fetcher had ended outside a stop or a rebalance."""

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def polled(self) -> None:
        """Note a poll that returned."""
        self.polled_at = self._clock.monotonic()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(1.0):
            reason = self.verdict()
            if reason is not None:
                die(reason)

    def verdict(self) -> str | None:
        """Say why the worker must end, or None."""
        now = self._clock.monotonic()
        if self.stopping_since is not None:
            return "asked to stop and still here" if now - self.stopping_since > DRAIN_SECONDS else None
        self._fetcher_ended = self._fetcher_ended + 1 if self.fetcher_ended else 0
        poll_seconds = POLL_SECONDS if self.polled_at else POLL_SECONDS * 4
        lagging_since = max(self.lagging_since, self.folded_at) if self.lagging_since is not None else now
        signs = (
            (self._fetcher_ended >= _LOOKS, "the Fetcher has ended"),
            (now - (self.polled_at or self.started_at) > poll_seconds, "no poll has returned"),
            (now - lagging_since > STALL_SECONDS, "the log goes on and nothing is folded"),
            (now - self.reconciled_at > RECONCILE_SECONDS, "the look of each second hangs"),
            (now - self.assigned_at > UNASSIGNED_SECONDS, "no partition was given to this worker"),
        )
        return next((reason for is_so, reason in signs if is_so), None)

"""The one clock. Nothing else in the services reads the time.

A demo may run it faster: the clock file says when it was started and how fast it goes, and all services read the same.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ClockAnchor(BaseModel):
    """The clock showed `anchor_clock` at the real instant `anchor_real` and goes `speed` times as fast since."""

    model_config = ConfigDict(frozen=True)

    speed: float = Field(default=1.0, gt=0, le=10_000)
    anchor_real: AwareDatetime
    anchor_clock: AwareDatetime


class Clock:
    """Now, as all services of an installation see it."""

    def __init__(self, anchor: ClockAnchor | None = None, *, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self._shift = 0.0
        self._origin = 0.0
        self.speed = 1.0
        self.scaled = anchor is not None and (anchor.speed != 1 or anchor.anchor_real != anchor.anchor_clock)
        if anchor is not None and self.scaled:
            self.speed = anchor.speed
            self._origin = anchor.anchor_real.timestamp()
            self._shift = anchor.anchor_clock.timestamp() - self._origin

    @classmethod
    def from_file(cls, path: Path | None) -> "Clock":
        """Build the clock that `path` describes; without a file, the real one. A broken file raises ValueError."""
        if path is None or not path.exists():
            return cls()
        return cls(ClockAnchor.model_validate_json(path.read_bytes()))

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        real = self._real()
        return int((self._origin + self._shift + (real - self._origin) * self.speed) * 1000) if self.scaled else int(real * 1000)

    def now(self) -> datetime:
        """UTC, to the millisecond."""
        return EPOCH + timedelta(milliseconds=self.now_ms())

    def real_now(self) -> datetime:
        """UTC as the machine has it, never scaled: for how long somebody was away from a screen."""
        return EPOCH + timedelta(milliseconds=int(self._real() * 1000))

    def monotonic(self) -> float:
        """Real seconds from some start, for measuring; never scaled, never set back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that long by this clock."""
        await asyncio.sleep(seconds / self.speed)

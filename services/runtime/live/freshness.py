"""Until when flow was known to have read everything, by partition. Instants are those of Clock.monotonic()."""

from schemas.live import Beat
from services.runtime.clock import Clock


class Freshness:
    """What the beats say. A beat that repeats an earlier `as_of_ms` is no news: flow holds the partition but is behind."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._as_of_ms: dict[int, int] = {}
        self._caught_up_at: dict[int, float] = {}

    def heard(self, beat: Beat) -> bool:
        """Take in a beat that just came; False if it is no news."""
        if self._as_of_ms.get(beat.partition) == beat.as_of_ms:
            return False
        self._as_of_ms[beat.partition] = beat.as_of_ms
        self._caught_up_at[beat.partition] = self._clock.monotonic()
        return True

    def found(self, beat: Beat) -> None:
        """Take in the last beat as Redis keeps it, which may be old; nothing if one was heard since."""
        if beat.partition not in self._as_of_ms:
            age = max(0, self._clock.now_ms() - beat.as_of_ms) / 1000 / self._clock.speed
            self._as_of_ms[beat.partition] = beat.as_of_ms
            self._caught_up_at[beat.partition] = self._clock.monotonic() - age

    def caught_up_at(self, partition: int) -> float | None:
        """Return when the partition was last known to be read to its end; None: never."""
        return self._caught_up_at.get(partition)

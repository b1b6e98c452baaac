"""How often somebody may say when they were born before they are sent to the desk. Instants are seconds of a steady clock."""

from collections import deque
from typing import Final

WRONG_TRIES: Final = 5
"""So many wrong ones within an hour, and the visit's page takes none for an hour."""
SITE_TRIES: Final = 30
"""So many a minute at one clinic, whoever they are of."""
HOUR: Final = 3600.0
MINUTE: Final = 60.0


class Tries:
    """Counts tries. What is older than an hour is forgotten, and a clinic has only so many in that time: so it stays small."""

    def __init__(self) -> None:
        self._at_site: dict[str, deque[float]] = {}
        self._wrong: dict[tuple[str, str], list[float]] = {}
        self._swept = 0.0

    def __len__(self) -> int:
        return len(self._wrong)

    def closed(self, site: str, visit: str, now: float) -> bool:
        """Whether there were so many wrong tries for a visit that no other is taken now."""
        wrong = self._wrong.get((site, visit), [])
        return len(wrong) >= WRONG_TRIES and now < wrong[-1] + HOUR

    def take(self, site: str, now: float) -> bool:
        """Count a try at a clinic; False, and not counted, where there were too many within the last minute."""
        tries = self._at_site.setdefault(site, deque(maxlen=SITE_TRIES))
        if len(tries) == SITE_TRIES and now < tries[0] + MINUTE:
            return False
        tries.append(now)
        return True

    def wrong(self, site: str, visit: str, now: float) -> None:
        """Note that a try for a visit was wrong."""
        if now >= self._swept + HOUR:
            self._wrong = {key: times for key, times in self._wrong.items() if now < times[-1] + HOUR}
            self._swept = now
        recent = [at for at in self._wrong.get((site, visit), []) if now < at + HOUR]
        self._wrong[site, visit] = [*recent, now]

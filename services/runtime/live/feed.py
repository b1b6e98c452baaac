"""A watched site's live state, kept in step with what flow publishes."""

from pydantic import ValidationError

from schemas.live import Change
from services.runtime.clock import Clock
from services.runtime.live.site import LiveSite

BELIEVE_OLDER_SECONDS = 5.0
"""After a wipe a former writer may restore an older state, for a second; only one that stays is believed."""


class LiveFeed:
    """Follows one site. It is `in_step` while no change is known to be missing; out of step it must be read anew.

    Whatever fails, the last state stays, and `age_seconds` says how old it is.
    """

    def __init__(self, site: str, zone: str, clock: Clock) -> None:
        self.site = site
        self.clock = clock
        self.live: LiveSite | None = None
        self.in_step = False
        self.touched = False
        """Something came that may not be shown yet."""
        self.caught_up_at: float | None = None
        """When flow was last known to have read everything that this state should hold, by Clock.monotonic()."""
        self._zone = zone
        self._pending: list[Change] | None = None
        self._older_since: float | None = None

    @property
    def zone(self) -> str:
        """The site's timezone."""
        return self._zone if self.live is None else self.live.profile.timezone

    def hear(self, change: Change) -> None:
        """Take in a change; one that does not follow on what is here puts the feed out of step."""
        if self._pending is not None:
            self._pending.append(change)
        elif not self._apply(change):
            self.in_step = False

    def begin_read(self) -> None:
        """From now on changes are kept until `take` or `abandon`, because the read may or may not hold them."""
        self._pending, self.in_step = [], False

    def abandon(self) -> None:
        """The read failed or found nothing: what is here stays, and grows old."""
        self._pending = None

    def take(self, live: LiveSite, caught_up_at: float | None) -> None:
        """Go on from a state just read, whose partition was last known to be read to its end at `caught_up_at`."""
        pending, self._pending = self._pending or [], None
        if self._is_doubtful(live):
            return
        self.live, self.touched = live, True
        self.in_step = all(self._apply(change) for change in pending)
        if self.in_step:
            self.caught_up_at = caught_up_at

    def caught_up(self, partition: int, at: float | None) -> None:
        """Flow had read all of a partition: that makes the state fresh, if it is the site's and nothing is missing."""
        if self.in_step and self.live is not None and self.live.meta.partition == partition:
            self.caught_up_at = at

    def age_seconds(self) -> float | None:
        """Return how old the data are, in real seconds; None where nothing is known yet."""
        if self.live is None or self.caught_up_at is None:
            return None
        return max(0.0, self.clock.monotonic() - self.caught_up_at)

    def _apply(self, change: Change) -> bool:
        if self.live is None or change.before is None:
            return False
        try:
            in_step = self.live.apply(change)
        except ValidationError:
            return False
        self.touched = True
        return in_step

    def _is_doubtful(self, live: LiveSite) -> bool:
        if self.live is None or live.meta.version >= self.live.meta.version:
            self._older_since = None
            return False
        now = self.clock.monotonic()
        self._older_since = self._older_since if self._older_since is not None else now
        return now - self._older_since < BELIEVE_OLDER_SECONDS

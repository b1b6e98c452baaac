"""Whether a site is heard of: while it is not, nobody knows what happens there, and no alert may say so (I6)."""

from schemas.opening_hours import OpeningHours
from services.flow.domain.facts import MINUTE_MS

_SETTLES_MS = MINUTE_MS
"""After so long without silence what was told late is in, and alerts may be raised again."""


class Silence:
    """When the site was last heard of, and since when it was not. Instants in ms."""

    def __init__(self) -> None:
        self.heard: int | None = None
        """When the last event was recorded."""
        self.since: int | None = None
        """From when on the site was silent; until it has settled again, nothing after that counts as known."""
        self.settles_at: int | None = None
        """When the site, heard of again, will have settled."""

    @property
    def stands(self) -> int | None:
        """Since when nothing has been heard; None: the site is heard of."""
        return self.since if self.settles_at is None else None

    def hear(self, recorded: int) -> bool:
        """Take in that something was recorded; says whether that ends a silence."""
        self.heard = max(self.heard or 0, recorded)
        if self.since is None or self.settles_at is not None or recorded < self.since:
            return False
        self.settles_at = recorded + _SETTLES_MS
        return True

    def pass_to(self, clock: int, hours: OpeningHours, allowed: int) -> None:
        """Let time pass; `allowed`: so long (ms) a site that is open may be without a word."""
        if self.settles_at is not None and self.settles_at <= clock:
            self.since = self.settles_at = None
        if self.since is None and self.heard is not None:
            since = hours.silent_from(self.heard, allowed)
            self.since = since if since is not None and since <= clock else None

    def next(self, hours: OpeningHours, allowed: int) -> int | None:
        """When to look again."""
        if self.settles_at is not None:
            return self.settles_at
        return hours.silent_from(self.heard, allowed) if self.heard is not None and self.since is None else None

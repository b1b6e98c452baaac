"""What happens to people's access, told to whoever keeps a record of it."""

from enum import StrEnum
from typing import Protocol


class Happening(StrEnum):
    """What happened to somebody's access."""

    SIGNED_IN = "signed-in"
    UNLOCKED = "unlocked"
    WRONG_PIN = "wrong-pin"
    LOCKED_OUT = "locked-out"
    SIGNED_OUT = "signed-out"
    INVITED = "invited"
    REVOKED = "revoked"
    CHANGED = "user-changed"
    CSRF_REFUSED = "csrf-refused"


class Watcher(Protocol):
    """Whoever wants to be told."""

    async def on_event(self, kind: Happening, subject: str, actor: str) -> None:
        """Take note. `subject` is the user it happened to, `actor` the user or token whose doing it was.

        It is called before the answer is given. What it raises becomes the answer; what has happened is not taken back.
        """


class Watchers:
    """All of them, told one after the other."""

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = list(watchers)

    def add(self, watcher: Watcher) -> None:
        """Tell this one too, from now on."""
        self._watchers.append(watcher)

    async def tell(self, kind: Happening, subject: str, actor: str | None = None) -> None:
        """Tell all; without an actor it is the subject's own doing."""
        for watcher in self._watchers:
            await watcher.on_event(kind, subject, actor or subject)

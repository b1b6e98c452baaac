"""One view of a watched site and the screens that show it: each change is worked out once, for all of them."""

import json
from collections import deque
from collections.abc import Iterable
from itertools import dropwhile
from typing import Generic, Protocol, TypeVar

from schemas.live import Version
from services.runtime.live.feed import LiveFeed
from services.runtime.live.screen import Frame, Screen
from services.runtime.live.screen_time import ScreenTime, screen_time, version_id
from services.runtime.live.site import LiveSite

REMEMBERED = 64
"""So many changes are kept, for a screen that was away for a moment."""

Seen = TypeVar("Seen")


class View(Protocol[Seen]):
    """What one kind of screen sees of a site. Both methods are pure; what they return is put into JSON as it is."""

    kind: str
    """The member of a snapshot's data that holds it."""
    key: str
    """Tells it from other views of the same site."""

    def of(self, live: LiveSite) -> Seen:
        """Return what is seen of a site in this state."""
        ...

    def change(self, old: Seen, new: Seen) -> object:
        """Return what leads from one to the other; something false when they are the same."""
        ...


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Channel(Generic[Seen]):
    """A view's events. Their ids are the versions at which it changed, so each change follows on the one before."""

    def __init__(self, feed: LiveFeed, view: View[Seen], page: str) -> None:
        self.screens: set[Screen] = set()
        self.view = view
        self.seen: Seen | None = None
        self._shown: Version = (0, 0)
        self._feed, self._page = feed, page
        self._snapshot: Frame | None = None
        self._recent: deque[tuple[str, Frame]] = deque(maxlen=REMEMBERED)
        self.show()

    def show(self) -> None:
        """Bring the view up to date and send to every screen what became different."""
        live = self._feed.live
        if live is None:
            return
        version, old, new = live.meta.version, self.seen, self.view.of(live)
        if old is None or version < self._shown:
            self._recent.clear()
            self._turn_to(new, version)
            self._send(self.snapshot())
        elif change := self.view.change(old, new):
            before = version_id(self._shown)
            self._turn_to(new, version)
            frame = Frame("change", version_id(version), f'"before":"{before}","change":{_json(change)}')
            self._recent.append((before, frame))
            self._send(frame)

    def _turn_to(self, seen: Seen, version: Version) -> None:
        self.seen, self._shown, self._snapshot = seen, version, None

    def _send(self, frame: Frame) -> None:
        for screen in self.screens:
            screen.put(frame)

    def snapshot(self) -> Frame:
        """Return all that is seen. Only once there is something."""
        assert self.seen is not None
        if self._snapshot is None:
            body = f'"page":"{self._page}","{self.view.kind}":{_json(self.seen)}'
            self._snapshot = Frame("snapshot", version_id(self._shown), body)
        return self._snapshot

    def join(self, screen: Screen, last_id: str | None) -> None:
        """Add a screen, and queue what it needs to be up to date from where it was; where nothing is known yet, it waits."""
        self.screens.add(screen)
        for frame in self._since(last_id):
            screen.put(frame)

    def leave(self, screen: Screen) -> None:
        """Remove a screen."""
        self.screens.discard(screen)

    def _since(self, last_id: str | None) -> Iterable[Frame]:
        if self.seen is None or last_id == version_id(self._shown):
            return []
        missed = [frame for _, frame in dropwhile(lambda entry: entry[0] != last_id, self._recent)]
        return missed or [self.snapshot()]

    def time(self) -> ScreenTime:
        """Return what each message says of time."""
        return screen_time(self._feed)

    def data(self, frame: Frame | None) -> str:
        """Return an event's data: the time, which is that of sending, and the frame's own members; without one, a beat's."""
        time = f'"time":{_json(self.time())}'
        return f"{{{time}}}" if frame is None else f"{{{time},{frame.body}}}"

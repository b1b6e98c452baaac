"""A watched site's wall and the screens that show it: each change is worked out once, for all of them."""

import json
from collections import deque
from collections.abc import Collection, Iterable
from itertools import dropwhile

from schemas.alerts import AlertKind
from schemas.live import Version
from schemas.sites import SiteProfile
from services.board.domain.site_time import WallTime, offset_ms
from services.board.domain.wall import Wall, wall_id, wall_of
from services.board.domain.wall_change import change_between
from services.board.live_feed import LiveFeed
from services.board.screen import Frame, Screen
from services.runtime.clock import Clock

REMEMBERED = 64
"""So many changes are kept, for a screen that was away for a moment."""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class WallFeed:
    """One site's events. Their ids are the versions at which the wall changed, so each change follows on the one before."""

    def __init__(self, profile: SiteProfile, clock: Clock, languages: Collection[str], page: str) -> None:
        self.site = profile.site
        self.state = LiveFeed(clock)
        self.screens: set[Screen] = set()
        self.unwatched_since = clock.monotonic()
        self.wall: Wall | None = None
        self._shown: Version = (0, 0)
        self._zone = profile.timezone
        self._clock, self._languages, self._page = clock, languages, page
        self._snapshot: Frame | None = None
        self._recent: deque[tuple[str, Frame]] = deque(maxlen=REMEMBERED)

    def show(self) -> None:
        """Bring the wall up to date and send to every screen what became different."""
        self.state.touched = False
        live = self.state.live
        if live is None:
            return
        self._zone = live.profile.timezone
        version, old = live.meta.version, self.wall
        silent = any(alert.kind is AlertKind.SITE_SILENT for alert in live.alerts.values())
        wall = wall_of(live.profile, live.visits.values(), live.rooms, self._languages, silent=silent)
        if old is None or version < self._shown:
            self._recent.clear()
            self._turn_to(wall, version)
            self._send(self.snapshot())
        elif change := change_between(old, wall):
            before = wall_id(self._shown)
            self._turn_to(wall, version)
            frame = Frame("change", wall_id(version), f'"before":"{before}","change":{_json(change)}')
            self._recent.append((before, frame))
            self._send(frame)

    def _turn_to(self, wall: Wall, version: Version) -> None:
        self.wall, self._shown, self._snapshot = wall, version, None

    def _send(self, frame: Frame) -> None:
        for screen in self.screens:
            screen.put(frame)

    def snapshot(self) -> Frame:
        """Return the whole wall. Only once there is one."""
        assert self.wall is not None
        if self._snapshot is None:
            self._snapshot = Frame("snapshot", wall_id(self._shown), f'"page":"{self._page}","wall":{_json(self.wall)}')
        return self._snapshot

    def join(self, screen: Screen, last_id: str | None) -> None:
        """Add a screen, and queue what it needs to be up to date from where it was; without a wall yet, it waits."""
        self.screens.add(screen)
        for frame in self._since(last_id):
            screen.put(frame)

    def leave(self, screen: Screen) -> None:
        """Remove a screen."""
        self.screens.discard(screen)
        self.unwatched_since = self._clock.monotonic()

    def _since(self, last_id: str | None) -> Iterable[Frame]:
        if self.wall is None or last_id == wall_id(self._shown):
            return []
        missed = [frame for _, frame in dropwhile(lambda entry: entry[0] != last_id, self._recent)]
        return missed or [self.snapshot()]

    def time(self) -> WallTime:
        """Return what each message says of time."""
        now, age, live = self._clock.now_ms(), self.state.age_seconds(), self.state.live
        return {
            "server_ms": now,
            "speed": self._clock.speed,
            "zone": self._zone,
            "offset_ms": offset_ms(self._zone, now),
            "age_ms": None if age is None else round(age * 1000),
            "version": None if live is None else wall_id(live.meta.version),
        }

    def data(self, frame: Frame | None) -> str:
        """Return an event's data: the time, which is that of sending, and the frame's own members; without one, a beat's."""
        time = f'"time":{_json(self.time())}'
        return f"{{{time}}}" if frame is None else f"{{{time},{frame.body}}}"

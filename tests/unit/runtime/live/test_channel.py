"""Each change is worked out once and reaches every screen; a screen that does not keep up is let go."""

import asyncio
import json
from typing import Any

import pytest

from schemas.live import LiveMeta, LiveVisit
from services.runtime.clock import Clock
from services.runtime.live.channel import REMEMBERED, Channel
from services.runtime.live.feed import LiveFeed
from services.runtime.live.screen import Frame, Screen
from services.runtime.live.site import LiveSite
from tests.builders_live import PARTITION, a_clinic, a_visit

NINE = 1_790_000_000_000


class Tickets:
    """A view of nothing but the tickets."""

    kind = "tickets"
    key = "tickets"

    def of(self, live: LiveSite) -> list[str]:
        return sorted(visit.ticket or "" for visit in live.visits.values())

    def change(self, old: list[str], new: list[str]) -> list[str] | None:
        return new if new != old else None


class Watched:
    """A site's feed and one channel of it."""

    def __init__(self) -> None:
        self.state = LiveFeed("maple", "America/New_York", Clock())
        self.channel = Channel(self.state, Tickets(), "page-1")


@pytest.fixture
def feed() -> Watched:
    return Watched()


def show(feed: Watched, offset: int, *visits: LiveVisit) -> None:
    meta = LiveMeta(partition=PARTITION, version=(offset, NINE))
    feed.state.take(LiveSite(meta, a_clinic(), {visit.visit: visit for visit in visits}), 0.0)
    feed.channel.show()


def got(screen: Screen) -> list[Frame]:
    async def all_that_wait() -> list[Frame]:
        frames = []
        while frame := await screen.next(0):
            frames.append(frame)
        return frames

    return asyncio.run(all_that_wait())


def joined(feed: Watched, last_id: str | None = None, limit: int = 100) -> Screen:
    screen = Screen(limit)
    feed.channel.join(screen, last_id)
    return screen


def data(feed: Watched, frame: Frame | None) -> Any:
    return json.loads(feed.channel.data(frame))


A1, A2 = a_visit("A1", NINE), a_visit("A2", NINE)


def test_a_screen_that_was_here_first_gets_the_snapshot_when_there_is_one(feed: Watched) -> None:
    screen = joined(feed)
    assert got(screen) == []
    show(feed, 1, A1)
    (frame,) = got(screen)
    assert (frame.event, frame.id) == ("snapshot", f"1-{NINE}")
    assert data(feed, frame)["page"] == "page-1"


def test_a_version_that_looks_the_same_is_not_sent_but_told_with_the_next_message(feed: Watched) -> None:
    show(feed, 1, A1)
    screen = joined(feed)
    got(screen)
    show(feed, 2, A1)
    assert got(screen) == []
    assert data(feed, None)["time"]["version"] == f"2-{NINE}"
    show(feed, 3, A1, A2)
    (frame,) = got(screen)
    assert (frame.id, data(feed, frame)["before"]) == (f"3-{NINE}", f"1-{NINE}")


def test_a_screen_that_was_away_gets_the_changes_it_missed(feed: Watched) -> None:
    show(feed, 1)
    show(feed, 2, A1)
    show(feed, 3, A1, A2)
    assert [frame.id for frame in got(joined(feed, f"1-{NINE}"))] == [f"2-{NINE}", f"3-{NINE}"]
    assert got(joined(feed, f"3-{NINE}")) == []


def test_a_screen_that_was_away_too_long_gets_a_snapshot(feed: Watched) -> None:
    show(feed, 1)
    for offset in range(2, REMEMBERED + 4):
        show(feed, offset, *[A1, A2][: 1 + offset % 2])
    assert [frame.event for frame in got(joined(feed, f"1-{NINE}"))] == ["snapshot"]


def test_a_log_that_began_anew_is_shown_by_a_snapshot(feed: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.runtime.live.feed.BELIEVE_OLDER_SECONDS", 0)
    show(feed, 5, A1)
    screen = joined(feed)
    got(screen)
    show(feed, 2, A2)
    assert [(frame.event, frame.id) for frame in got(screen)] == [("snapshot", f"2-{NINE}")]


def test_a_screen_that_does_not_keep_up_is_let_go_and_the_others_stay(feed: Watched) -> None:
    show(feed, 1)
    slow, quick = joined(feed, limit=2), joined(feed)
    for offset in range(2, 5):
        show(feed, offset, *[A1, A2][: 1 + offset % 2])
    assert (slow.ended, slow.too_slow, got(slow)) == (True, True, [])
    assert (quick.ended, len(got(quick))) == (False, 4)

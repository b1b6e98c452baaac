"""A site's live state is followed without a gap, or known to have one."""

from typing import Any

import pytest

from schemas.live import Beat, Change, LiveMeta, LiveVisit, Version
from services.runtime.clock import Clock
from services.runtime.live.feed import BELIEVE_OLDER_SECONDS, LiveFeed
from services.runtime.live.freshness import Freshness
from services.runtime.live.site import LiveSite
from tests.builders_live import PARTITION, a_clinic, a_visit

NINE = 1_790_000_000_000


class HandClock(Clock):
    """Moved by hand, both its hands at once."""

    def __init__(self) -> None:
        super().__init__(real=lambda: self.seconds)
        self.seconds = 1_790_000_000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def feed(clock: HandClock) -> LiveFeed:
    return LiveFeed("maple", "America/New_York", clock)


def state(offset: int, *visits: LiveVisit) -> LiveSite:
    return LiveSite(LiveMeta(partition=PARTITION, version=(offset, NINE)), a_clinic(), {visit.visit: visit for visit in visits})


def change(before: int | None, offset: int, *visits: LiveVisit, **more: Any) -> Change:
    start: Version | None = None if before is None else (before, NINE)
    fields = {f"visit:{visit.visit}": visit.model_dump_json() for visit in visits}
    return Change(site="maple", before=start, version=(offset, NINE), set=fields, **more)


def shown(feed: LiveFeed) -> set[str]:
    return set(feed.live.visits) if feed.live else set()


A1, A2 = a_visit("A1", NINE), a_visit("A2", NINE)


def test_a_change_that_follows_on_is_taken_in(feed: LiveFeed) -> None:
    feed.take(state(1), 0.0)
    feed.hear(change(1, 2, A1))
    feed.hear(change(2, 3, gone=("visit:visit-A1",)))
    feed.hear(change(3, 4, A2))
    assert (feed.in_step, shown(feed)) == (True, {"visit-A2"})


def test_a_missing_change_puts_it_out_of_step_and_keeps_what_is_shown(feed: LiveFeed) -> None:
    feed.take(state(1, A1), 0.0)
    feed.hear(change(2, 3, A2))
    assert (feed.in_step, shown(feed)) == (False, {"visit-A1"})


def test_a_republished_site_is_read_anew_even_at_the_same_version(feed: LiveFeed) -> None:
    feed.take(state(5, A1), 0.0)
    feed.hear(change(None, 5))
    assert not feed.in_step


def test_a_change_that_comes_while_the_site_is_read_is_not_lost(feed: LiveFeed) -> None:
    feed.begin_read()
    for published in (change(1, 2, A1), change(2, 3, A2)):
        feed.hear(published)
    feed.take(state(2, A1), 0.0)
    assert (feed.in_step, shown(feed)) == (True, {"visit-A1", "visit-A2"})


def test_a_gap_that_opens_while_the_site_is_read_is_seen(feed: LiveFeed) -> None:
    feed.begin_read()
    feed.hear(change(7, 8, A2))
    feed.take(state(2, A1), 0.0)
    assert not feed.in_step


def test_a_change_that_cannot_be_read_puts_it_out_of_step(feed: LiveFeed) -> None:
    feed.take(state(1), 0.0)
    feed.hear(Change(site="maple", before=(1, NINE), version=(2, NINE), set={"visit:v": "{}"}))
    assert not feed.in_step


def test_a_kind_of_field_that_a_newer_release_shows_is_left_out(feed: LiveFeed) -> None:
    feed.take(state(1), 0.0)
    feed.hear(Change(site="maple", before=(1, NINE), version=(2, NINE), set={"estimate:A1": "{}"}, gone=("estimate:A0",)))
    assert feed.in_step


def test_an_older_state_after_a_wipe_is_believed_only_when_it_stays(feed: LiveFeed, clock: HandClock) -> None:
    feed.take(state(5, A1), 0.0)
    feed.begin_read()
    feed.take(state(3, A2), 0.0)
    assert (feed.in_step, shown(feed)) == (False, {"visit-A1"})
    clock.seconds += BELIEVE_OLDER_SECONDS
    feed.begin_read()
    feed.take(state(3, A2), 0.0)
    assert (feed.in_step, shown(feed)) == (True, {"visit-A2"})


def test_a_site_that_was_wiped_stays_on_the_wall_and_grows_old(feed: LiveFeed, clock: HandClock) -> None:
    feed.take(state(1, A1), clock.monotonic())
    feed.begin_read()
    feed.abandon()
    clock.seconds += 20
    feed.caught_up(PARTITION, clock.monotonic())
    assert (shown(feed), feed.age_seconds()) == ({"visit-A1"}, 20)


def test_beats_of_the_sites_partition_alone_keep_it_fresh(feed: LiveFeed, clock: HandClock) -> None:
    feed.take(state(1), clock.monotonic())
    clock.seconds += 4
    feed.caught_up(PARTITION + 1, clock.monotonic())
    assert feed.age_seconds() == 4
    feed.caught_up(PARTITION, clock.monotonic())
    assert feed.age_seconds() == 0


def test_a_site_of_which_nothing_is_known_has_no_age(feed: LiveFeed) -> None:
    assert feed.age_seconds() is None
    feed.take(state(1), None)
    assert feed.age_seconds() is None


def beat(as_of_ms: int, incarnation: str = "one") -> Beat:
    return Beat(partition=PARTITION, incarnation=incarnation, as_of_ms=as_of_ms)


def test_a_beat_that_repeats_itself_is_no_news(clock: HandClock) -> None:
    freshness = Freshness(clock)
    assert freshness.heard(beat(NINE))
    clock.seconds += 30
    assert not freshness.heard(beat(NINE))
    assert freshness.caught_up_at(PARTITION) == clock.monotonic() - 30


@pytest.mark.parametrize(("speed", "age"), [(1, 60.0), (60, 1.0)])
def test_the_beat_kept_in_redis_is_as_old_as_the_clock_says(clock: HandClock, speed: float, age: float) -> None:
    clock.speed = speed
    freshness = Freshness(clock)
    freshness.found(beat(clock.now_ms() - 60_000))
    assert freshness.caught_up_at(PARTITION) == clock.monotonic() - age


def test_a_beat_that_was_heard_counts_more_than_the_one_that_is_kept(clock: HandClock) -> None:
    freshness = Freshness(clock)
    freshness.heard(beat(NINE))
    heard_at = clock.monotonic()
    freshness.found(beat(NINE - 60_000))
    assert freshness.caught_up_at(PARTITION) == heard_at

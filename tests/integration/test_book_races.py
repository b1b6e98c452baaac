"""I8 in the book: two desks want the same provider at the same time, again and again, while Redis is wiped."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from redis import Redis

from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk
from tests.integration.test_races import told
from tests.waiting import wait_until

ROUNDS = 1000
WIPED_EACH = 1.3
SLOT = timedelta(minutes=15)
MEETING = timedelta(minutes=10)
"""The second desk asks for a time that begins so much later, or earlier, and meets the first one's all the same."""


@contextlib.contextmanager
def wiping(stack: Stack) -> Iterator[list[int]]:
    """Wipe Redis all the while; counts how often."""
    over, wiped = Event(), list[int]()
    redis = Redis.from_url(stack.around.redis_url)

    def wipe() -> None:
        while not over.wait(WIPED_EACH):
            redis.flushall()
            wiped.append(1)

    thread = Thread(target=wipe)
    thread.start()
    try:
        yield wiped
    finally:
        over.set()
        thread.join()
        redis.close()


@pytest.mark.timeout(900)
def test_of_two_desks_that_book_one_time_one_has_it_and_nothing_overlaps_in_the_end(stack: Stack) -> None:
    desks = [FrontDesk(stack, "book-race").open() for _ in range(2)]
    first = (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)

    def books(desk: FrontDesk, at: datetime) -> dict[str, Any]:
        said = {"scheduled_at": at.isoformat(), "minutes": 15, "provider": "dr-test"}
        return told(desk, desk.send("POST", "visits", said))

    winners: dict[str, datetime] = {}
    with wiping(stack) as wiped, ThreadPoolExecutor(2) as both:
        for number in range(ROUNDS):
            slot = first + number * 2 * SLOT
            times = [slot, slot + MEETING * (number % 3 - 1)]
            became = list(both.map(books, desks, times))
            applied = [at for at, each in enumerate(became) if each["status"] == "applied"]
            assert len(applied) == 1, (number, became)
            winner, loser = became[applied[0]], became[1 - applied[0]]
            assert loser["reason"] == "slot-held", number
            winners[winner["visit"]] = times[applied[0]]
    assert len(wiped) > 3
    booked = {visit: int(at.timestamp() * 1000) for visit, at in winners.items()}
    wait_until(lambda: shown(desks[0]) == booked, 30)
    in_order = sorted(booked.values())
    assert all(later - earlier >= SLOT.total_seconds() * 1000 for earlier, later in pairwise(in_order))


def shown(desk: FrontDesk) -> dict[str, int]:
    """When each visit is booked, as the live state says; nothing while that is being built."""
    answer = desk.client.get(f"/v1/sites/{desk.site}/visits")
    visits = answer.json()["visits"] if answer.status_code == httpx.codes.OK else []
    return {visit["visit"]: visit["scheduled_ms"] for visit in visits}

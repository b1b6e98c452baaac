"""I8 through everything: two desks want the same room, again and again, while Redis is wiped and flow is killed."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from redis import Redis

from schemas import topics
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from services.stack.stack import Stack
from tests.integration.flow.reading import Reading
from tests.integration.front_desk import FrontDesk
from tests.waiting import wait_until

WIPED_EACH = 1.3
KILLED_EACH = 9.0
ROOM = "r1"

Told = dict[str, Any]


@contextlib.contextmanager
def trouble(stack: Stack) -> Iterator[list[str]]:
    """Wipe Redis all the while, and kill flow whenever it has come back; says what was done."""
    over, done = threading.Event(), list[str]()
    redis, flow = Redis.from_url(stack.around.redis_url), stack.part("flow")

    def wipe() -> None:
        redis.flushall()
        done.append("wiped")

    def kill() -> None:
        if flow.is_up:
            flow.kill()
            done.append("killed")

    def each(seconds: float, what: Callable[[], None]) -> None:
        while not over.wait(seconds):
            what()

    threads = [threading.Thread(target=each, args=(WIPED_EACH, wipe)), threading.Thread(target=each, args=(KILLED_EACH, kill))]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        over.set()
        for thread in threads:
            thread.join()
        redis.close()


def told(desk: FrontDesk, answer: httpx.Response) -> Told:
    """What became of a command, waited for where it was only kept."""
    if answer.status_code == httpx.codes.ACCEPTED:
        return desk.outcome(answer)
    said: Told = answer.json()
    assert answer.status_code in {httpx.codes.CREATED, httpx.codes.CONFLICT}, answer.text
    return said | {"status": "refused", "reason": said["code"]} if answer.status_code == httpx.codes.CONFLICT else said


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("rounds", [40, pytest.param(1000, marks=pytest.mark.slow)])
def test_of_two_desks_one_wins_the_room_and_no_ticket_is_drawn_twice(stack: Stack, rounds: int) -> None:
    site = f"race-{rounds}"
    desks = [FrontDesk(stack, site).open() for _ in range(2)]
    tickets: dict[str, str] = {}
    with contextlib.ExitStack() as ends, ThreadPoolExecutor(2) as both:
        for desk in desks:
            ends.enter_context(contextlib.closing(desk.client))
        done = ends.enter_context(trouble(stack))
        for number in range(rounds):
            arrived = list(both.map(lambda desk: told(desk, desk.walk_in()), desks))
            tickets.update({each["visit"]: each["ticket"] for each in arrived})
            wanted = list(both.map(lambda desk, each: told(desk, desk.step(each["visit"], "room", room=ROOM)), desks, arrived))
            winners = [at for at, each in enumerate(wanted) if each["status"] == "applied"]
            assert len(winners) == 1, (number, wanted)
            winner, loser = arrived[winners[0]], wanted[1 - winners[0]]
            assert (loser["status"], loser["reason"], loser["held_by"]) == ("refused", "room-held", winner["ticket"]), number
            left = list(both.map(lambda desk, each: told(desk, desk.step(each["visit"], "left")), desks, arrived))
            assert [each["status"] for each in left] == ["applied", "applied"], number
    assert "wiped" in done
    assert "killed" in done or rounds < 1000
    assert len(set(tickets.values())) == len(tickets) == 2 * rounds
    assert {visit: tickets[visit] for visit in tickets} == folded_again(stack, site)
    wait_until(lambda: shown(stack, site) == 2 * rounds, 30)


def folded_again(stack: Stack, site: str) -> dict[str, str | None]:
    """The tickets by visit, when the log is folded again from its start."""
    reading = Reading(stack.around.kafka_bootstrap, stack.around.namespace, topics.VISITS)
    partitions: dict[int, PartitionState] = {}
    for record in reading.news():
        partitions.setdefault(record.partition, PartitionState()).fold(record, Effects())
    reading.close()
    [found] = [state.sites[site] for state in partitions.values() if site in state.sites]
    return {visit.id: visit.ticket for visit in found.visits.values()}


def shown(stack: Stack, site: str) -> int | None:
    """How many live visits the site has; None while what was wiped is not shown anew."""
    desk = FrontDesk(stack, site)
    with contextlib.closing(desk.client):
        answer = desk.client.get(f"/v1/sites/{site}/visits")
    return len(answer.json()["visits"]) if answer.status_code == httpx.codes.OK else None

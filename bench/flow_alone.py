"""A stack with nothing but flow and what it needs, and how far that flow has come."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from redis import Redis

from bench import load
from schemas import redis_keys, topics
from services.stack.settings import StackSettings
from services.stack.stack import Stack

LOG = topics.VISITS.name("clinicflow")
LOOK_SECONDS = 0.05


@contextmanager
def flow_alone() -> Iterator[tuple[Stack, Path]]:
    """Run the stack in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        settings = StackSettings(data=Path(folder) / "stack", ports="free", show_logs=False)
        with Stack(settings, parts=["flow"]) as stack:
            yield stack, Path(folder)


def fill(stack: Stack, visits: int, sites: int) -> None:
    """Let so many visits begin that stay open, and wait until all of them are shown."""
    load.send(stack.around.kafka_bootstrap, LOG, load.profiles(sites))
    load.send(stack.around.kafka_bootstrap, LOG, load.arrivals(visits, sites))
    wait_shown(stack, visits + sites)


def shown(stack: Stack) -> int:
    """Count the records that flow has behind it, effects sent and screens written: each partition's sentinel says up to where."""
    return sum(beat["next"] for beat in _beats(stack))


def writers(stack: Stack) -> set[str]:
    """Which processes the partitions in Redis were written by."""
    return {beat["incarnation"] for beat in _beats(stack)}


def wait_shown(stack: Stack, least: int) -> float:
    """Wait until so many records are shown; returns the records per second from the first change on."""
    begin, first = shown(stack), None
    while True:
        value, now = shown(stack), time.monotonic()
        if value > begin and first is None:
            first = value, now
        if value >= least:
            return 0.0 if first is None else (value - first[0]) / max(now - first[1], 1e-9)
        time.sleep(LOOK_SECONDS)


def _beats(stack: Stack) -> list[dict[str, Any]]:
    keys = [redis_keys.sentinel("clinicflow", number) for number in range(topics.VISIT_PARTITIONS)]
    with Redis.from_url(stack.around.redis_url) as redis:
        beats: Any = redis.mget(keys)
    return [orjson.loads(beat) for beat in beats if beat]

"""How long screens are without their data after Redis is wiped under load: `python -m bench.wipe`.

Patients arrive all the while. The time runs from FLUSHALL until every clinic's live state holds at least what it held before.
"""

import argparse
import sys
import threading
import time

from redis import Redis

from bench import load, results
from bench.flow_alone import LOG, LOOK_SECONDS, fill, flow_alone
from schemas import redis_keys
from services.stack.stack import Stack

ARRIVE_EACH, ARRIVE = 0.5, 100
"""So many patients (all clinics together) come each half second."""
PAUSE_SECONDS = 3.0
"""Between two wipes: what the last one cost is over."""


def main() -> int:
    """Run it and write the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=12_000)
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    with flow_alone() as (stack, _):
        fill(stack, given.visits, given.sites)
        over = threading.Event()
        busy = threading.Thread(target=_arrive, args=(stack, given.visits, given.sites, over))
        busy.start()
        try:
            took = sorted(_wiped(stack, given.sites) for _ in range(given.times))
        finally:
            over.set()
            busy.join()
    middle = took[given.times // 2]
    print(f"wiped under load, {given.visits:,} visits of {given.sites:,} sites are shown again after {middle:.1f} s "
          f"(median of {given.times}; {took[0]:.1f} to {took[-1]:.1f})")  # fmt: skip
    results.write(wipe_shown_seconds=round(middle, 2), wipe_shown_seconds_worst=round(took[-1], 2))
    return 0


def _arrive(stack: Stack, first: int, sites: int, over: threading.Event) -> None:
    while not over.wait(ARRIVE_EACH):
        load.send(stack.around.kafka_bootstrap, LOG, load.arrivals(ARRIVE, sites, first))
        first += ARRIVE


def _wiped(stack: Stack, sites: int) -> float:
    time.sleep(PAUSE_SECONDS)
    with Redis.from_url(stack.around.redis_url) as redis:
        before = _fields(redis, sites)
        began = time.monotonic()
        redis.flushall()
        while any(now < then for now, then in zip(_fields(redis, sites), before, strict=True)):
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - began


def _fields(redis: Redis, sites: int) -> list[int]:
    """Count the fields of each site's live state."""
    with redis.pipeline(transaction=False) as pipeline:
        for number in range(sites):
            pipeline.hlen(redis_keys.site("clinicflow", f"site-{number}"))
        counts: list[int] = pipeline.execute()
    return counts


if __name__ == "__main__":
    sys.exit(main())

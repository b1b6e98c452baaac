"""How long a restart takes with many open visits: `python -m bench.recovery`.

Flow is killed with SIGKILL once a snapshot holds all visits, and started again. The first time runs from the start of the new
process to the moment when every partition is loaded and caught up, with every visit in it (/readyz); the second to the moment when
every screen's data were written anew. Until then Redis goes on showing what the killed process had shown.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import orjson
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from bench import load, results
from bench.flow_throughput import until
from schemas import redis_keys, topics
from services.stack.settings import StackSettings
from services.stack.stack import Stack

LOOK_SECONDS = 0.05


def main() -> int:
    """Run it and write the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=80_000)
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = StackSettings(data=Path(folder) / "stack", ports="free", show_logs=False)
        with Stack(settings, parts=["flow"]) as stack:
            log = topics.VISITS.name("clinicflow")
            load.send(stack.around.kafka_bootstrap, log, load.profiles(given.sites))
            load.send(stack.around.kafka_bootstrap, log, load.arrivals(given.visits, given.sites))
            until(stack, given.visits + given.sites)
            stack.stop_part("flow")  # it saves what it holds
            took = [_restart(stack, given.visits) for _ in range(given.times)]
    back, shown = (sorted(times) for times in zip(*took, strict=True))
    middle = given.times // 2
    print(f"{given.visits:,} open visits back in {back[middle]:.1f} s (median of {given.times}; {back[0]:.1f} to {back[-1]:.1f})")
    print(f"all of it shown anew after {shown[middle]:.1f} s ({shown[0]:.1f} to {shown[-1]:.1f})")
    results.write(recovery_80k_seconds=round(back[middle], 2), recovery_80k_shown_seconds=round(shown[middle], 2))
    return 0


def _restart(stack: Stack, visits: int) -> tuple[float, float]:
    before, began = _writers(stack), time.monotonic()
    stack.start_part("flow")
    back = time.monotonic() - began
    while _writers(stack) & before:
        time.sleep(LOOK_SECONDS)
    shown = time.monotonic() - began
    assert _visits(stack) == visits
    stack.part("flow").kill()
    stack.stop_part("flow")
    return back, shown


def _writers(stack: Stack) -> set[str]:
    """Which processes the partitions in Redis were written by."""
    keys = [redis_keys.sentinel("clinicflow", number) for number in range(topics.VISIT_PARTITIONS)]
    with Redis.from_url(stack.around.redis_url) as redis:
        beats: Any = redis.mget(keys)
    return {orjson.loads(beat)["incarnation"] for beat in beats if beat}


def _visits(stack: Stack) -> float:
    text = httpx.get(f"{stack.around.url('flow')}/metrics", timeout=20).text
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return sum(sample.value for sample in samples if sample.name == "clinicflow_visits")


if __name__ == "__main__":
    sys.exit(main())

"""How long a restart takes with many open visits: `python -m bench.recovery`.

Flow is killed with SIGKILL once a snapshot holds all visits, and started again. The first time runs from the start of the new
process to the moment when every partition is loaded and caught up, with every visit in it (/readyz); the second to the moment when
every screen's data were written anew. Until then Redis goes on showing what the killed process had shown.
"""

import argparse
import sys
import time

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bench import results
from bench.flow_alone import LOOK_SECONDS, fill, flow_alone, writers
from services.stack.stack import Stack


def main() -> int:
    """Run it and write the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=80_000)
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with flow_alone() as (stack, _):
        fill(stack, given.visits, given.sites)
        stack.stop_part("flow")  # it saves what it holds
        took = [_restart(stack, given.visits) for _ in range(given.times)]
    back, shown = (sorted(times) for times in zip(*took, strict=True))
    middle = given.times // 2
    print(f"{given.visits:,} open visits back in {back[middle]:.1f} s (median of {given.times}; {back[0]:.1f} to {back[-1]:.1f})")
    print(f"all of it shown anew after {shown[middle]:.1f} s ({shown[0]:.1f} to {shown[-1]:.1f})")
    results.write(recovery_80k_seconds=round(back[middle], 2), recovery_80k_shown_seconds=round(shown[middle], 2))
    return 0


def _restart(stack: Stack, visits: int) -> tuple[float, float]:
    before, began = writers(stack), time.monotonic()
    stack.start_part("flow")
    back = time.monotonic() - began
    while writers(stack) & before:
        time.sleep(LOOK_SECONDS)
    shown = time.monotonic() - began
    assert _visits(stack) == visits
    stack.part("flow").kill()
    stack.stop_part("flow")
    return back, shown


def _visits(stack: Stack) -> float:
    text = httpx.get(f"{stack.around.url('flow')}/metrics", timeout=20).text
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return sum(sample.value for sample in samples if sample.name == "clinicflow_visits")


if __name__ == "__main__":
    sys.exit(main())

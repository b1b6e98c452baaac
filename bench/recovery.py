"""How long a restart takes with many open visits: `python -m bench.recovery`.

Flow is killed with SIGKILL once a snapshot holds all visits, and started again; the time runs from the start of the new process to
the moment when every site is loaded, caught up and shown.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench import load, results
from bench.flow_throughput import until
from schemas import topics
from services.stack.settings import StackSettings
from services.stack.stack import Stack

LOOK_SECONDS = 0.02


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
            took = sorted(_restart(stack) for _ in range(given.times))
    median = took[len(took) // 2]
    print(f"{given.visits:,} open visits back in {median:.1f} s (median of {given.times}; {took[0]:.1f} to {took[-1]:.1f})")
    results.write(recovery_80k_seconds=round(median, 2))
    return 0


def _restart(stack: Stack) -> float:
    began = time.monotonic()
    stack.start_part("flow")
    took = time.monotonic() - began
    stack.part("flow").kill()
    stack.stop_part("flow")
    return took


if __name__ == "__main__":
    sys.exit(main())

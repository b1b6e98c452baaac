"""Whether memory stays flat through a long day: `python -m bench.soak`.

A clinic day is simulated through the public API at many times its speed, at a site that keeps departed visits for an hour. Each
hour of the clinic's clock the resident memory of every service is noted; the row is how much more each has at the end than after
the first hour, in which caches fill and code is loaded.
"""

import argparse
import sys
import tempfile
import threading
from pathlib import Path

import psutil

from bench import results
from services.cli.demo import DEMO_SITE, SIMULATOR, this_morning
from services.cli.operator import operator_token
from services.stack.clock_file import real_now
from services.stack.service_parts import SERVICES
from services.stack.settings import StackSettings
from services.stack.stack import Stack

MEGABYTE = 1024 * 1024
FLAT = 1.1
"""So much more than after the first hour is still flat: the allocator keeps what a busy hour needed."""


def main() -> int:
    """Run it and write the row; 0 where every service's memory stayed flat."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=int, default=8)
    parser.add_argument("--speed", type=float, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "soak.toml"
        demo = DEMO_SITE.read_text(encoding="utf-8")
        assert "retention_hours = 24\n" in demo
        site.write_text(demo.replace("retention_hours = 24\n", "retention_hours = 1\n"), encoding="utf-8")
        begins, data = this_morning(DEMO_SITE, real_now()), Path(folder) / "stack"
        settings = StackSettings(data=data, ports="free", show_logs=False, speed=given.speed, start_at=begins)
        with Stack(settings) as stack:
            taken = _day(stack, site, given.hours, 3600 / given.speed)
    names = [service.name for service in SERVICES]
    print(f"MB resident  {'  '.join(f'{name:>8}' for name in names)}")
    for hour, row in enumerate(taken, 1):
        print(f"after {hour:2} h   {'  '.join(f'{row[name] / MEGABYTE:8.1f}' for name in names)}")
    growth = {name: taken[-1][name] / taken[0][name] for name in names}
    print("last to first  " + "  ".join(f"{name} {ratio:.2f}" for name, ratio in growth.items()))
    results.write(**{f"soak_{given.hours}h_{name}_growth": round(ratio, 3) for name, ratio in growth.items()})
    return int(max(growth.values()) > FLAT)


def _day(stack: Stack, site: Path, hours: int, hour_seconds: float) -> list[dict[str, int]]:
    """Run the simulated day; the memory of each service at the end of each hour, in bytes."""
    operator_token(stack)
    code, words = stack.run("site", [sys.executable, "-m", "services.cli", "site", "add", str(site)])
    assert code == 0, words
    taken: list[dict[str, int]] = []
    over = threading.Event()

    def note() -> None:
        while len(taken) < hours and not over.wait(hour_seconds):
            taken.append({service.name: _resident(stack, service.name) for service in SERVICES})

    noting = threading.Thread(target=note, name="note-memory")
    noting.start()
    code, result = stack.run("simulator", [*SIMULATOR, "--site", str(site), "--for", str(hours * hour_seconds + hour_seconds / 4)])
    over.set()
    noting.join()
    print(result)
    assert code == 0, "the day did not end as it should"
    return taken


def _resident(stack: Stack, name: str) -> int:
    pid = stack.part(name).pid
    assert pid is not None
    return int(psutil.Process(pid).memory_info().rss)


if __name__ == "__main__":
    sys.exit(main())

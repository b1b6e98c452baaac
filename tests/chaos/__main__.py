"""`python -m tests.chaos --seed N --faults N`: one run, judged; `--judge` judges the last run of that seed again.

Prints one line of JSON. Ends with 0 where nothing was found, with 1 where something was; Ctrl-C ends the run in order.
"""

import argparse
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.chaos import evidence
from tests.chaos.checker import check
from tests.chaos.report import is_clean, line, report
from tests.chaos.run import Setting, run

FOLDER = Path(".chaos")


def main() -> int:
    """Run and judge."""
    options = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    options.add_argument("--seed", default="1")
    options.add_argument("--faults", type=int, default=100)
    options.add_argument("--judge", action="store_true", help="only judge what the last run of this seed has left")
    asked = options.parse_args()
    folder = FOLDER / f"seed-{asked.seed}"
    if not asked.judge:
        shutil.rmtree(folder, ignore_errors=True)
        run(Setting(asked.seed, asked.faults), folder, _stopped_by_signals())
    found = evidence.load(folder)
    findings = check(found)
    told = report(found, findings, asked.seed, asked.faults, str(folder))
    (folder / "findings.json").write_bytes(line(findings).encode())
    sys.stdout.write(line(told) + "\n")
    if is_clean(found, findings) and not asked.judge:
        shutil.rmtree(folder / "data", ignore_errors=True)
    return 0 if is_clean(found, findings) else 1


def _stopped_by_signals() -> Callable[[], bool]:
    """Whether a signal came: the first ends the faults, and the run is judged; the second ends the run at once, in order."""
    stopped: list[int] = []

    def stop(number: int, _frame: object) -> None:
        stopped.append(number)
        if len(stopped) > 1:
            sys.exit(1)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return lambda: bool(stopped)


if __name__ == "__main__":
    sys.exit(main())

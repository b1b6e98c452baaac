"""`python -m tests.chaos --seed N --faults N`: one run, judged; `--judge` judges the last run of that seed again.

Prints one line of JSON. Ends with 0 where nothing was found, with 1 where something was; Ctrl-C ends the faults, and the run
is judged; once more ends it at once.
"""

import argparse
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.chaos import evidence
from tests.chaos.checker import check
from tests.chaos.provocations import PROVOCATIONS
from tests.chaos.report import is_clean, line, report
from tests.chaos.run import Setting, run

FOLDER = Path(".chaos")


def main() -> int:
    """Run and judge."""
    asked = _options().parse_args()
    folder = asked.folder or FOLDER / (asked.provoke or f"seed-{asked.seed}")
    if not asked.judge:
        shutil.rmtree(folder, ignore_errors=True)
        run(_setting(asked), folder, _stopped_by_signals())
    found = evidence.load(folder)
    findings = check(found)
    (folder / "findings.json").write_bytes(line(findings).encode())
    replay = f"make chaos SEED={asked.seed} FAULTS={asked.faults}"
    if asked.provoke:
        replay += f' ARGS="--provoke {asked.provoke}{" --protected" if asked.protected else ""}"'
    sys.stdout.write(line(report(found, findings, asked.seed, replay, str(folder))) + "\n")
    clean = is_clean(found, findings)
    if clean and not asked.judge:
        shutil.rmtree(folder / "data", ignore_errors=True)
    return 0 if clean else 1


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    options.add_argument("--seed", default="1")
    options.add_argument("--faults", type=int, default=100)
    options.add_argument("--folder", type=Path, help="where the run is kept")
    options.add_argument("--judge", action="store_true", help="only judge what the last such run has left")
    options.add_argument(
        "--provoke", choices=list(PROVOCATIONS), help="switch this protection off, and provoke what it is there for"
    )
    options.add_argument("--protected", action="store_true", help="provoke it with the protection on")
    return options


def _setting(asked: argparse.Namespace) -> Setting:
    if asked.provoke is None:
        return Setting(asked.seed, asked.faults)
    return PROVOCATIONS[asked.provoke].setting(() if asked.protected else (asked.provoke,))


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

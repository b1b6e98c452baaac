"""Parts made of stand-ins, and a launcher of them: `python stand_ins.py DATA [stubborn]`, as `clinicflow up` would be."""

import sys
from dataclasses import replace
from pathlib import Path

from services.cli.stack_options import run_stack
from services.stack.part import Part
from services.stack.service_parts import Service
from services.stack.settings import StackSettings
from services.stack.stack import Stack

SCRIPT = str(Path(__file__).with_name("stand_in.py"))


def stand_in(name: str, *words: str, needs: tuple[str, ...] = (), stop_within: float = 10) -> Part:
    """A part that runs stand_in.py and is told what a service is told."""
    service = Service(name=name, module="unused", port=0, offset=0, needs=needs).part()
    return replace(service, command=lambda _around: [sys.executable, SCRIPT, *words], stop_within=stop_within)


def task(name: str, program: str, needs: tuple[str, ...] = ()) -> Part:
    """A task that runs this Python program."""
    return Part(
        name=name,
        command=lambda _around: [sys.executable, "-c", program],
        ready=lambda _around: True,
        is_task=True,
        needs=needs,
    )


def _rest(stack: Stack) -> int:
    sys.stdout.write("all ready\n")
    sys.stdout.flush()
    stack.wait()
    return 0


def main() -> int:
    table = [stand_in("checkin", stop_within=60), stand_in("board", *sys.argv[2:], needs=("checkin",), stop_within=60)]
    return run_stack(StackSettings(data=Path(sys.argv[1]), ports="free"), _rest, table)


if __name__ == "__main__":
    sys.exit(main())

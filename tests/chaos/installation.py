"""The real stack with failpoints in it, its clinics, and one place that knows how to look at it."""

import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from services.cli.operator import operator_token
from services.stack.keeper import Keeper
from services.stack.output import Console
from services.stack.part import Part, Surroundings
from services.stack.ports import Port
from services.stack.service_parts import PARTS, Service
from services.stack.settings import StackSettings
from services.stack.stack import Stack

SECOND_FLOW = Service(
    name="flow", module="services.flow", port=8084, offset=84, number=2,
    more_ports={"CLINICFLOW_FLOW_FAUST_PORT": Port("flow-2-faust", 8094, 94)},
)  # fmt: skip
QUICK = {"CLINICFLOW_FLOW_SESSION_SECONDS": "6", "CLINICFLOW_FLOW_SNAPSHOT_SECONDS": "1", "CLINICFLOW_LOG_FORMAT": "json"}
"""Short sessions, so that a frozen worker loses its partitions soon; snapshots often, so that a kill falls into one."""
SITES = ("north", "west", "south", "lake")
"""Each in another partition (2, 5, 11, 9), so that two workers have two each."""
CALM = "lake"
"""Its limits are an ordinary clinic's: at the end nothing happens there by time alone."""


def profile(site: str, rooms: int = 6) -> dict[str, Any]:
    """An invented clinic. Its patients wait too long after one minute, so that a run sees it."""
    limits = {"waiting_warning": 1, "waiting_critical": 2, "in_room_warning": 1, "in_room_critical": 2, "unanswered_call": 2}
    return {
        "site": site, "name": f"Invented clinic {site}", "timezone": "America/New_York", "queues": {"A": "Waiting", "B": "Walk-in"},
        "rooms": [{"id": f"r{number}", "name": f"Room {number}"} for number in range(1, rooms + 1)],
        "providers": [{"id": "dr-test", "name": "Dr Test (invented)"}], "service_points": [{"id": "lab", "name": "Lab"}],
        **({} if site == CALM else {"limits": limits}),
    }  # fmt: skip


def table(flow: Mapping[str, Sequence[str]]) -> list[Part]:
    """The parts of the stack, our services run by launch.py; `flow` has the circumstances of each worker by its name."""
    second = [SECOND_FLOW.part()] if "flow-2" in flow else []
    return [_with_failpoints(part, flow.get(part.name, ())) for part in (*PARTS, *second)]


def _with_failpoints(part: Part, names: Sequence[str]) -> Part:
    service = part.name.partition("-")[0]
    if part.is_task or service not in {"flow", "checkin", "board", "notify"}:
        return part

    def environment(around: Surroundings, starts: int) -> Mapping[str, str]:
        return {**part.environment(around, starts), **QUICK}

    command = [sys.executable, "-m", "tests.chaos.launch", service, *names]
    return replace(part, command=lambda _around: command, environment=environment)


class Installation:
    """A stack that runs, and what a client or an operator can ask it."""

    def __init__(self, folder: Path, flow: Mapping[str, Sequence[str]]) -> None:
        settings = StackSettings(data=folder, ports="free", show_logs=False, fresh=True)
        self._at_end = contextlib.ExitStack()
        console = self._at_end.enter_context((folder.parent / "console.log").open("w", encoding="utf-8"))
        self.stack = Stack(settings, table=table(flow), console=Console(console))
        self._at_end.callback(self.stack.stop)
        self.workers = tuple(flow)

    def open(self) -> None:
        """Start everything, and get the operator's token."""
        self.stack.start()
        self.token = operator_token(self.stack)
        headers = {"Authorization": f"Bearer {self.token}"}
        self.board = self._at_end.enter_context(httpx.Client(base_url=self.url("board"), headers=headers, timeout=5))

    def url(self, part: str) -> str:
        """Where a service answers."""
        return self.stack.around.url(part)

    def part(self, name: str) -> Keeper:
        """Who keeps a part running."""
        return self.stack.part(name)

    def signal(self, part: str, number: signal.Signals) -> bool:
        """Signal a part, with all that it has started; whether there was anything to be signalled."""
        pid = self.part(part).pid
        with contextlib.suppress(ProcessLookupError):
            if pid is not None:
                os.killpg(pid, number)  # each part leads a group of its own
                return True
        return False

    def is_frozen(self, part: str) -> bool:
        """Whether the kernel says that it is stopped."""
        stat = Path(f"/proc/{self.part(part).pid}/stat")
        return stat.exists() and stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "T"

    def flows_up(self) -> list[str]:
        """The flow workers that are to run."""
        return [name for name in self.workers if self.part(name).is_wanted()]

    def folder(self, part: str) -> Path:
        """A part's own folder."""
        return self.stack.folder.path / part

    @property
    def outbox(self) -> Path:
        """Where texts go."""
        return self.stack.folder.path / "outbox.jsonl"

    def close(self) -> None:
        """Stop everything; returns when no process is left."""
        self._at_end.close()

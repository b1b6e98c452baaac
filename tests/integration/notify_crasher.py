"""Runs notify, and kills it at one point of its work: `python -m tests.integration.notify_crasher POINT TIMES`.

The process kills itself with SIGKILL when it comes to the point for the TIMES-th time. At the point `unserved` it isn't
killed: there it never learns of the partitions that the group gives it. At `long-read` it reads the ledger until a file `go-on`
is in the folder of its outbox, where it puts one named `reading`; at `long-texts` each takes it half a second; at
`few-waiting` it besides reads no more where two alerts wait.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.notify import __main__ as service
from services.notify import inbox
from services.notify.gateways import Text
from services.notify.gateways.outbox import OutboxGateway
from services.notify.inbox import Inbox
from services.notify.ledger import Ledger
from services.notify.outbox_line import OutboxLine
from services.runtime.group import Assignment

POINTS = (
    "before-ledger", "ledger-on-its-way", "after-ledger", "before-gateway", "torn-line", "after-gateway", "before-commit",
    "after-commit",
)  # fmt: skip
left = 0
point = ""


def reach(name: str) -> None:
    global left  # noqa: PLW0603 # one process, one countdown
    if name == point:
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def watch(owner: type, method: str, before: str, after: str, when: Callable[[Any], bool] = lambda _self: True) -> None:
    """Reach a point before each call of a method, and one after it; only calls that `when` counts."""
    real: Callable[..., Any] = getattr(owner, method)

    def watched(self: Any, *args: Any) -> Any:
        counts = when(self)
        if counts:
            reach(before)
        result = real(self, *args)
        if counts:
            reach(after)
        return result

    setattr(owner, method, watched)


def watch_the_wire() -> None:
    """Reach a point when the ledger's record is handed to the producer and not yet acknowledged."""
    real = Ledger._send_all

    def send_all(self: Ledger) -> None:
        if self._producer is not None and point == "ledger-on-its-way":
            for key, value in self._unacknowledged:
                self._producer.send(self._topic, key=key, value=value)
            reach(point)
        real(self)

    Ledger._send_all = send_all  # type: ignore[method-assign] # this is what the file is for


def watch_the_disk() -> None:
    """Reach a point with half of a line on the disk."""
    real = OutboxGateway.send

    def send(self: OutboxGateway, text: Text) -> Any:
        if point == "torn-line" and left <= 1:
            line = OutboxLine(**{name: getattr(text, name) for name in OutboxLine.model_fields}).encode()
            os.write(self._file, line[: len(line) // 2])
        reach("torn-line")
        return real(self, text)

    OutboxGateway.send = send  # type: ignore[method-assign] # this is what the file is for


def read_long() -> None:
    """Take as long to read the ledger as the test likes."""
    real, folder = Ledger.load, Path(os.environ["CLINICFLOW_OUTBOX_FILE"]).parent

    def load(self: Ledger) -> None:
        real(self)
        (folder / "reading").touch()
        while not (folder / "go-on").exists():
            time.sleep(0.05)

    Ledger.load = load  # type: ignore[method-assign] # this is what the file is for


def text_long() -> None:
    """Take half a second for each text."""
    real = OutboxGateway.send

    def send(self: OutboxGateway, text: Text) -> Any:
        time.sleep(0.5)
        return real(self, text)

    OutboxGateway.send = send  # type: ignore[method-assign] # this is what the file is for


if __name__ == "__main__":
    point, left = sys.argv[1], int(sys.argv[2])
    watch_the_wire()
    watch_the_disk()
    watch(Ledger, "settle", "before-ledger", "after-ledger", when=lambda ledger: bool(ledger._unacknowledged))
    watch(OutboxGateway, "send", "before-gateway", "after-gateway")
    if point == "unserved":
        Assignment.on_partitions_assigned = lambda _self, _assigned: None  # type: ignore[method-assign, assignment] # as above
    if point == "long-read":
        read_long()
    if point in ("long-texts", "few-waiting"):
        text_long()
    if point == "few-waiting":
        inbox.MOST_WAITING = 2
    watch(Inbox, "_commit", "before-commit", "after-commit", when=lambda self: bool(self._done))
    sys.exit(service.main())

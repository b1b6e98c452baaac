"""Runs billing, and kills it at one point of its work: `python -m tests.integration.billing_crasher POINT TIMES`.

The process kills itself with SIGKILL when it comes to the point for the TIMES-th time.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from schemas.deliveries import Delivery
from services.billing import __main__ as service
from services.billing.ledger import Ledger
from services.billing.webhook import Webhook

POINTS = ("before-ledger", "ledger-on-its-way", "after-ledger", "before-sending", "after-sending", "after-recording")
left = 0
point = ""


def reach(name: str) -> None:
    global left  # noqa: PLW0603 # one process, one countdown
    if name == point:
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def watch_the_ledger() -> None:
    """Reach points around the first word on a delivery, and one after the last."""
    real = Ledger.record

    def record(self: Ledger, entry: Delivery) -> None:
        first = entry.status is None and entry.problem is None
        if first:
            reach("before-ledger")
            on_its_way(self, entry)
        real(self, entry)
        reach("after-ledger" if first else "after-recording")

    Ledger.record = record  # type: ignore[method-assign] # this is what the file is for


def on_its_way(ledger: Ledger, entry: Delivery) -> None:
    """Reach a point when the record is handed to the producer and not yet acknowledged."""
    if point == "ledger-on-its-way" and ledger._producer is not None:
        ledger._producer.send(ledger._topic, key=entry.visit.encode(), value=entry.model_dump_json(exclude_none=True).encode())
        reach(point)


def watch_the_wire() -> None:
    """Reach a point before each attempt, and one when it was answered."""
    real: Callable[..., Any] = Webhook.post

    def post(self: Webhook, delivery: str, body: bytes) -> Any:
        reach("before-sending")
        answer = real(self, delivery, body)
        reach("after-sending")
        return answer

    Webhook.post = post  # type: ignore[method-assign] # this is what the file is for


if __name__ == "__main__":
    point, left = sys.argv[1], int(sys.argv[2])
    watch_the_ledger()
    watch_the_wire()
    sys.exit(service.main())

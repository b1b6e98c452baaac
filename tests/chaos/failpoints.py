"""Points in the services before and after which a process can be made to die: every commit and every send there is.

The product knows nothing of them: launch.py wraps the methods from outside. A file in the service's folder arms one point,
once; the process that comes to it removes the file and gets the signal: SIGKILL, or SIGSTOP to make a zombie of it.
"""

import functools
import inspect
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from schemas.topics import SNAPSHOTS

ARMED = "failpoint"
FOLDER = Path(os.environ.get("CLINICFLOW_DATA_DIR", "."))
Side = Literal["before", "after"]


@dataclass(frozen=True)
class Point:
    """One commit or send. `counts` says of its arguments whether there is something to send at all."""

    service: str
    name: str
    method: str
    """`module:Class.method`"""
    counts: Callable[..., bool] = lambda *_args, **_options: True


def _is_snapshot(topic: str) -> bool:
    return topic.endswith(SNAPSHOTS.suffix)


POINTS = (
    Point("flow", "alerts", "services.flow.publish:Publisher.send_alerts", lambda _self, _held, alerts: bool(alerts)),
    Point("flow", "summaries", "services.flow.publish:Publisher._send_all",
          lambda self, topic, _number, records: topic == self._summaries and bool(records)),
    Point("flow", "handed-over", "aiokafka:AIOKafkaProducer.send_batch"),
    Point("flow", "profile", "services.flow.publish:Publisher._send_profile"),
    Point("flow", "dead-letter", "services.flow.publish:Publisher._send_dead"),
    Point("flow", "live-state", "services.flow.live:LiveState.show", lambda _self, _held, effects, _now: bool(effects.changed)),
    Point("flow", "whole-live-state", "services.flow.live:LiveState._show_whole"),
    Point("flow", "snapshot", "services.flow.snapshots:Snapshots.send"),
    Point("flow", "snapshot-row", "aiokafka:AIOKafkaProducer.send", lambda _self, topic, *_args, **_options: _is_snapshot(topic)),
    Point("flow", "snapshot-commit", "aiokafka:AIOKafkaProducer.commit_transaction"),
    Point("flow", "offsets", "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.commit"),
    Point("checkin", "event", "services.checkin.publisher:Publisher.publish"),
    Point("checkin", "handed-over", "kafka:KafkaProducer.send"),
    Point("notify", "handed-over", "kafka:KafkaProducer.send"),
    Point("notify", "ledger", "services.notify.ledger:Ledger._send_all"),
    Point("notify", "text", "services.notify.gateways.outbox:OutboxGateway.send"),
    Point("notify", "offsets", "services.notify.inbox:Inbox._commit", lambda self, _reader: bool(self._done)),
)  # fmt: skip
"""`handed-over`: given to the client, and not acknowledged yet."""


def arm(folder: Path, point: str, side: Side, number: signal.Signals = signal.SIGKILL) -> Path:
    """Let the service with this folder get the signal at the point; returns the file that is there until it did."""
    armed = folder / ARMED
    beside = folder / f"{ARMED}.new"
    beside.write_text(f"{point}:{side} {number:d}", encoding="utf-8")
    beside.replace(armed)
    return armed


def install(service: str) -> None:
    """Wrap every point of a service."""
    for point in POINTS:
        if point.service == service:
            _wrap(point)


def _wrap(point: Point) -> None:
    module, _, path = point.method.partition(":")
    owner_name, _, name = path.partition(".")
    owner = getattr(import_module(module), owner_name)
    original = getattr(owner, name)

    @contextmanager
    def passing(args: Any, options: Any) -> Iterator[None]:
        counts = point.counts(*args, **options)
        if counts:
            _reach(f"{point.name}:before")
        yield
        if counts:
            _reach(f"{point.name}:after")

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def awaited(*args: Any, **options: Any) -> Any:
            with passing(args, options):
                return await original(*args, **options)

        setattr(owner, name, awaited)
    else:

        @functools.wraps(original)
        def called(*args: Any, **options: Any) -> Any:
            with passing(args, options):
                return original(*args, **options)

        setattr(owner, name, called)


def _reach(place: str) -> None:
    armed = FOLDER / ARMED
    if not armed.exists():
        return
    named, _, number = armed.read_text(encoding="utf-8").partition(" ")
    if named == place:
        armed.unlink(missing_ok=True)
        os.kill(os.getpid(), int(number))

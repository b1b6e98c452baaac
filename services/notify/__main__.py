"""`python -m services.notify`: wires the service and runs it until SIGTERM (exit 0) or until something breaks (exit 1)."""

import os
import sys
import threading
import traceback

from structlog.stdlib import BoundLogger

from services.notify.delivery import Deliverer
from services.notify.gateways.outbox import OutboxBusyError, OutboxGateway
from services.notify.inbox import Inbox
from services.notify.ledger import Ledger
from services.notify.links import Links
from services.notify.metrics import Metrics
from services.notify.settings import NotifySettings
from services.notify.stopping import StoppedError, on_signals
from services.runtime.clock import Clock
from services.runtime.health import HealthServer
from services.runtime.log import configure
from services.runtime.profiles import SiteBook

OUTBOX_SECONDS = 10.0
"""So long a predecessor that still dies may hold the outbox."""


def main() -> int:
    """Run the service; returns its exit code."""
    settings = NotifySettings()
    stopping = on_signals()
    log = configure(settings, "notify")
    threading.excepthook = lambda broken: _end_on(log, broken.exc_value)
    try:
        _run(settings, stopping, log)
    except Exception as problem:  # noqa: BLE001 # whatever it is, the supervisor starts us again
        if not stopping.is_set() or not isinstance(problem, StoppedError | OutboxBusyError):
            _log_crash(log, problem)
            return 1
    log.info("stopped")
    return 0


def _run(settings: NotifySettings, stopping: threading.Event, log: BoundLogger) -> None:
    clock, metrics, sites = Clock.from_file(settings.clock_file), Metrics(), SiteBook(settings)
    links = Links.from_settings(settings)
    ledger = Ledger(settings, clock, stopping, log)
    gateway = OutboxGateway.wait_for(settings.outbox_file, stopping, OUTBOX_SECONDS)
    deliverer = Deliverer(ledger, gateway, clock, metrics, log, links=links)
    inbox = Inbox(settings, clock, stopping, log, metrics=metrics, ledger=ledger, sites=sites, deliverer=deliverer)
    checks = {
        "sites": lambda: sites.table.ready,
        "assigned": inbox.is_assigned,
        "ledger": inbox.is_ledger_read,
        "kafka": inbox.is_broker_reached,
    }
    health = HealthServer(dict(checks), metrics.registry, settings.host, settings.port)
    sites.table.start()
    health.start()
    log.info("started")
    try:
        while not sites.table.wait(0.2):
            if stopping.is_set():
                return
        inbox.run()
    finally:
        health.stop()
        sites.table.stop()
        ledger.close()
        gateway.close()


def _end_on(log: BoundLogger, problem: BaseException | None) -> None:
    """End the process when any of its threads has died, so that it never sits there half alive."""
    if problem is not None:
        _log_crash(log, problem)
    sys.stderr.flush()
    os._exit(1)


def _log_crash(log: BoundLogger, problem: BaseException) -> None:
    """Log what broke and where; not its message, which may hold what was received (I9)."""
    frames = traceback.extract_tb(problem.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]]
    log.error("crashed", problem=type(problem).__name__, where=where)


if __name__ == "__main__":
    sys.exit(main())

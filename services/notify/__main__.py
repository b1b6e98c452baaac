"""`python -m services.notify`: wires the service and runs it until SIGTERM (exit 0) or until something breaks (exit 1)."""

import sys
import threading

from structlog.stdlib import BoundLogger

from services.notify.delivery import Deliverer
from services.notify.gateways.outbox import OutboxBusyError, OutboxGateway
from services.notify.inbox import Inbox
from services.notify.ledger import Ledger
from services.notify.links import Links
from services.notify.metrics import Metrics
from services.notify.settings import NotifySettings
from services.runtime.clock import Clock
from services.runtime.crash import end_with_any_thread, log_crash
from services.runtime.health import HealthServer
from services.runtime.log import configure
from services.runtime.profiles import SiteBook
from services.runtime.stopping import StoppedError, on_signals

OUTBOX_SECONDS = 10.0
"""So long a predecessor that still dies may hold the outbox."""


def main() -> int:
    """Run the service; returns its exit code."""
    settings = NotifySettings()
    stopping = on_signals()
    log = configure(settings, "notify")
    end_with_any_thread(log)
    try:
        _run(settings, stopping, log)
    except Exception as problem:  # noqa: BLE001 # whatever it is, the supervisor starts us again
        if not stopping.is_set() or not isinstance(problem, StoppedError | OutboxBusyError):
            log_crash(log, problem)
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
        "assigned": inbox.member.is_assigned,
        "ledger": inbox.is_ledger_read,
        "kafka": inbox.member.is_broker_reached,
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


if __name__ == "__main__":
    sys.exit(main())

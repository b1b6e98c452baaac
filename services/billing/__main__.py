"""`python -m services.billing`: wires the service and runs it until SIGTERM (exit 0) or until something breaks (exit 1)."""

import sys
import threading

from structlog.stdlib import BoundLogger

from schemas.deliveries import DeliveryState
from schemas.topics import DELIVERIES, PEOPLE, SUMMARIES
from services.billing import keys
from services.billing.book import Book
from services.billing.following import Following
from services.billing.hand_over import HandOver
from services.billing.ledger import Ledger
from services.billing.metrics import Metrics
from services.billing.patients import Patients
from services.billing.retries import Retries
from services.billing.settings import BillingSettings
from services.billing.webhook import Webhook
from services.runtime.clock import Clock
from services.runtime.crash import end_with_any_thread, log_crash
from services.runtime.health import HealthServer
from services.runtime.log import configure
from services.runtime.people import PeopleBook
from services.runtime.stopping import StoppedError, on_signals
from services.runtime.vault import Vault


def main() -> int:
    """Run the service; returns its exit code."""
    settings = BillingSettings()
    stopping = on_signals()
    log = configure(settings, "billing")
    end_with_any_thread(log)
    try:
        if settings.billing_url is None:
            _idle(settings, stopping, log)
        else:
            _run(settings, settings.billing_url, stopping, log)
    except Exception as problem:  # noqa: BLE001 # whatever it is, the supervisor starts us again
        if not stopping.is_set() or not isinstance(problem, StoppedError):
            log_crash(log, problem)
            return 1
    log.info("stopped")
    return 0


def _idle(settings: BillingSettings, stopping: threading.Event, log: BoundLogger) -> None:
    """Do nothing: what is complete stays on its topics until there is somebody to tell."""
    health = HealthServer({}, Metrics().registry, settings.host, settings.port, shown={"address": lambda: False})
    health.start()
    log.warning("nothing is handed over: CLINICFLOW_BILLING_URL is not set")
    try:
        stopping.wait()
    finally:
        health.stop()


def _run(settings: BillingSettings, address: str, stopping: threading.Event, log: BoundLogger) -> None:
    clock, metrics = Clock.from_file(settings.clock_file), Metrics()
    people, retries, ledger = PeopleBook(settings), Retries(settings), Ledger(settings, stopping, log)
    book, patients = Book(clock, settings.billing_days), Patients(people, Vault(settings))
    webhook = Webhook(address, keys.signing_keys(settings), settings.billing_seconds, clock)
    hand_over = HandOver(
        book, patients, ledger, retries, webhook, key=keys.content_key(settings), clock=clock, metrics=metrics, log=log
    )
    following = Following(
        settings, clock, stopping, log, book=book, patients=patients, ledger=ledger, retries=retries, hand_over=hand_over
    )
    metrics.watch(lambda: len(following.agenda), lambda: ledger.count(DeliveryState.FAILED))
    metrics.unreadable.labels(SUMMARIES.suffix).set_function(lambda: book.unreadable)
    metrics.unreadable.labels(PEOPLE.suffix).set_function(lambda: people.unreadable)
    metrics.unreadable.labels(DELIVERIES.suffix).set_function(lambda: len(ledger.unreadable) + retries.unreadable)
    checks = {
        "people": lambda: people.table.ready,
        "retries": lambda: retries.table.ready,
        "assigned": following.member.is_assigned,
        "read": following.is_read,
        "kafka": following.member.is_broker_reached,
    }
    shown = {"address": lambda: True, "answered": hand_over.is_answered}
    health = HealthServer(dict(checks), metrics.registry, settings.host, settings.port, shown=dict(shown))
    tables = (people.table, retries.table)
    for table in tables:
        table.start()
    health.start()
    log.info("started")
    try:
        while not all(table.wait(0.2) for table in tables):
            if stopping.is_set():
                return
        following.run()
    finally:
        health.stop()
        for table in tables:
            table.stop()
        ledger.close()
        webhook.close()


if __name__ == "__main__":
    sys.exit(main())

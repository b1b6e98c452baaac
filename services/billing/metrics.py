"""What billing counts. Labels are kinds, states and reasons, never a visit."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.deliveries = Counter(
            "clinicflow_deliveries_total",
            "What the ledger was told of deliveries: sent, failed, or pending, which is an attempt that is to be made again.",
            ("kind", "state"),
            registry=self.registry,
        )
        self.problems = Counter(
            "clinicflow_delivery_problems_total",
            "Attempts that were no success, and deliveries for which something is missing, by why.",
            ("problem",),
            registry=self.registry,
        )
        self.waiting = Gauge(
            "clinicflow_deliveries_waiting",
            "Visits of which the billing system is to be told something, now or at the next attempt.",
            registry=self.registry,
        )
        self.failed = Gauge(
            "clinicflow_deliveries_failed",
            "Visits whose delivery failed, until it is tried again or changes.",
            registry=self.registry,
        )
        self.unreadable = Gauge(
            "clinicflow_table_unreadable_records", "Records of a table topic left unread.", ("topic",), registry=self.registry
        )

    def watch(self, waiting: Callable[[], int], failed: Callable[[], int]) -> None:
        """Show at each scrape how many there are."""
        self.waiting.set_function(waiting)
        self.failed.set_function(failed)

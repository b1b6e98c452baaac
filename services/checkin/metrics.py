"""The metrics of checkin, declared once."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One registry and what is in it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "clinicflow_api_requests_total", "Requests answered, by route and status.", ("route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "clinicflow_api_seconds", "From request to answer, by route.", ("route",), buckets=_SECONDS, registry=self.registry
        )
        self.commands = Counter(
            "clinicflow_commands_total",
            "Commands by what became of them: applied, refused, dead-lettered, kept (no outcome in time), unrecorded (no ack).",
            ("command", "result"),
            registry=self.registry,
        )
        self.batch_items = Counter(
            "clinicflow_batch_items_total",
            "Items of feeds' batches: accepted, rejected, unrecorded (no ack).",
            ("result",),
            registry=self.registry,
        )
        self.ack_seconds = Histogram(
            "clinicflow_kafka_ack_seconds", "From handing records over to the last ack.", buckets=_SECONDS, registry=self.registry
        )
        self.producers = Counter(
            "clinicflow_kafka_producers_total", "Producers built: 1, and one more after each outage.", registry=self.registry
        )
        self.outcomes_listening = Gauge(
            "clinicflow_outcomes_listening", "1 while the subscription to flow's outcomes stands.", registry=self.registry
        )
        self.outcomes_unreadable = Counter(
            "clinicflow_outcomes_unreadable_total", "Outcomes that could not be read and were left.", registry=self.registry
        )
        self.records_unreadable = Gauge(
            "clinicflow_table_unreadable_records", "Records of a table topic left unread.", ("topic",), registry=self.registry
        )

"""The metrics of checkin, declared once."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.runtime.live.metrics import LiveMetrics

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One registry and what is in it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.live = LiveMetrics(self.registry)
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
        self.imported_rows = Counter(
            "clinicflow_imported_rows_total",
            "Rows of files of bookings: booked, already there, kept (no outcome in time), repeated, failed.",
            ("result",),
            registry=self.registry,
        )
        self.ack_seconds = Histogram(
            "clinicflow_kafka_ack_seconds", "From handing records over to the last ack.", buckets=_SECONDS, registry=self.registry
        )
        self.producers = Counter(
            "clinicflow_kafka_producers_total", "Producers built: 2, and one more of each after an outage.", registry=self.registry
        )
        self.audit_unrecorded = Counter(
            "clinicflow_audit_unrecorded_total",
            "Acts that were answered and are not known to stand on the audit trail (no ack within a second).",
            registry=self.registry,
        )
        self.people_closed = Counter(
            "clinicflow_people_closed_total", "Times that a person's record could not be opened.", registry=self.registry
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
        self.self_check_ins = Counter(
            "clinicflow_self_check_ins_total",
            "Tries of patients to check in on their own phone, by what they were told; unknown: their link leads nowhere.",
            ("said",),
            registry=self.registry,
        )

"""What notify counts. Labels are templates and outcomes, never a visit."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.texts = Counter(
            "clinicflow_texts_total",
            "Texts by how they ended: sent, failed, unknown, suppressed, expired or retracted.",
            ("template", "outcome"),
            registry=self.registry,
        )
        self.latency = Histogram(
            "clinicflow_text_latency_seconds",
            "From the fact behind a text to the gateway's taking it, in seconds of the site's clock.",
            ("template",),
            buckets=(0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 3600),
            registry=self.registry,
        )
        self.unreadable = Counter(
            "clinicflow_alerts_unreadable_total",
            "Alerts that could not be read, by reason.",
            ("reason",),
            registry=self.registry,
        )

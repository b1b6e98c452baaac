"""Every metric of the board, declared once."""

from prometheus_client import CollectorRegistry, Counter

from services.runtime.live.metrics import LiveMetrics


class Metrics:
    """The board's registry and what is counted in it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.live = LiveMetrics(self.registry)
        self.phone_pages = Counter(
            "clinicflow_phone_pages", "Patients' links followed, by what they led to: shown, unknown, away", ["result"],
            registry=self.registry,
        )  # fmt: skip

"""Every metric of the board, declared once."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Ages = Callable[[], dict[str, float]]
"""By site, the age of its data in seconds; a site of which nothing is known is left out."""


class Metrics:
    """The board's registry and what is counted in it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.screens = Gauge("clinicflow_screens_connected", "Screens connected now", ["site"], registry=self.registry)
        self.events = Counter(
            "clinicflow_wall_events", "Messages sent to screens: snapshot, change, beat", ["event"], registry=self.registry
        )
        self.slow = Counter(
            "clinicflow_screens_too_slow", "Screens let go because they did not keep up, by where", ["at"], registry=self.registry
        )
        self.reads = Counter(
            "clinicflow_wall_reads", "Sites read whole from the live state, by outcome", ["outcome"], registry=self.registry
        )
        self.unreadable = Counter(
            "clinicflow_wall_unreadable", "Messages of the live state that could not be read", registry=self.registry
        )
        self.subscriptions = Counter(
            "clinicflow_wall_subscriptions", "Times the live state was subscribed to", registry=self.registry
        )

    def watch_ages(self, ages: Ages) -> None:
        """Ask for the ages at each scrape."""
        self.registry.register(_WallAges(ages))


class _WallAges(Collector):
    def __init__(self, ages: Ages) -> None:
        self._ages = ages

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("clinicflow_wall_age_seconds", "Age of the data that a site's wall shows", labels=["site"])
        for site, age in self._ages().items():
            family.add_metric([site], age)
        yield family

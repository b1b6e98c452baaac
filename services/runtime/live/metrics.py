"""What is counted of the screens and of the live state behind them, the same in each service that has screens."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Ages = Callable[[], dict[str, float]]
"""By site, the age of its data in seconds; a site of which nothing is known is left out."""


class LiveMetrics:
    """The metrics of one process's screens, in its registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self.screens = Gauge("clinicflow_screens_connected", "Screens connected now", ["site", "view"], registry=registry)
        self.events = Counter(
            "clinicflow_live_events", "Messages sent to screens: snapshot, change, beat", ["event"], registry=registry
        )
        self.slow = Counter(
            "clinicflow_screens_too_slow", "Screens let go because they did not keep up, by where", ["at"], registry=registry
        )
        self.reads = Counter(
            "clinicflow_live_reads", "Sites read whole from the live state, by outcome", ["outcome"], registry=registry
        )
        self.unreadable = Counter(
            "clinicflow_live_unreadable", "Messages of the live state that could not be read", registry=registry
        )
        self.subscriptions = Counter("clinicflow_live_subscriptions", "Times the live state was subscribed to", registry=registry)

    def watch_ages(self, ages: Ages) -> None:
        """Ask for the ages at each scrape."""
        self._registry.register(_LiveAges(ages))


class _LiveAges(Collector):
    def __init__(self, ages: Ages) -> None:
        self._ages = ages

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("clinicflow_live_age_seconds", "Age of the data that a site's screens show", labels=["site"])
        for site, age in self._ages().items():
            family.add_metric([site], age)
        yield family

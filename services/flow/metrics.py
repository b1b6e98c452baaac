"""Flow's metrics, declared once. State gauges are computed at scrape from the state; no visit is ever a label."""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from schemas.outcomes import OutcomeStatus
from schemas.summaries import Stage
from services.flow.domain.effects import Effects
from services.flow.domain.site import Site
from services.flow.held import Held
from services.runtime.clock import Clock


class FlowMetrics:
    """Counters of what a worker did since it started, and gauges of what it holds."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter(
            "clinicflow_events_total", "Events folded, by what became of them.", ["outcome"], registry=self.registry
        )
        self._dead = Counter(
            "clinicflow_dead_letters_total", "Records that could not be used, by reason.", ["reason"], registry=self.registry
        )
        self._alerts = Counter(
            "clinicflow_alerts_total", "Alerts raised or retracted, by kind.", ["kind", "change"], registry=self.registry
        )
        self.seeks = Counter(
            "clinicflow_seeks_total", "Times a partition was sought back to where its state is.", registry=self.registry
        )
        self.snapshots = Counter("clinicflow_snapshots_total", "Snapshots committed.", registry=self.registry)
        self.recovery = Histogram(
            "clinicflow_recovery_seconds",
            "Time to load a partition.",
            buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 15),
            registry=self.registry,
        )

    def count(self, effects: Effects) -> None:
        """Count what a batch brought about."""
        refused = sum(answer.decision.status is OutcomeStatus.REFUSED for answer in effects.answers)
        for outcome, number in (("applied", effects.applied), ("repeated", effects.repeated), ("refused", refused)):
            if number:
                self._events.labels(outcome).inc(number)
        for dead in effects.dead:
            self._dead.labels(dead.reason).inc()
        for alert in effects.alerts:
            self._alerts.labels(alert.alert.kind, type(alert).__name__.lower()).inc()

    def watch(self, held: Callable[[], Iterable[Held]], clock: Clock) -> None:
        """Compute the gauges from these partitions at each scrape."""
        self.registry.register(_StateCollector(held, clock))


class _StateCollector(Collector):
    def __init__(self, held: Callable[[], Iterable[Held]], clock: Clock) -> None:
        self._held, self._clock = held, clock

    def collect(self) -> Iterator[Metric]:
        held = list(self._held())
        partitions = GaugeMetricFamily("clinicflow_partitions", "Partitions held.", labels=["state"])
        for state, number in Tally("caught-up" if each.caught_up else "catching-up" for each in held).items():
            partitions.add_metric([state], number)
        yield partitions
        yield from _site_metrics([site for each in held for site in list(each.state.sites.values())], self._clock.now_ms())


def _site_metrics(sites: Iterable[Site], now: int) -> Iterator[Metric]:
    visits = GaugeMetricFamily("clinicflow_visits", "Visits by site and stage.", labels=["site", "stage"])
    longest = GaugeMetricFamily("clinicflow_longest_wait_seconds", "The longest wait of those waiting now.", labels=["site"])
    rooms = GaugeMetricFamily("clinicflow_rooms", "Rooms by site and state.", labels=["site", "state"])
    applied = CounterMetricFamily("clinicflow_events_applied", "Distinct events applied, ever.", labels=["site"])
    faults = GaugeMetricFamily(
        "clinicflow_data_faults", "Visits in the state whose times can't be, by site and fault.", labels=["site", "fault"]
    )
    for site in sites:
        views = [visit.view for visit in list(site.visits.values())]
        for stage, number in Tally(view.stage for view in views if view.stage is not None).items():
            visits.add_metric([site.id, stage], number)
        for fault, number in Tally(fault for view in views for fault in view.faults).items():
            faults.add_metric([site.id, fault], number)
        moment = (site.clock or 0) if site.follows_log else now
        waits = [moment - view.since for view in views if view.stage is Stage.WAITING and view.since is not None]
        longest.add_metric([site.id], max(0, max(waits, default=0)) / 1000)
        states = Tally("occupied" if site.rooms.held_by(room.id) else site.rooms.status(room.id) for room in site.profile.rooms)
        for state, number in states.items():
            rooms.add_metric([site.id, state], number)
        applied.add_metric([site.id], site.applied)
    yield from (visits, longest, rooms, faults, applied)

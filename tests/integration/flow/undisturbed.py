"""What flow must end up with: the log folded by nobody's worker, without a crash, a rebalance or a hurry."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from schemas import topics
from schemas.dead_letters import DeadLetterReason
from schemas.sites import SiteClock
from services.flow import publish
from services.flow.domain import show, snapshot
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from tests.integration.flow.reading import Reading


@dataclass
class Undisturbed:
    """The fold of a log, kept up with it."""

    log: Reading
    records: dict[int, list[Any]] = field(default_factory=dict)
    partitions: dict[int, PartitionState] = field(default_factory=dict)
    summaries: dict[str, bytes | None] = field(default_factory=dict)
    dead: set[tuple[int, int, str]] = field(default_factory=set)
    unfoldable: set[tuple[int, int]] = field(default_factory=set)
    """Records (partition, offset) that flow has to give up."""

    def __post_init__(self) -> None:
        for number in range(topics.VISIT_PARTITIONS):
            self.partitions[number], self.records[number] = PartitionState(number), []

    def catch_up(self) -> None:
        """Fold what came since."""
        for record in self.log.news():
            effects = Effects()
            self.fold(self.partitions[record.partition], record, effects)
            self.records[record.partition].append(record)
            self.summaries |= {said.visit: publish._summary(said) for said in effects.summaries}
            self.dead |= {(record.partition, dead.offset, str(dead.reason)) for dead in effects.dead}

    def fold(self, state: PartitionState, record: Any, effects: Effects) -> None:
        """Fold one record, or give it up where flow has to."""
        if (record.partition, record.offset) in self.unfoldable:
            state.skip(record, DeadLetterReason.UNFOLDABLE, effects)
        else:
            state.fold(record, effects)

    @property
    def sites(self) -> list[tuple[int, Site]]:
        """Every site, with its partition."""
        return [(number, site) for number, state in self.partitions.items() for site in state.sites.values()]

    def alerts(self) -> set[tuple[str, ...]]:
        """Every alert that stands."""
        standing = [(site, name, alert) for _, site in self.sites for name, alert in site.standing().items()]
        return {(site.id, name, alert.kind, alert.visit or "", alert.room or "") for site, name, alert in standing}


def chunks(site: Site) -> dict[str, Any]:
    """A site's state as it is compared: without the clock where that follows the wall."""
    rows: dict[str, Any] = as_read(snapshot.whole(site))
    if site.profile.clock is SiteClock.WALL:
        rows[snapshot.OWN]["clock"] = None
    return rows


def shown(site: Site) -> dict[str, Any]:
    """A site as Redis must show it."""
    fields = {name: show.field(site, name) for name in show.names(site)}
    return {name: as_read(value) for name, value in fields.items() if value is not None}


def as_read(value: Any) -> Any:
    """What JSON makes of a value."""
    return orjson.loads(orjson.dumps(value, default=list))

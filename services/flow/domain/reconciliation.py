"""What alerts.v1 must be told, once a partition is caught up, so that it says what the state holds (DESIGN I5)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schemas.alerts import RetractionReason
from services.flow.domain.alerting import Standing
from services.flow.domain.effects import Raised, Retracted, Summarized
from services.flow.domain.partition import PartitionState
from services.flow.domain.watching import Cause, raised


class Published(NamedTuple):
    """The last word of alerts.v1 on one alert: raised, or retracted."""

    raised: bool
    site: str
    alert: Standing
    person: str | None
    ticket: str | None
    language: str | None


def summaries(state: PartitionState) -> Iterator[Summarized]:
    """Yield what summaries.v1 should say last of each visit, for when nobody was told."""
    for site in state.sites.values():
        for visit in site.visits.values():
            if visit.summarized is not None:
                yield Summarized(site.id, visit.id, visit.ticket, visit.view, visit.summarized)


def missing(state: PartitionState, published: Mapping[str, Published], *, all_known: bool) -> Iterator[Raised | Retracted]:
    """Yield raises that are missing and retractions of what doesn't stand.

    `all_known`: `published` is all that alerts.v1 holds; else it is what came after the snapshot, whose own alerts were
    published before it was taken.
    """
    standing = {site.id: site.standing() for site in state.sites.values()}
    for site in state.sites.values():
        for name, alert in standing[site.id].items():
            known = published.get(name)
            if (known is None and all_known) or (known is not None and not known.raised):
                yield raised(site, name, alert, Cause(state.next, alert.since))
    for name, known in published.items():
        home = state.sites.get(known.site)
        if known.raised and (home is None or name not in standing[home.id]):
            reason = home.why_gone(known.alert.visit, name) if home else RetractionReason.OVER
            yield Retracted(known.site, name, known.alert, known.person, known.ticket, known.language, reason, state.next)

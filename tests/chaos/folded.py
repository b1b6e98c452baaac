"""The whole log of a run folded by the checker: what became of each event, which alerts were due, and the state at any offset."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.chaos.evidence import Evidence, Logged, Seen
from tests.chaos.facts import VISIT_EVENT, milliseconds
from tests.chaos.fold import Clinic, Decided
from tests.chaos.timely import Alert

SLACK_MS = 10_000
"""A site's clock may have been ahead of a record by so much: it follows the wall clock once all is read, and a frozen broker
stamps a record long before anybody can read it."""
SHOWN_WITHIN_MS = 5000
"""Within so long what time brings about must be shown."""


@dataclass
class Folded:
    """`due`: alerts that had to be raised at some time. `possible`: all that may have been, with leave for the clocks."""

    clinics: dict[str, Clinic] = field(default_factory=dict)
    decided: dict[str, Decided] = field(default_factory=dict)
    dead: set[tuple[int, int, str]] = field(default_factory=set)
    due: dict[str, Alert] = field(default_factory=dict)
    possible: dict[str, Alert] = field(default_factory=dict)
    prefixes: list[tuple[Seen, Clinic]] = field(default_factory=list)


def fold_log(evidence: Evidence, compare: "Compare") -> Folded:
    """Fold every clinic's records. `compare` is called for each view with the clinic as of the offset that the view says."""
    folded = Folded()
    sites = {record.event["site"] for record in evidence.log}
    for site in sorted(sites):
        records = [record for record in evidence.log if record.event["site"] == site]
        left = sorted((seen for seen in evidence.views if seen.site == site and not seen.last), key=lambda seen: seen.offset)
        _fold_site(folded, records, left, compare)
        if evidence.settled_ms is not None:
            folded.due |= folded.clinics[site].alerts(evidence.settled_ms - SHOWN_WITHIN_MS)
        folded.possible |= folded.clinics[site].alerts(_end(evidence) + 2 * SLACK_MS)
    return folded


def _end(evidence: Evidence) -> int:
    """When the last thing was seen."""
    seen = [*(view.at_ms for view in evidence.views), *(said["at_ms"] for said in evidence.alerts)]
    return max(seen, default=evidence.settled_ms or 0)


class Compare:
    """Is shown a clinic beside what was seen of it."""

    def __call__(self, clinic: Clinic, seen: Seen) -> None:
        """Compare the two; the clinic goes on afterwards."""


def _fold_site(folded: Folded, records: Sequence[Logged], left: list[Seen], compare: Compare) -> None:
    clinic: Clinic | None = None
    clock: int | None = None
    for record in records:
        while clinic is not None and left and left[0].offset <= record.offset:
            compare(clinic, left.pop(0))
        recorded = milliseconds(record.event["recordedtime"])
        clinic = clinic or folded.clinics.setdefault(record.event["site"], Clinic(record.event["data"]))
        if clock is not None or record.event["type"].startswith(VISIT_EVENT):
            clock = max(clock or 0, recorded)
            folded.due |= clinic.alerts(clock)
            folded.possible |= clinic.alerts(max(clock, record.at_ms + SLACK_MS))
        _take(folded, clinic, record)
        if clock is not None:
            folded.due |= clinic.alerts(clock)
            folded.possible |= clinic.alerts(clock)
    for seen in left:
        assert clinic is not None, "nobody can have seen a clinic of which the log has nothing"
        compare(clinic, seen)


def _take(folded: Folded, clinic: Clinic, record: Logged) -> None:
    event = record.event
    decided = folded.decided[event["id"]] = clinic.take(event, record.offset)
    if decided.status == "dead-lettered":
        folded.dead.add((record.partition, record.offset, str(decided.reason)))


def by_kind(alerts: Iterable[Alert], kinds: Sequence[str]) -> Iterator[Alert]:
    """The alerts of these kinds."""
    return (alert for alert in alerts if alert.kind in kinds)

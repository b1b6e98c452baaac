"""Whether each alert that was due was raised, and none that was not."""

from collections import defaultdict
from typing import Any

from tests.chaos.evidence import Evidence
from tests.chaos.fold import MODELLED_ALERTS
from tests.chaos.folded import SHOWN_WITHIN_MS, Folded, by_kind

RAISED = "clinicflow.alert.raised.v1"
Findings = dict[str, list[str]]


def last_words(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """The last word on each alert, as readers of alerts.v1 keep it: the one with the highest source offset."""
    last: dict[str, dict[str, Any]] = {}
    for said in evidence.alerts:
        if said["id"] not in last or last[said["id"]]["source_offset"] <= said["source_offset"]:
            last[said["id"]] = said
    return last


def stale(evidence: Evidence) -> list[str]:
    """Alerts whose last record is old news, which a worker that slept said when it woke: right for readers that go by the offset."""
    last = {said["id"]: said["type"] for said in evidence.alerts}
    return sorted(name for name, said in last_words(evidence).items() if said["type"] != last[name])


def not_modelled(evidence: Evidence) -> list[str]:
    """The kinds of alerts that came out and that the checker knows nothing of."""
    return sorted({said["kind"] for said in evidence.alerts} - set(MODELLED_ALERTS))


def check(evidence: Evidence, folded: Folded) -> Findings:
    """Lost: due and never raised, or standing and not said so. Doubled: raised for what never was, under a second id, or left over."""
    found: Findings = defaultdict(list)
    raised = {said["id"]: said for said in evidence.alerts if said["type"] == RAISED and said["kind"] in MODELLED_ALERTS}
    due = {alert.id for alert in by_kind(folded.due.values(), MODELLED_ALERTS)}
    found["alerts_lost"] += [f"{alert} was due and never raised" for alert in sorted(due - raised.keys())]
    found["alerts_doubled"] += [
        f"{alert} was raised for what never was" for alert in sorted(raised.keys() - folded.possible.keys())
    ]
    last = last_words(evidence)
    standing = {name for name, said in last.items() if said["type"] == RAISED and said["kind"] in MODELLED_ALERTS}
    if evidence.settled_ms is not None:
        sure: set[str] = set()
        may: set[str] = set()
        for clinic in folded.clinics.values():
            sure |= clinic.alerts(evidence.settled_ms - SHOWN_WITHIN_MS).keys()
            may |= clinic.alerts(evidence.settled_ms + 20 * SHOWN_WITHIN_MS).keys()
        found["alerts_lost"] += [
            f"{alert} stands, and the last word is another" for alert in sorted((sure - standing) & raised.keys())
        ]
        found["alerts_doubled"] += [
            f"{alert} is over, and was not taken back" for alert in sorted((standing - may) & folded.possible.keys())
        ]
    for name, said in raised.items():
        alert = folded.possible.get(name)
        if alert is not None and (alert.kind, alert.visit) != (said["kind"], said["visit"]):
            found["alerts_doubled"].append(f"{name} is said of {said['visit']}")
    return found

"""Whether what is shown is so: live state, walls and summaries beside the checker's fold."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.chaos import views
from tests.chaos.evidence import Evidence, Seen
from tests.chaos.facts import milliseconds
from tests.chaos.fold import MODELLED_ALERTS, Clinic
from tests.chaos.folded import SHOWN_WITHIN_MS, Compare, Folded

Findings = dict[str, list[str]]


class Views(Compare):
    """Compares what was seen in the midst of a run with the fold up to the very offset that it says it shows."""

    def __init__(self) -> None:
        self.found: Findings = {"wrong_view": []}

    def __call__(self, clinic: Clinic, seen: Seen) -> None:
        """Note each field that differs."""
        self.found["wrong_view"] += _differences(clinic, seen, seen.clock_ms, f"{seen.site} at offset {seen.offset}")


def _differences(clinic: Clinic, seen: Seen, now: int, what: str) -> list[str]:
    right = views.live_state(clinic, now, MODELLED_ALERTS)
    fields = {
        name: value for name, value in seen.fields.items() if not name.startswith("alert:") or value["kind"] in MODELLED_ALERTS
    }
    return [f"{what}: {name} is {fields.get(name)} instead of {right.get(name)}" for name in views.differing(right, fields)]


def check(evidence: Evidence, folded: Folded) -> Findings:
    """What is shown wrongly once all is quiet: `wrong_view`; wrongly even by who had only what was saved: `wrong_state`."""
    found: Findings = defaultdict(list)
    if evidence.settled_ms is None:
        found["wrong_view"].append(f"it never came to rest: {evidence.unsettled}")
    for seen in evidence.views:
        if seen.last:
            name, whose = ("wrong_state", "saved") if seen.restored else ("wrong_view", "shown")
            clinic = folded.clinics[seen.site]
            found[name] += _differences(clinic, seen, max(seen.clock_ms, seen.at_ms - SHOWN_WITHIN_MS), f"{seen.site} as {whose}")
    for restored, name in ((False, "wrong_view"), (True, "wrong_state")):
        missing = folded.clinics.keys() - {seen.site for seen in evidence.views if seen.last and seen.restored == restored}
        found[name] += [f"{site} is not shown at all" for site in sorted(missing)]
    for site, who, told in evidence.walls:
        right, wall = views.wall(folded.clinics[site]), views.seen_on(told)
        found["wrong_view"] += [f"the wall of {site} for {who}: {part} is {wall.get(part)} instead of {value}"
                                for part, value in right.items() if wall.get(part) != value]  # fmt: skip
    found["wrong_state"] += [*_summaries(evidence, folded), *_profiles(evidence, folded)]
    return found


def _profiles(evidence: Evidence, folded: Folded) -> Iterator[str]:
    for site, clinic in folded.clinics.items():
        told = evidence.profiles.get(site, {})
        if wrong := [name for name, value in clinic.profile.items() if told.get(name) != value]:
            yield f"the profile of {site} is not the log's in {wrong}: {[told.get(name) for name in wrong]}"


def _summaries(evidence: Evidence, folded: Folded) -> list[str]:
    right = {visit.id: views.summary(clinic, visit) for clinic in folded.clinics.values() for visit in clinic.ended().values()}
    told = {visit: _read(said) for visit, (_, said) in evidence.summaries.items() if said is not None}
    return [f"the summary of {visit} is {told.get(visit)} instead of {right.get(visit)}" for visit in views.differing(right, told)]


def _read(said: dict[str, Any]) -> dict[str, Any]:
    return {name: milliseconds(value) if name.endswith("_at") else value for name, value in said.items() if name != "source_offset"}

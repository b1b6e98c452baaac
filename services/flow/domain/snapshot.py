"""A site's state as rows, and back. Only facts are kept; what follows from them is worked out again.

A site is cut into one part of its own and 16 buckets of visits, and of answers to events that belong to none, so that a row
stays far below what a Kafka message may hold and a change writes little.
"""

from typing import Any
from zlib import crc32

from schemas.alerts import AlertKind
from schemas.outcomes import OutcomeStatus
from schemas.sites import SiteProfile
from schemas.summaries import Stage
from services.flow.domain.acknowledged import Acknowledgement
from services.flow.domain.alerting import Standing
from services.flow.domain.decisions import Decision
from services.flow.domain.facts import Fact
from services.flow.domain.providers import ProviderFact
from services.flow.domain.rebuilding import rebuild
from services.flow.domain.site import Site
from services.flow.domain.supplies import Level
from services.flow.domain.visit import Visit

BUCKETS = 16
OWN = "own"
Row = dict[str, Any] | None
"""A chunk's content, JSON-ready; None: the chunk is empty and its row goes."""


def bucket(name: str) -> str:
    """Which chunk of its site holds the visit, or the answer to the event."""
    return str(crc32(name.encode()) % BUCKETS)


def changed(site: Site) -> dict[str, Row]:
    """Return the chunks that changed since the last call, and forget that they did."""
    if not (site.dirty or site.dirty_events or site.own_dirty):
        return {}
    rows = {OWN: _own(site), **_buckets(site, {bucket(name) for name in (*site.dirty, *site.dirty_events)})}
    site.dirty.clear()
    site.dirty_events.clear()
    site.own_dirty = False
    return rows


def whole(site: Site) -> dict[str, dict[str, Any]]:
    """Return every chunk that isn't empty; what `changed` will say stays as it was."""
    rows = {OWN: _own(site), **_buckets(site, {bucket(name) for name in (*site.visits, *site.other_events)})}
    return {chunk: row for chunk, row in rows.items() if row is not None}


def _buckets(site: Site, wanted: set[str]) -> dict[str, Row]:
    visits: dict[str, list[Visit]] = {chunk: [] for chunk in wanted}
    events: dict[str, list[str]] = {chunk: [] for chunk in wanted}
    for visit in site.visits.values() if wanted else ():
        visits.get(bucket(visit.id), []).append(visit)
    for event in site.other_events if wanted else ():
        events.get(bucket(event), []).append(event)
    return {chunk: _bucket(site, visits[chunk], events[chunk]) for chunk in wanted}


def restore(rows: dict[str, dict[str, Any]]) -> Site:
    """Build the site that the chunks describe; `rows` must hold its own part."""
    own = rows[OWN]
    site = Site(SiteProfile.model_validate(own["profile"]), own["profile_offset"])
    site.clock = own["clock"]
    site.swept = own["swept"]
    site.applied = own["applied"]
    site.rooms.facts = {room: {row[0]: Fact(*row) for row in rows} for room, rows in own["rooms"].items()}
    site.rooms.left_before = own["rooms_left"]
    site.providers.facts = {provider: ProviderFact(*word) for provider, word in own["providers"].items()}
    site.absences.facts = {name: {row[0]: Fact(*row) for row in rows} for name, rows in own["absences"].items()}
    site.supplies.levels = {
        supply: {room: Level(*word) for room, word in places.items()} for supply, places in own["supplies"].items()
    }
    site.tickets.last, site.tickets.forgotten_before = own["tickets"], own["tickets_forgotten"]
    site.silence.heard, site.silence.since, site.silence.settles_at = own["silence"]
    site.acknowledged.alerts = {alert: Acknowledgement(*known) for alert, known in own["acknowledged"].items()}
    site.together = {visit: tuple(names) for names in own["together"] for visit in names}
    for chunk, row in rows.items():
        if chunk != OWN:
            for kept in row["visits"]:
                _take(site, kept)
            site.other_events.update(dict.fromkeys(row["decisions"]))
            site.decisions.update({event: _decision(decision) for event, decision in row["decisions"].items()})
    rebuild(site, {name: Standing(AlertKind(kind), *rest) for name, (kind, *rest) in own["alerts"].items()})
    return site


def _own(site: Site) -> dict[str, Any]:
    return {
        "profile": site.profile.model_dump(mode="json"), "profile_offset": site.profile_offset, "clock": site.clock,
        "swept": site.swept, "rooms": {room: list(facts.values()) for room, facts in site.rooms.facts.items()},
        "rooms_left": dict(site.rooms.left_before), "providers": dict(site.providers.facts),
        "absences": {name: list(facts.values()) for name, facts in site.absences.facts.items()},
        "supplies": {supply: dict(places) for supply, places in site.supplies.levels.items()},
        "tickets": {day: dict(numbers) for day, numbers in site.tickets.last.items()},
        "tickets_forgotten": site.tickets.forgotten_before, "together": sorted(set(site.together.values())),
        "silence": [site.silence.heard, site.silence.since, site.silence.settles_at],
        "applied": site.applied, "alerts": dict(site.alarms.standing),
        "acknowledged": dict(site.acknowledged.alerts),
    }  # fmt: skip


def _bucket(site: Site, visits: list[Visit], events: list[str]) -> Row:
    if not visits and not events:
        return None
    kept = [
        (visit.id, visit.own_ticket, visit.summarized, list(visit.facts.values()), list(visit.refused),
         [site.decisions[event] for event in (*visit.facts, *visit.refused)])
        for visit in visits
    ]  # fmt: skip
    return {"visits": kept, "decisions": {event: site.decisions[event] for event in events}}


_STATUS = {status.value: status for status in OutcomeStatus}
_STAGE = {stage.value: stage for stage in Stage} | {None: None}
"""A look into a dict is several times as fast as a call of the class, and there is one for each event kept."""


def _take(site: Site, kept: list[Any]) -> None:
    """Take in one visit, kept as its id, ticket, summary's offset, facts, refused events, and the decisions on both in turn."""
    name, ticket, summarized, facts, refused, decisions = kept
    visit = site.visits[name] = Visit(name, {row[0]: Fact(*row) for row in facts}, ticket, refused, summarized)
    for event, decision in zip((*visit.facts, *refused), decisions, strict=True):
        site.decisions[event] = _decision(decision)


def _decision(kept: list[Any]) -> Decision:
    fingerprint, status, reason, visit, ticket, stage, *rest = kept
    return Decision(fingerprint, _STATUS[status], reason, visit, ticket, _STAGE[stage], *rest)

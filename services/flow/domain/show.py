"""A site's state as the screens read it: the fields of its live hash (schemas.live), as JSON-ready values."""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from schemas.rooms import RoomStatus
from services.flow.domain.open_items import Item
from services.flow.domain.site import Site
from services.flow.domain.timeline import Slot, View

Shown = dict[str, Any] | None
"""A field's value; None: the field goes."""

_OF_VIEW = {
    "stage": "stage", "queue": "queue", "priority": "priority", "person": "person", "provider": "provider", "room": "room",
    "service": "service", "visit_type": "visit_type", "language": "language", "called_to": "called_to", "scheduled": "scheduled_ms",
    "checked_in": "checked_in_ms", "called": "called_ms", "roomed": "roomed_ms", "seen": "seen_ms", "left_room": "left_room_ms",
    "ended": "checked_out_ms", "since": "since_ms", "waiting_seconds": "waiting_room_seconds", "exam_seconds": "exam_room_seconds",
    "provider_seconds": "provider_seconds", "cycle_seconds": "cycle_seconds", "service_seconds": "service_seconds",
    "delay": "delay_minutes",
}  # fmt: skip
"""What is shown of a view where it is known, and by which name."""
_NAMES, _values = tuple(_OF_VIEW.values()), itemgetter(*map(View._fields.index, _OF_VIEW))


def field(site: Site, name: str) -> Shown:
    """Return what a field of a site shows now: `profile`, or `visit:…` and the others of `schemas.live`."""
    kind, _, key = name.partition(":")
    return _SHOWN[kind](site, key)


def names(site: Site) -> Iterable[str]:
    """Every field that a site shows."""
    yield "profile"
    yield from (f"visit:{visit.id}" for visit in site.visits.values() if visit.view.stage is not None)
    yield from (f"room:{room}" for room in sorted({room.id for room in site.profile.rooms} | site.rooms.known()))
    yield from (f"provider:{provider}" for provider in sorted(set(site.providers.facts) | set(site.absences.facts)))
    yield from (f"supply:{supply}" for supply in sorted(site.supplies.levels))
    yield from (f"open:{visit.id}" for visit in site.visits.values() if any(item.open for item in visit.view.items))
    yield from (f"queue:{letter}" for letter in site.paces.known())
    yield from (f"alert:{alert}" for alert in sorted(site.alarms.standing))


def _profile(site: Site, _key: str) -> Shown:
    return site.profile.model_dump(mode="json")


def _visit(site: Site, key: str) -> Shown:
    visit = site.visits.get(key)
    if visit is None or visit.view.stage is None:
        return None
    view = visit.view
    shown: dict[str, Any] = {"visit": visit.id}
    if visit.ticket is not None:
        shown["ticket"] = visit.ticket
    shown |= {name: value for name, value in zip(_NAMES, _values(view), strict=True) if value is not None}
    if view.faults:
        shown["faults"] = view.faults
    if view.arrived_by == "page":
        shown["arrived_by"] = view.arrived_by
    if view.checklist:
        shown["checklist"] = dict(view.checklist)
    if view.slot is not None:
        shown |= _slot(view.slot)
    if view.plan is not None:
        shown["plan"], shown["planned_by"] = view.plan
    if view.confirmed:
        shown["confirmed"] = True
    if view.completed is not None:
        shown["completed_ms"] = view.completed.at
    shown["offsets"] = site.offsets_of(visit)
    return shown


def _slot(slot: Slot) -> dict[str, Any]:
    shown = {
        "minutes": slot.minutes, "buffer_before": slot.buffer_before or None, "buffer_after": slot.buffer_after or None,
        "booked_provider": slot.provider, "booked_room": slot.room, "override": slot.override,
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None}


def _provider(site: Site, provider: str) -> Shown:
    word, absences = site.providers.facts.get(provider), site.absences.of(provider)
    if word is None and not absences:
        return None
    shown: dict[str, Any] = {"provider": provider}
    if word is not None:
        shown |= {"status": word.status, "delayed_minutes": word.delayed_minutes, "since_ms": word.at}
    if absences:
        shown["absences"] = [
            {"event": absence.event, "from_ms": absence.start, "until_ms": absence.end, "reason": absence.reason}
            for absence in absences
        ]
    return shown


def _supply(site: Site, supply: str) -> Shown:
    levels = site.supplies.of(supply)
    return {"supply": supply, "levels": levels} if levels else None


def _open(site: Site, key: str) -> Shown:
    visit = site.visits.get(key)
    items = [item for item in visit.view.items if item.open] if visit is not None else []
    if visit is None or not items:
        return None
    shown = {"visit": visit.id, "person": visit.view.person, "ticket": visit.ticket, "items": [_item(item) for item in items]}
    return {name: value for name, value in shown.items() if value is not None}


def _item(item: Item) -> dict[str, Any]:
    shown = {
        "kind": item.kind, "item": item.id, "state": item.state, "since_ms": item.since, "due_ms": item.due, "person": item.person,
        "owner": item.owner, "code": item.code,
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None}


def _room(site: Site, room: str) -> Shown:
    held, state = site.rooms.held_by(room), site.rooms.state(room)
    known = any(declared.id == room for declared in site.profile.rooms)
    if not known and not held and state.status is RoomStatus.READY:
        return None
    shown = {
        "room": room, "status": state.status, "visits": held, "since_ms": state.since, "turnover_seconds": state.turnover_seconds,
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None}


def _queue(site: Site, letter: str) -> Shown:
    pace = site.paces.of(letter)
    return {"queue": letter, "pace_seconds": pace.seconds, "taken_ms": pace.taken} if pace is not None else None


def _alert(site: Site, name: str) -> Shown:
    alert = site.alarms.standing.get(name)
    if alert is None:
        return None
    shown = {
        "alert": name, "kind": alert.kind, "visit": alert.visit, "room": alert.room, "provider": alert.provider,
        "supply": alert.supply, "since_ms": alert.since, "acknowledged_ms": site.acknowledged.first(name),
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None}


_SHOWN: dict[str, Callable[[Site, str], Shown]] = {
    "profile": _profile, "visit": _visit, "room": _room, "provider": _provider, "supply": _supply, "queue": _queue, "open": _open,
    "alert": _alert,
}  # fmt: skip

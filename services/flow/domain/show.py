"""A site's state as the screens read it: the fields of its live hash (schemas.live), as JSON-ready values."""

from collections.abc import Iterable
from typing import Any

from schemas.rooms import RoomStatus
from services.flow.domain.alerting import Standing
from services.flow.domain.site import Site
from services.flow.domain.visit import Visit

Shown = dict[str, Any] | None
"""A field's value; None: the field goes."""


def field(site: Site, name: str) -> Shown:
    """Return what the field `visit:…`, `room:…`, `alert:…` or `profile` of a site shows now."""
    kind, _, key = name.partition(":")
    if kind == "visit":
        visit = site.visits.get(key)
        return _visit(visit) if visit is not None else None
    if kind == "room":
        return _room(site, key)
    if kind == "alert":
        alert = site.standing().get(key)
        return _alert(key, alert) if alert is not None else None
    return site.profile.model_dump(mode="json")


def names(site: Site) -> Iterable[str]:
    """Every field that a site shows."""
    yield "profile"
    yield from (f"visit:{visit.id}" for visit in site.visits.values() if visit.view.stage is not None)
    yield from (f"room:{room}" for room in sorted({room.id for room in site.profile.rooms} | site.rooms.known()))
    yield from (f"alert:{alert}" for alert in sorted(site.standing()))


def _visit(visit: Visit) -> Shown:
    view = visit.view
    if view.stage is None:
        return None
    shown: dict[str, Any] = {
        "visit": visit.id, "stage": view.stage, "ticket": visit.ticket, "queue": view.queue, "priority": view.priority,
        "person": view.person, "provider": view.provider, "room": view.room, "service": view.service,
        "visit_type": view.visit_type, "called_to": view.called_to, "scheduled_ms": view.scheduled,
        "checked_in_ms": view.checked_in, "called_ms": view.called, "roomed_ms": view.roomed, "seen_ms": view.seen,
        "left_room_ms": view.left_room, "checked_out_ms": view.ended, "since_ms": view.since,
        "waiting_room_seconds": view.waiting_seconds, "exam_room_seconds": view.exam_seconds,
        "provider_seconds": view.provider_seconds, "cycle_seconds": view.cycle_seconds,
    }  # fmt: skip
    shown = {name: value for name, value in shown.items() if value is not None}
    if view.faults:
        shown["faults"] = view.faults
    return shown


def _room(site: Site, room: str) -> Shown:
    held, state = site.rooms.held_by(room), site.rooms.state(room)
    known = any(declared.id == room for declared in site.profile.rooms)
    if not known and not held and state.status is RoomStatus.READY:
        return None
    shown = {
        "room": room, "status": state.status, "visits": held, "since_ms": state.since, "turnover_seconds": state.turnover_seconds,
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None}


def _alert(name: str, alert: Standing) -> Shown:
    shown = {
        "alert": name, "kind": alert.kind, "visit": alert.visit, "room": alert.room, "provider": alert.provider,
        "since_ms": alert.since,
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None}

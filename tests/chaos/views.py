"""What must be shown of a clinic: its live state, its summaries and its wall, worked out from the checker's own fold."""

from collections.abc import Mapping
from typing import Any

from tests.chaos.course import durations
from tests.chaos.fold import Clinic, Visit
from tests.chaos.paces import live_queues
from tests.chaos.steps import Course
from tests.chaos.timely import Alert

TIMES = ("scheduled_ms", "checked_in_ms", "called_ms", "roomed_ms", "seen_ms", "left_room_ms", "since_ms")
SUMMARY_TIMES = {
    "scheduled_at": "scheduled_ms", "checked_in_at": "checked_in_ms", "roomed_at": "roomed_ms", "provider_seen_at": "seen_ms",
    "left_room_at": "left_room_ms",
}  # fmt: skip
RECENT = 8
NOT_SHOWN = "checked-in"
"""Alerts of this kind are for the patient alone: they have no part in the live state."""


def _end_ms(course: Course) -> int | None:
    return course.checked_out_ms if course.checked_out_ms is not None else course.left_ms


def live_visit(visit: Visit) -> dict[str, Any]:
    """The visit's field of the live state; what isn't known is left out."""
    course = visit.course
    shown: dict[str, Any] = {name: getattr(course, name) for name in TIMES} | {
        "visit": visit.id, "stage": course.stage, "ticket": visit.ticket, "queue": course.queue, "priority": course.priority,
        "person": course.noted.get("person"), "provider": course.noted.get("provider"), "room": course.room,
        "service": course.service, "visit_type": course.noted.get("visit_type"), "called_to": course.called_to, "language": course.noted.get("language"),
        "offsets": sorted(fact.offset for fact in visit.facts.values()),
        "checked_out_ms": _end_ms(course), **durations(course), "faults": sorted(course.faults) or None,
    }  # fmt: skip
    if not course.is_called:
        shown |= {"called_ms": None, "called_to": None}
    return {name: value for name, value in shown.items() if value is not None}


def live_room(clinic: Clinic, room: str) -> dict[str, Any]:
    """The room's field of the live state."""
    shown = {"room": room, "status": clinic.room_status(room), "visits": clinic.holders(room)}
    return shown | ({"since_ms": clinic.room_words[room][0]} if room in clinic.room_words else {})


def live_alert(clinic: Clinic, alert: Alert) -> dict[str, Any]:
    """The alert's field of the live state, with the room that the patient is in, or is called to."""
    course = clinic.visits[alert.visit].course
    room = {"called": course.called_to, "next-up": None}.get(alert.kind, course.room)
    shown = {
        "alert": alert.id, "kind": alert.kind, "visit": alert.visit, "since_ms": alert.since_ms, "room": room,
        "acknowledged_ms": clinic.acknowledged.get(alert.id),
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None}


def live_state(clinic: Clinic, now: int, kinds: tuple[str, ...]) -> dict[str, Any]:
    """All fields of the live state but the profile, as of an instant, alerts of these kinds only."""
    fields = {f"visit:{visit.id}": live_visit(visit) for visit in clinic.visits.values() if visit.course.stage is not None}
    fields |= {f"room:{room}": live_room(clinic, room) for room in clinic.room_ids}
    queues = live_queues((visit.id, visit.course) for visit in clinic.visits.values())
    fields |= {f"queue:{letter}": queue for letter, queue in queues.items()}
    alerts = [alert for alert in clinic.alerts(now).values() if alert.kind in kinds and alert.kind != NOT_SHOWN]
    return fields | {f"alert:{each.id}": live_alert(clinic, each) for each in alerts}


def summary(clinic: Clinic, visit: Visit) -> dict[str, Any]:
    """The record of a visit that ended, without its source offset; instants in ms."""
    course = visit.course
    said: dict[str, Any] = {name: getattr(course, field) for name, field in SUMMARY_TIMES.items()} | {
        "site": clinic.profile["site"], "visit": visit.id, "end": course.stage, "ticket": visit.ticket, "queue": course.queue,
        "visit_type": course.noted.get("visit_type"), "provider": course.noted.get("provider"), "room": course.room,
        "checked_out_at": _end_ms(course), **durations(course), "faults": sorted(course.faults),
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def wall(clinic: Clinic) -> dict[str, Any]:
    """What patients must see, without what a clinic says of itself: who is called where, who waits, how many rooms are free."""
    places = [*clinic.profile["rooms"], *clinic.profile.get("service_points", ())]
    named = {place["id"]: place["name"] for place in places}
    shown = [visit for visit in clinic.visits.values() if visit.ticket is not None]
    called = [visit for visit in shown if visit.course.is_called and visit.course.stage == "waiting"]
    inside = [visit for visit in shown
              if visit.course.roomed_ms is not None and visit.course.stage in {"in_room", "with_provider", "at_service"}]  # fmt: skip
    letters = set(clinic.profile.get("queues", {"A": ""})) | {
        visit.course.queue for visit in shown if visit.course.place is not None
    }
    queues = {letter: [clinic.visits[visit] for visit in clinic.queue(letter)] for letter in letters}
    return {
        "calling": [
            {"ticket": visit.ticket, "to": named.get(visit.course.called_to or ""), "called_ms": visit.course.called_ms}
            for visit in sorted(called, key=lambda each: (-(each.course.called_ms or 0), each.id))
        ],
        "recent": [
            {"ticket": visit.ticket, "to": named.get(visit.course.room or visit.course.service or ""), "roomed_ms": visit.course.roomed_ms}
            for visit in sorted(inside, key=lambda each: (-(each.course.roomed_ms or 0), each.id))[:RECENT]
        ],
        "waiting": {
            letter: [{"ticket": visit.ticket, "checked_in_ms": visit.course.checked_in_ms} for visit in queue if visit.ticket]
            for letter, queue in queues.items()
        },
        "rooms": _rooms(clinic),
    }  # fmt: skip


def seen_on(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a wall shows, without how a call is said aloud: the checker doesn't speak."""
    calls = [{name: value for name, value in call.items() if name not in {"clips", "said"}} for call in told.get("calling", ())]
    return {**told, "calling": calls}


def _rooms(clinic: Clinic) -> dict[str, int]:
    counts = {"free": 0, "occupied": 0, "cleaning": 0, "out_of_service": 0, "unknown": 0}
    names = {"ready": "free", "cleaning": "cleaning", "out-of-service": "out_of_service"}
    known = {*clinic.room_ids, *(visit.course.room for visit in clinic.visits.values() if visit.course.room)}
    for room in known:
        counts["occupied" if clinic.holders(room) else names[clinic.room_status(room)]] += 1
    counts["unknown"] = sum(visit.course.room is None and visit.course.stage in {"in_room", "with_provider"}
                            for visit in clinic.visits.values())  # fmt: skip
    return counts


def differing(right: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """The names under which two states differ. A value that is an object may say more than it must: a newer release does."""
    return sorted(name for name in {*right, *shown} if not _agrees(right.get(name), shown.get(name)))


def _agrees(right: Any, shown: Any) -> bool:
    if isinstance(right, dict) and isinstance(shown, dict):
        return all(shown.get(name) == value for name, value in right.items()) and not (
            (shown.keys() - right.keys()) & _KNOWN_FIELDS
        )
    return bool(right == shown)


_KNOWN_FIELDS = {
    *TIMES, *SUMMARY_TIMES, "stage", "ticket", "room", "service", "called_to", "checked_out_ms", "checked_out_at", "provider", "language", "arrived_by", "checklist",
    "waiting_room_seconds", "exam_room_seconds", "provider_seconds", "cycle_seconds", "acknowledged_ms",
}  # fmt: skip
"""What must not be there where it is not known; anything else may be a newer release's."""

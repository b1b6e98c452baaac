"""One clinic, folded from the log record by record by the checker's own rules: decisions, tickets, rooms, queues and alerts.

Slow and plain on purpose: after each record all that follows is worked out from the facts again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.chaos.course import CORRECTIONS, course_of
from tests.chaos.facts import VISIT_EVENT, Fact, fact_of, milliseconds, undone
from tests.chaos.sense import senseless
from tests.chaos.steps import ENDED, IN_CLINIC, Course
from tests.chaos.timely import LIMITS, MINUTE_MS, Alert, longest_usual_wait, timely

HOUR_MS = 60 * MINUTE_MS
MODELLED_ALERTS = (
    "checked-in", "next-up", "called", "wait-warning", "wait-critical", "in-room-warning", "in-room-critical", "room-clash",
    "possible-walkout",
)  # fmt: skip
"""What the checker knows to be due; every other kind is left out of the comparison and named in the report."""


@dataclass(frozen=True)
class Decided:
    """What has to have become of one event; `reason` where it was not applied."""

    status: str
    reason: str | None = None
    visit: str | None = None
    ticket: str | None = None
    stage: str | None = None
    room: str | None = None
    held_by: str | None = None


@dataclass
class Visit:
    """A visit's facts, its ticket, and where it stands by them."""

    id: str
    facts: dict[str, Fact] = field(default_factory=dict)
    ticket: str | None = None
    course: Course = field(default_factory=Course)


class Clinic:
    """One site, as of the records it was given."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.profile = profile
        self.visits: dict[str, Visit] = {}
        self.decided: dict[str, Decided] = {}
        self.fingerprints: dict[str, str] = {}
        self.room_words: dict[str, tuple[int, str, str]] = {}
        self.acknowledged: dict[str, int] = {}
        self.tickets: dict[tuple[str, str], int] = {}
        self.longest_usual_wait: int | None = None

    def take(self, event: Mapping[str, Any], offset: int) -> Decided:
        """Take the record at this offset in, and say what has to have become of it.

        The same event twice is the first of the two, unless that was set aside: then it is a retry, decided anew.
        """
        known = self.decided.get(event["id"])
        if known is not None and known.status != "dead-lettered":
            return known
        self.fingerprints[event["id"]] = event["fingerprint"]
        is_visits = event["type"].startswith(VISIT_EVENT)
        decided = self.decided[event["id"]] = self._visit_event(event, offset) if is_visits else self._other_event(event)
        return decided

    def _visit_event(self, event: Mapping[str, Any], offset: int) -> Decided:
        new = fact_of(event, offset)
        visit = self.visits.get(event["subject"]) or Visit(event["subject"])
        too_old = new.recorded - self.profile.get("retention_hours", 48) * HOUR_MS
        if not visit.facts and new.at < too_old:
            return Decided("dead-lettered", "visit-closed", visit.id)
        after = course_of([*visit.facts.values(), new])
        if event["intent"] == "command":
            reason, held_by = self._refused(new, visit, after)
            if reason is not None:
                now = visit.course
                return Decided("refused", reason, visit.id, visit.ticket, now.stage, now.room, held_by)
        self.visits[visit.id] = visit
        visit.facts[new.id] = new
        visit.course = after
        self.longest_usual_wait = longest_usual_wait(known.course for known in self.visits.values())
        if visit.ticket is None and after.checked_in_ms is not None:
            visit.ticket = self._next_ticket(after.queue, after.checked_in_ms)
        return Decided("applied", None, visit.id, visit.ticket, after.stage, after.room)

    def _refused(self, new: Fact, visit: Visit, after: Course) -> tuple[str | None, str | None]:
        if visit.facts and new.kind in CORRECTIONS:
            named = new.data["undoes" if new.kind == "step-undone" else "corrects"]
            if named not in visit.facts:
                return "unknown-event", None
            reason = "already-undone" if named in undone(visit.facts.values()) else None
        else:
            reason = senseless(new.kind, visit.course)
        return (reason, None) if reason is not None else self._claim_refused(visit, after)

    def _claim_refused(self, visit: Visit, after: Course) -> tuple[str | None, str | None]:
        room = after.room
        if room is None or room == visit.course.room:
            return None, None
        if room not in self.room_ids:
            return "unknown-room", None
        others = [holder for holder in self.holders(room) if holder != visit.id]
        if others:
            return "room-held", self.visits[others[0]].ticket
        return ("room-out-of-service", None) if self.room_status(room) == "out-of-service" else (None, None)

    def _other_event(self, event: Mapping[str, Any]) -> Decided:
        data = event["data"]
        if event["type"] == "clinicflow.site.profile-changed.v1":
            self.profile = data
        elif event["type"] == "clinicflow.room.status-changed.v1":
            if event["intent"] == "command" and data["room"] not in self.room_ids:
                return Decided("refused", "unknown-room")
            word = (milliseconds(event["time"]), event["id"], data["status"])
            self.room_words[data["room"]] = max(word, self.room_words.get(data["room"], word), key=lambda said: said[:2])
        elif event["type"] == "clinicflow.alert.acknowledged.v1":
            taken = milliseconds(event["time"])
            self.acknowledged[data["alert"]] = min(taken, self.acknowledged.get(data["alert"], taken))
        return Decided("applied")

    def _next_ticket(self, letter: str, arrived: int) -> str:
        day = datetime.fromtimestamp(arrived / 1000, ZoneInfo(self.profile["timezone"])).date().isoformat()
        number = self.tickets[day, letter] = self.tickets.get((day, letter), 0) + 1
        return f"{letter}{number:02d}"

    # -- what follows ------------------------------------------------------------------------------------------------

    @property
    def room_ids(self) -> list[str]:
        """The rooms that the clinic has, in the order of their ids."""
        return sorted(room["id"] for room in self.profile["rooms"])

    def holders(self, room: str) -> list[str]:
        """The visits in a room, by id."""
        return sorted(visit.id for visit in self._inside() if visit.course.room == room)

    def _inside(self) -> list[Visit]:
        """Who is in the clinic: nobody else holds a room, waits, or has been called."""
        return [visit for visit in self.visits.values() if visit.course.stage in IN_CLINIC]

    def room_status(self, room: str) -> str:
        """What a room is fit for."""
        return self.room_words[room][2] if room in self.room_words else "ready"

    def queue(self, letter: str) -> list[str]:
        """Who waits to be called, in order."""
        places = [(*visit.course.place[:2], visit.id) for visit in self._inside()
                  if visit.course.place is not None and visit.course.queue == letter]  # fmt: skip
        return [visit for _, _, visit in sorted(places)]

    def alerts(self, now: int) -> dict[str, Alert]:
        """Every alert that stands at an instant (ms), where nothing else happens until then."""
        found = [*self._timely(now), *self._arrived(), *self._called(), *self._next_up(), *self._clashes()]
        return {alert.id: alert for alert in found}

    def _timely(self, now: int) -> list[Alert]:
        limits = LIMITS | self.profile.get("limits", {})
        found = (alert for visit in self._inside() for alert in timely(visit.id, visit.course, limits, self.longest_usual_wait))
        return [alert for alert in found if alert.since_ms <= now]

    def _arrived(self) -> list[Alert]:
        here = [visit for visit in self._inside() if visit.course.stage == "waiting" and visit.course.roomed_ms is None]
        return [Alert(f"checked-in/{visit.id}/{visit.course.arrival}", "checked-in", visit.id, visit.course.checked_in_ms or 0)
                for visit in here]  # fmt: skip

    def _called(self) -> list[Alert]:
        return [Alert(f"called/{visit.id}/{visit.course.call}", "called", visit.id, visit.course.called_ms or 0)
                for visit in self._inside() if visit.course.is_called]  # fmt: skip

    def _next_up(self) -> list[Alert]:
        letters = {visit.course.queue for visit in self._inside()}
        heads = [head for letter in letters for head in self.queue(letter)[: self.profile.get("next_up", 2)]]
        courses = [(head, self.visits[head].course) for head in heads]
        return [Alert(f"next-up/{head}/{course.arrival}", "next-up", head, course.since_ms or 0) for head, course in courses]

    def _clashes(self) -> list[Alert]:
        crowded = [self.visits[holder] for room in {visit.course.room for visit in self._inside() if visit.course.room}
                   if len(self.holders(room)) > 1 for holder in self.holders(room)]  # fmt: skip
        return [Alert(f"room-clash/{visit.id}/{visit.course.room}", "room-clash", visit.id, visit.course.since_ms or 0)
                for visit in crowded]  # fmt: skip

    def ended(self) -> dict[str, Visit]:
        """The visits of which there has to be a summary."""
        return {visit.id: visit for visit in self.visits.values() if visit.course.stage in ENDED}

"""Made-up runs for the checker: a clinic's day in a few words, and evidence of a system that did all of it right."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.chaos import views
from tests.chaos.evidence import Evidence, Logged, Seen, Sent, event_id
from tests.chaos.fold import MODELLED_ALERTS, Clinic
from tests.chaos.texted import TEXTED

NINE = 1_772_463_600_000
"""Nine o'clock, in ms."""
SITE = "mill"
PROFILE: dict[str, Any] = {
    "site": SITE, "name": "Invented clinic", "timezone": "America/New_York", "queues": {"A": "Waiting"}, "next_up": 1,
    "rooms": [{"id": "r1", "name": "Room 1"}, {"id": "r2", "name": "Room 2"}],
    "limits": {"waiting_warning": 15, "waiting_critical": 30, "in_room_warning": 15, "in_room_critical": 30},
}  # fmt: skip
STATUS = {"applied": 201, "refused": 409, "dead-lettered": 422}


def instant(milliseconds: int) -> str:
    """As it stands on the log."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Day:
    """What is sent and comes out right. `now` goes on by a second with each step."""

    evidence: Evidence = field(default_factory=Evidence)
    clinic: Clinic = field(default_factory=lambda: Clinic(PROFILE))
    now: int = NINE
    raised: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._happens("open", "clinicflow.site.profile-changed.v1", SITE, PROFILE)

    def step(self, visit: str, kind: str, key: str | None = None, ago_s: float | None = None, **data: Any) -> str:
        """A step that a desk sends, is answered, and that is shown; returns its event."""
        return self._happens(key or f"{visit}-{kind}", f"clinicflow.visit.{kind}.v1", visit, data, ago_s)

    def take_on(self, key: str, alert: str, ago_s: float | None = None) -> str:
        """An alert that a desk takes on."""
        return self._happens(key, "clinicflow.alert.acknowledged.v1", SITE, {"alert": alert}, ago_s)

    def _happens(self, key: str, event_type: str, subject: str, data: dict[str, Any], ago_s: float | None = None) -> str:
        self.now += 1000
        event: dict[str, Any] = {
            "id": event_id(SITE, key), "type": event_type, "subject": subject, "site": SITE, "data": data,
            "fingerprint": f"{len(self.evidence.log):016x}", "intent": "command" if ago_s is None else "report",
            "time": instant(self.now - int((ago_s or 0) * 1000)), "recordedtime": instant(self.now),
        }  # fmt: skip
        self.evidence.log.append(Logged(3, len(self.evidence.log), self.now, event))
        decided = self.clinic.take(event, self.evidence.log[-1].offset)
        result = {
            "event": event["id"],
            "visit": decided.visit,
            "ticket": decided.ticket,
            "stage": decided.stage,
            "room": decided.room,
        }
        answer = result if decided.reason is None else {**result, "code": decided.reason, "held_by": decided.held_by}
        self.evidence.sent.append(Sent(SITE, key, f"{event_type} {data}", self.now, self.now, STATUS[decided.status], answer))
        outcome = {"event": event["id"], "status": decided.status, "reason": decided.reason, **result}
        self.evidence.outcomes[event["id"]] = {name: value for name, value in outcome.items() if value is not None}
        if decided.status == "dead-lettered":
            self.evidence.dead.append((3, len(self.evidence.log) - 1, str(decided.reason)))
        self._alert()
        return str(event["id"])

    def _alert(self) -> None:
        standing, offset = self.clinic.alerts(self.now), len(self.evidence.log) - 1
        for name, alert in standing.items():
            if name not in self.raised:
                visit = self.clinic.visits[alert.visit]
                said = {
                    "id": name,
                    "site": SITE,
                    "kind": alert.kind,
                    "visit": alert.visit,
                    "ticket": visit.ticket,
                    "source_offset": offset,
                }
                self.raised[name] = said
                self.evidence.alerts.append(
                    {**said, "type": "clinicflow.alert.raised.v1", "time": instant(self.now), "at_ms": self.now}
                )
                self._text(said)
        for name in self.raised.keys() - standing.keys():
            said = {**self.raised.pop(name), "source_offset": offset, "at_ms": self.now}
            self.evidence.alerts.append({**said, "type": "clinicflow.alert.retracted.v1", "reason": "over"})

    def _text(self, said: dict[str, Any]) -> None:
        if said["kind"] in TEXTED:
            key = f"{SITE}/{said['visit']}/{said['kind']}/{said['id'].rpartition('/')[2]}"
            self.evidence.texts.append({"key": key, "template": said["kind"], "visit": said["visit"], "at": instant(self.now)})
            self.evidence.ledger[key] = {"dedupe_key": key, "state": "sent", "template": said["kind"], "at": instant(self.now)}

    def over(self) -> Evidence:
        """The evidence when all is quiet: everything is shown and summarized."""
        self._alert()
        self.evidence.settled_ms = self.now
        self.evidence.profiles[SITE] = dict(self.clinic.profile)
        fields = views.live_state(self.clinic, self.now, MODELLED_ALERTS)
        for restored in (False, True):
            seen = Seen(SITE, self.now, len(self.evidence.log), self.now, dict(fields), last=True, restored=restored)
            self.evidence.views.append(seen)
        self.evidence.walls.append((SITE, "who looks now", views.wall(self.clinic)))
        for visit in self.clinic.ended().values():
            said = {
                name: instant(value) if name.endswith("_at") else value for name, value in views.summary(self.clinic, visit).items()
            }
            self.evidence.summaries[visit.id] = (len(self.evidence.log), {**said, "source_offset": 0})
        return self.evidence


def ordinary_day() -> Day:
    """Three patients: one goes all the way, one is called, one waits; and a room is refused."""
    day = Day()
    for visit in ("ann", "ben", "eve"):
        day.step(visit, "checked-in", queue="A")
    day.step("ann", "called", room="r1")
    day.step("ann", "roomed", room="r1")
    day.step("ben", "roomed", room="r1")
    day.step("ann", "provider-seen")
    day.step("ann", "checked-out")
    day.step("ben", "called", room="r2")
    return day

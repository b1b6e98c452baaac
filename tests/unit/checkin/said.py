"""What the desk may say: one body for each command, and who says it."""

from datetime import UTC, datetime
from typing import Any

from schemas.sites import SiteClock, SiteProfile
from services.checkin.domain.commands import CHANGE_PROFILE, COMMANDS, About, Command
from services.checkin.domain.events import Asked

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SITE = "riverside"

BODIES: dict[str, dict[str, Any]] = {
    "book": {"scheduled_at": "2026-03-02T15:00:00Z", "provider": "lee"},
    "walk-in": {"queue": "A"},
    "check-in": {"priority": 3},
    "identify": {"person": "p-1"},
    "call": {"room": "r1"},
    "recall": {},
    "room": {"room": "r1"},
    "move": {"service": "lab"},
    "provider-seen": {},
    "left-room": {},
    "check-out": {},
    "left": {"reason": "too-long"},
    "no-show": {},
    "cancel": {"reason": "patient"},
    "reschedule": {"scheduled_at": "2026-03-02T16:00:00Z"},
    "priority": {"priority": 1, "reason": "unwell"},
    "assign": {"provider": "lee"},
    "checklist": {"item": "consent", "state": "done"},
    "disposition": {"disposition": "follow-up"},
    "follow-up": {"outcome": "done"},
    "refer": {"referral": "ref-1", "state": "sent"},
    "complete": {},
    "confirm": {"channel": "text"},
    "delay": {"minutes": 10, "channel": "phone"},
    "still-here": {},
    "concern": {"concern": "c-1", "state": "open"},
    "record-concern": {"concern": "c-1", "state": "open", "channel": "phone"},
    "absence": {"from_at": "2026-03-02T14:00:00Z", "until_at": "2026-03-03T05:00:00Z", "reason": "ill"},
    "undo-absence": {"event": "e-1"},
    "undo": {"event": "e-1"},
    "undo-room-status": {"event": "e-1"},
    "correct": {"event": "e-1", "happened_at": "2026-03-02T13:00:00Z"},
    "merge": {"into": "visit-2"},
    "room-status": {"status": "cleaning"},
    "provider-status": {"status": "delayed", "delayed_minutes": 20},
    "supply-level": {"level": 4},
    "acknowledge": {"alert": "wait-warning/visit-1/15"},
    "change-profile": {"name": "Riverside", "timezone": "America/New_York"},
}
ALL = (*COMMANDS, CHANGE_PROFILE)
BY_NAME = {command.name: command for command in ALL}


def thing(command: Command) -> str | None:
    """The id in the command's address."""
    return None if command.about in {About.NEW_VISIT, About.SITE} else f"{command.about.value}-1"


def asked(key: str = "key-1", now: datetime = NOW) -> Asked:
    return Asked(SITE, key, "token:desk-1", now)


def profile(clock: SiteClock = SiteClock.WALL) -> SiteProfile:
    return SiteProfile(site=SITE, name="Riverside", timezone="America/New_York", clock=clock)

"""What goes on the audit trail: who did or looked at what, under an id that is made of just that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from schemas.audit import AuditRecord
from schemas.codec import SiteEvent
from schemas.outcomes import Outcome, OutcomeStatus
from services.checkin.domain.identity import canonical, is_made

RECORDS = UUID("c2a1f7de-94b0-5d3e-8b61-5f0e7a9d2c44")
"""Namespace of UUIDv5."""
LOOK = timedelta(minutes=15)
"""The same names asked for again within so long are one look."""
VIEWED_NAME, VIEWED_PERSON, VIEWED_AUDIT = "viewed-name", "viewed-person", "viewed-audit"

Ended = Literal["done", "refused", "denied", "kept"]


@dataclass(frozen=True)
class Act:
    """What was done or looked at, and how it ended."""

    action: str
    outcome: Ended = "done"
    visit: str | None = None
    person: str | None = None
    event: str | None = None
    user: str | None = None


def made_here(name: str | None) -> str | None:
    """Give an id as we make them (a UUID, an HMAC), else nothing: what somebody merely asked for could be a patient's name."""
    return name if name is not None and is_made(name) else None


def look_at(now: datetime) -> str:
    """Name the look that this moment belongs to: its quarter of an hour."""
    minute = now.minute - now.minute % (LOOK // timedelta(minutes=1))
    return now.replace(minute=minute, second=0, microsecond=0).isoformat()


def record_of(act: Act, actor: str, site: str, look: str, now: datetime) -> AuditRecord:
    """Make the record. The same act of the same actor, in the same look, has the same id."""
    made_of = [site, actor, act.action, act.outcome, act.visit, act.person, act.event, look, *([act.user] if act.user else [])]
    return AuditRecord(
        id=str(uuid5(RECORDS, canonical(made_of))),
        site=site,
        actor=actor,
        action=act.action,
        outcome=act.outcome,
        visit=act.visit,
        person=act.person,
        event=act.event,
        user=act.user,
        at=now,
    )


def act_of(action: str, event: SiteEvent, outcome: Outcome | None) -> Act:
    """Say what a command came to: its event, and flow's answer to it if there was one in time."""
    visit = event.subject if event.type.startswith("clinicflow.visit.") else None
    return Act(action, _ended(outcome), visit, getattr(event.data, "person", None), event.id)


def _ended(outcome: Outcome | None) -> Ended:
    if outcome is None:
        return "kept"
    return "done" if outcome.status is OutcomeStatus.APPLIED else "refused"

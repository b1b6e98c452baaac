"""A person's session at a browser: when it is open, when the PIN is asked for, and when it is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.access import Subject
from schemas.envelope import Frozen, UtcTime
from schemas.sites import SessionPolicy

CLOCK_TOLERANCE = timedelta(minutes=1)
"""So much may the clocks of two processes differ."""


FRESH_FOR = timedelta(minutes=10)
"""So soon after a sign-in it is surely the same person who sits there."""


class State(StrEnum):
    """What a session is worth."""

    NONE = "none"
    LOCKED = "locked"
    OPEN = "open"


class By(StrEnum):
    """How a session was opened."""

    LINK = "link"
    PIN = "pin"
    OIDC = "oidc"


class Session(Frozen):
    """What a browser keeps, sealed. Both times are real ones, whatever the installation's clock shows."""

    id: str
    subject: Subject
    signed_in_at: UtcTime
    active_at: UtcTime
    """When its user last did something."""
    by: By
    locked: bool = False
    """Whether its user had it locked."""


def strictest(policies: Iterable[SessionPolicy]) -> SessionPolicy:
    """The policy of somebody who works at several sites: the shortest times of all."""
    found = list(policies) or [SessionPolicy()]
    return SessionPolicy(
        lock_after_minutes=min(policy.lock_after_minutes for policy in found),
        sign_out_after_hours=min(policy.sign_out_after_hours for policy in found),
    )


def is_fresh(session: Session, now: datetime) -> bool:
    """Whether its user has just signed in, so that they may say how they will sign in from now on."""
    return now < session.signed_in_at + FRESH_FOR


def locks_at(session: Session, policy: SessionPolicy) -> datetime:
    """When the session is locked or over, unless its user does something before."""
    idle = session.active_at + timedelta(minutes=policy.lock_after_minutes)
    return min(idle, session.signed_in_at + timedelta(hours=policy.sign_out_after_hours))


def state_of(session: Session, policy: SessionPolicy, now: datetime) -> State:
    """What the session is worth now. One from the future is locked: nobody knows how long its user has been away."""
    if now >= session.signed_in_at + timedelta(hours=policy.sign_out_after_hours):
        return State.NONE
    idle_from = session.active_at - CLOCK_TOLERANCE
    return State.OPEN if idle_from <= now < locks_at(session, policy) and not session.locked else State.LOCKED

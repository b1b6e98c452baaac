"""What a browser is told of its session."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from schemas.access import Role, User
from services.checkin.domain.session import State
from services.checkin.sessions import Found, Sessions


class PersonHere(BaseModel):
    """Somebody whose PIN works at this browser."""

    subject: str
    name: str


class SignedIn(PersonHere):
    """Whose session it is. No sites: every one."""

    role: Role
    sites: tuple[str, ...]
    language: str | None


class SessionView(BaseModel):
    """What this browser's session is worth now."""

    state: State
    user: SignedIn | None
    csrf: str | None
    users_here: list[PersonHere]
    lock_after_seconds: int | None
    locks_in_seconds: Annotated[float, Field(ge=0)] | None
    """Of an open session: when the PIN is asked for, if nobody does anything before."""
    pin_set: bool
    oidc: bool
    """Whether the clinic's identity provider can be asked."""


def view(found: Found, people: Iterable[User], sessions: Sessions, now: datetime, *, oidc: bool) -> SessionView:
    """Say how things stand; `now` is real time."""
    user, is_open = found.user, found.state is State.OPEN
    return SessionView(
        state=found.state,
        user=SignedIn.model_validate(user, from_attributes=True) if user else None,
        csrf=sessions.csrf(found.session) if found.session else None,
        users_here=[PersonHere(subject=person.subject, name=person.name) for person in people],
        lock_after_seconds=found.policy.lock_after_minutes * 60 if found.policy else None,
        locks_in_seconds=max(0.0, (found.until - now).total_seconds()) if found.until and is_open else None,
        pin_set=user is not None and user.pin_hash is not None,
        oidc=oidc,
    )

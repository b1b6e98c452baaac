"""What happens to a member of staff's access: values in, values out."""

from datetime import datetime
from enum import StrEnum

from schemas.access import Invitation, Role, User

ROLES = (Role.DESK, Role.CLINICAL, Role.MANAGER, Role.AUDITOR, Role.ADMIN)
"""What a person can be here. Feeds and displays are no persons: they have tokens."""


class Refusal(StrEnum):
    """Why a user is not changed."""

    UNKNOWN = "unknown-user"
    EXISTS = "user-exists"
    LINK_USED = "link-used"
    LINK_EXPIRED = "link-expired"
    ENDED = "access-ended"
    LAST_ADMIN = "last-admin"


def is_in_force(user: User | None) -> bool:
    """Whether the user may have a session at all."""
    return user is not None and user.revoked_at is None and user.locked_at is None


def added(user: User | None, wanted: User) -> User | Refusal:
    """The new user, whose name nobody has had: what somebody did must not be taken for what somebody else did."""
    return Refusal.EXISTS if user else wanted


def invited(user: User | None, invitation: Invitation) -> User | Refusal:
    """The user with a new link, which takes the place of an unused one. It lets in again whoever was revoked."""
    return user.model_copy(update={"invitation": invitation, "revoked_at": None}) if user else Refusal.UNKNOWN


def revoked(user: User | None, now: datetime) -> User | Refusal:
    """The user without any access; should they come back, they begin with a new link and a new PIN."""
    if user is None:
        return Refusal.UNKNOWN
    gone = dict.fromkeys(("invitation", "pin_hash", "identity", "locked_at"))
    return user if user.revoked_at else user.model_copy(update={**gone, "revoked_at": now})


def used(user: User | None, link_hash: str, now: datetime) -> User | Refusal:
    """The user once the link was used. Its bearer chooses a PIN anew, for all devices, and is no longer locked out."""
    if user is None or user.revoked_at or user.invitation is None or user.invitation.hash != link_hash:
        return Refusal.LINK_USED
    if user.invitation.expires_at <= now:
        return Refusal.LINK_EXPIRED
    return user.model_copy(update=dict.fromkeys(("invitation", "pin_hash", "locked_at")))


def locked_out(user: User | None, pin_hash: str | None, now: datetime) -> User | Refusal:
    """The user after too many wrong PINs, unless they have another PIN by now."""
    if user is None or not is_in_force(user) or user.pin_hash != pin_hash:
        return Refusal.ENDED
    return user.model_copy(update={"locked_at": now})


def with_pin(user: User | None, pin_hash: str) -> User | Refusal:
    """The user with a PIN."""
    return user.model_copy(update={"pin_hash": pin_hash}) if user and is_in_force(user) else Refusal.ENDED


def with_identity(user: User | None, identity: str) -> User | Refusal:
    """The user who from now on signs in at the identity provider, too."""
    return user.model_copy(update={"identity": identity}) if user and is_in_force(user) else Refusal.ENDED

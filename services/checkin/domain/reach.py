"""Whom an administrator may manage: people of their own clinics, and nobody beyond."""

from collections.abc import Collection, Iterable

from schemas.access import Role, User


def is_within(sites: Collection[str], reach: Collection[str]) -> bool:
    """Whether these clinics are all within this reach. No clinics listed means every one, on either side."""
    return not reach or (bool(sites) and set(sites) <= set(reach))


def is_last_admin(user: User, after: User, everybody: Iterable[User]) -> bool:
    """Whether this change would leave the user's clinics without anybody who manages all of them."""

    def manages(one: User) -> bool:
        in_force = one.revoked_at is None and one.locked_at is None
        return in_force and one.role is Role.ADMIN and is_within(user.sites, one.sites)

    return manages(user) and not manages(after) and not any(manages(one) for one in everybody if one.subject != user.subject)

"""What links, PINs and revocations make of somebody's access."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.access import Invitation, Role, User
from services.runtime import auth, staff
from services.runtime.staff import Refusal

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
LINK, INVITATION = auth.invite("rosa", NOW)
A_LINK = f"cf-link_rosa_{'x' * 43}"
OTHER = Invitation(hash=auth.hash_of("another"), expires_at=NOW + timedelta(hours=1))
ROSA = User(
    subject="user:rosa", name="Rosa Test (invented)", role=Role.DESK, sites=("riverside",), pin_hash="kept", identity="0" * 64
)


def test_a_link_says_whose_it_is_and_nothing_of_what_is_kept() -> None:
    assert auth.link_subject(LINK) == "user:rosa"
    assert auth.is_secret_of(LINK, INVITATION.hash)
    assert auth.token_subject(LINK) is None
    assert INVITATION.expires_at == NOW + timedelta(hours=72)


@pytest.mark.parametrize(
    "text", ["", "cf-link_rosa", "cf-link_rosa_short", f"{A_LINK}x", A_LINK.replace("rosa", "Rosa"), f"{A_LINK}\n"]
)
def test_what_is_no_link_is_nobodys(text: str) -> None:
    assert auth.link_subject(text) is None


def test_a_link_is_used_once_and_asks_for_a_new_pin() -> None:
    invited = staff.invited(ROSA.model_copy(update={"locked_at": NOW}), INVITATION)
    assert isinstance(invited, User)
    used = staff.used(invited, INVITATION.hash, NOW)
    assert used == ROSA.model_copy(update={"pin_hash": None})
    assert staff.used(used, INVITATION.hash, NOW) is Refusal.LINK_USED


def test_a_link_is_over_after_three_days_or_when_another_one_was_sent() -> None:
    invited = ROSA.model_copy(update={"invitation": INVITATION})
    assert staff.used(invited, INVITATION.hash, NOW + timedelta(hours=72)) is Refusal.LINK_EXPIRED
    assert staff.used(staff.invited(invited, OTHER), INVITATION.hash, NOW) is Refusal.LINK_USED  # type: ignore[arg-type]  # it is a user


def test_who_was_revoked_has_nothing_left_until_they_are_invited_again() -> None:
    gone = staff.revoked(ROSA.model_copy(update={"invitation": INVITATION}), NOW)
    assert isinstance(gone, User)
    assert (gone.revoked_at, gone.pin_hash, gone.identity, gone.invitation) == (NOW, None, None, None)
    assert not staff.is_in_force(gone)
    assert staff.used(gone.model_copy(update={"invitation": INVITATION}), INVITATION.hash, NOW) is Refusal.LINK_USED
    assert staff.with_pin(gone, "new") is staff.with_identity(gone, "new") is Refusal.ENDED
    assert staff.revoked(gone, NOW + timedelta(days=1)) == gone
    back = staff.invited(gone, OTHER)
    assert isinstance(back, User)
    assert staff.is_in_force(back)


def test_too_many_wrong_pins_lock_out_unless_there_is_another_pin_by_now() -> None:
    assert not staff.is_in_force(staff.locked_out(ROSA, "kept", NOW))  # type: ignore[arg-type]  # it is a user
    assert staff.locked_out(ROSA, "an older one", NOW) is Refusal.ENDED


def test_nobody_can_be_changed_who_is_not_there() -> None:
    assert staff.invited(None, OTHER) is staff.revoked(None, NOW) is Refusal.UNKNOWN
    assert staff.used(None, INVITATION.hash, NOW) is Refusal.LINK_USED

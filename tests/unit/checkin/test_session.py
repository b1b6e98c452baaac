"""When a person's session is open, locked or over."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.sites import SessionPolicy
from services.checkin.domain.session import By, Session, State, is_fresh, locks_at, state_of, strictest

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = SessionPolicy(lock_after_minutes=10, sign_out_after_hours=12)


def minutes(number: float) -> datetime:
    return NINE + timedelta(minutes=number)


def session(active: float = 0, *, locked: bool = False) -> Session:
    return Session(id="s-1", subject="user:rosa", signed_in_at=NINE, active_at=minutes(active), by=By.PIN, locked=locked)


@pytest.mark.parametrize(
    ("active", "now", "state"),
    [
        (0, 0, State.OPEN), (0, 9.99, State.OPEN), (0, 10, State.LOCKED), (5, 14.99, State.OPEN), (5, 15, State.LOCKED),
        (0, 12 * 60 - 0.01, State.LOCKED), (12 * 60 - 1, 12 * 60 - 0.01, State.OPEN), (12 * 60 - 1, 12 * 60, State.NONE),
        (0, -0.5, State.OPEN), (0, -2, State.LOCKED),
    ],
)  # fmt: skip
def test_a_session_is_locked_after_some_minutes_and_over_after_some_hours(active: float, now: float, state: State) -> None:
    assert state_of(session(active), POLICY, minutes(now)) is state


def test_a_session_that_its_user_locked_is_locked() -> None:
    assert state_of(session(locked=True), POLICY, minutes(0)) is State.LOCKED
    assert state_of(session(locked=True), POLICY, minutes(12 * 60)) is State.NONE


def test_a_session_says_when_it_will_be_locked() -> None:
    assert locks_at(session(3), POLICY) == minutes(13)
    assert locks_at(session(12 * 60 - 1), POLICY) == minutes(12 * 60)


def test_of_several_clinics_the_strictest_times_hold() -> None:
    other = SessionPolicy(lock_after_minutes=20, sign_out_after_hours=8)
    assert strictest([POLICY, other]) == SessionPolicy(lock_after_minutes=10, sign_out_after_hours=8)
    assert strictest([]) == SessionPolicy()


def test_for_ten_minutes_it_is_surely_who_signed_in() -> None:
    assert is_fresh(session(), minutes(9.99))
    assert not is_fresh(session(active=10), minutes(10))

"""The one clock, and real time beside it."""

from datetime import UTC, datetime, timedelta

from services.runtime.clock import Clock, ClockAnchor

STARTED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_real_time_goes_on_as_it_does_however_fast_the_clinics_clock_is() -> None:
    now = STARTED
    clock = Clock(
        ClockAnchor(speed=60, anchor_real=STARTED, anchor_clock=STARTED - timedelta(days=7)), real=lambda: datetime.timestamp(now)
    )
    now = STARTED + timedelta(minutes=2)
    assert clock.now() == STARTED - timedelta(days=7) + timedelta(hours=2)
    assert clock.real_now() == now

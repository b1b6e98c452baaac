"""The one clock goes on from run to run (DESIGN I6)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.runtime.clock import Clock
from services.stack.clock_file import ClockFile, Last, first_anchor, next_anchor, real_now, shown_at

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_fresh_data_begin_now() -> None:
    anchor, scaled = first_anchor(NOON, 1, None)
    assert anchor.anchor_real == anchor.anchor_clock == NOON
    assert not scaled


def test_fresh_demo_begins_in_the_morning_and_runs_fast() -> None:
    anchor, scaled = first_anchor(NOON, 60, MORNING)
    assert scaled
    assert shown_at(anchor, NOON + timedelta(minutes=1)) == MORNING + HOUR


def test_second_demo_goes_on_from_the_first() -> None:
    last = Last(clock=MORNING, speed=60, scaled=True)
    anchor, scaled = next_anchor(NOON + 24 * HOUR, 60, last)
    assert scaled
    assert MORNING < anchor.anchor_clock <= MORNING + timedelta(minutes=2)


def test_scaled_data_at_real_speed_go_on_from_where_they_stopped() -> None:
    anchor, scaled = next_anchor(NOON, 1, Last(clock=NOON + 30 * HOUR, speed=60, scaled=True))
    assert scaled
    assert anchor.anchor_clock > NOON + 30 * HOUR


def test_data_that_were_never_scaled_follow_real_time() -> None:
    anchor, scaled = next_anchor(NOON, 1, Last(clock=NOON - HOUR, speed=1, scaled=False))
    assert anchor.anchor_clock == NOON
    assert not scaled


def test_real_clock_set_back_does_not_set_the_services_clock_back() -> None:
    anchor, _ = next_anchor(NOON, 1, Last(clock=NOON + HOUR, speed=1, scaled=False))
    assert anchor.anchor_clock == NOON + HOUR


def test_launcher_that_died_between_two_notes_is_not_overtaken_by_its_own_stamps() -> None:
    last = Last(clock=MORNING, speed=60, scaled=True)
    stamped_just_before_it_died = MORNING + timedelta(seconds=60 * 1.5)
    assert next_anchor(NOON, 60, last)[0].anchor_clock >= stamped_just_before_it_died


def test_services_read_the_file_and_the_next_run_is_later(tmp_path: Path) -> None:
    ClockFile(tmp_path, 60, MORNING).note()
    first = Clock.from_file(tmp_path / "clock.json").now()
    ClockFile(tmp_path, 60, None)
    assert Clock.from_file(tmp_path / "clock.json").now() > first
    assert first - MORNING < HOUR


def test_lost_note_counts_as_if_the_clock_had_run_until_now(tmp_path: Path) -> None:
    ClockFile(tmp_path, 1, MORNING)
    shown = Clock.from_file(tmp_path / "clock.json").now()
    (tmp_path / "clock.last").write_text("", encoding="utf-8")
    assert ClockFile(tmp_path, 1, None).anchor.anchor_clock >= shown


def test_unscaled_clock_is_the_real_one(tmp_path: Path) -> None:
    ClockFile(tmp_path, 1, None)
    assert not Clock.from_file(tmp_path / "clock.json").scaled
    assert abs(real_now() - Clock.from_file(tmp_path / "clock.json").now()) < timedelta(seconds=5)

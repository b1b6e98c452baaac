"""Time on a screen is the site's own."""

from services.runtime.live.screen_time import day_began_ms, offset_ms

MINUTE = 60_000


def test_the_sites_distance_from_utc_follows_its_daylight_saving_time() -> None:
    the_change = 1_774_746_000_000  # 2026-03-29T01:00:00Z
    assert offset_ms("Europe/London", the_change - 1) == 0
    assert offset_ms("Europe/London", the_change) == 60 * MINUTE
    assert offset_ms("America/New_York", the_change) == -4 * 60 * MINUTE


def test_the_sites_day_begins_at_its_midnight_on_days_that_the_clocks_change_too() -> None:
    the_change = 1_774_746_000_000
    assert day_began_ms("Europe/London", the_change) == the_change - 60 * MINUTE
    assert day_began_ms("Europe/London", the_change + 22 * 60 * MINUTE - 1) == the_change - 60 * MINUTE
    assert day_began_ms("Europe/London", the_change + 22 * 60 * MINUTE) == the_change + 22 * 60 * MINUTE
    assert day_began_ms("America/New_York", the_change) == the_change - 21 * 60 * MINUTE

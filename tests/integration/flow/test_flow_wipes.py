"""Redis only shows: wiped under load, it shows the right thing again within seconds."""

import pytest

from tests.integration.flow.installation import Installation
from tests.waiting import comes_about, wait_until

SECONDS = 5


def test_redis_wiped_under_load_shows_the_right_thing_within_seconds(clinics: Installation) -> None:
    wipe_under_load(clinics)
    assert comes_about(clinics.is_all_on_the_screens, SECONDS), clinics.differences()
    clinics.assert_right()


@pytest.mark.slow
def test_sabotage_a_change_that_passes_for_the_whole_hides_the_wipe(clinics: Installation) -> None:
    wipe_under_load(clinics, "change-passes-for-whole")
    assert not comes_about(clinics.is_all_on_the_screens, SECONDS)


def test_redis_wiped_and_written_by_another_first_shows_the_right_thing_within_seconds(clinics: Installation) -> None:
    wipe_and_write_as_another(clinics)
    assert comes_about(clinics.is_all_on_the_screens, SECONDS), clinics.differences()


@pytest.mark.slow
def test_sabotage_a_sentinel_that_need_only_be_there_is_fooled_by_another(clinics: Installation) -> None:
    wipe_and_write_as_another(clinics, "any-sentinel-will-do")
    assert not comes_about(clinics.is_all_on_the_screens, SECONDS)


def wipe_under_load(clinics: Installation, *sabotage: str) -> None:
    """Make Redis forget everything, as FLUSHALL does, while things happen before and after."""
    clinics.happens(800)
    clinics.flow("1", *sabotage).wait_ready()
    with clinics.busy():
        clinics.wipe_screens()
        reached = sum(clinics.log_ends().values())
        wait_until(lambda: sum(clinics.log_ends().values()) > reached + 200, 20, "some load")


def wipe_and_write_as_another(clinics: Installation, *sabotage: str) -> None:
    """Make Redis forget everything while nothing happens, and let a worker that lost its partitions write there first."""
    clinics.happens(800)
    clinics.flow("1", *sabotage).wait_ready()
    clinics.wait_folded()
    clinics.wipe_screens(written_by="another")

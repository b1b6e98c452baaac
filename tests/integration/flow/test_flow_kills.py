"""A worker that is killed, at any moment, goes on from its last snapshot: nothing is lost, nothing is counted twice."""

from random import Random

import pytest

from tests.integration.flow.installation import Installation
from tests.waiting import wait_until


@pytest.mark.parametrize("kills", [pytest.param(6), pytest.param(50, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_a_new_group_killed_again_and_again_in_its_first_seconds_loses_nothing(clinics: Installation, kills: int) -> None:
    moments = Random(kills)  # seeded moments, no secret
    clinics.happens(800)
    with clinics.busy(50):
        for number in range(kills):
            worker = clinics.flow()
            worker.wait_said("flow starts" if number % 2 else "partition loaded")
            assert worker.exit_code(within=moments.uniform(0.0, 3.0)) is None, worker.last_words
            worker.kill()
    assert clinics.has_saved()
    clinics.assert_right(clinics.flow())


@pytest.mark.slow
def test_sabotage_a_group_offset_that_is_trusted_loses_what_was_not_saved(clinics: Installation) -> None:
    worker = clinics.flow("1", "commits-trusted", flow_snapshot_seconds=60)
    worker.wait_ready()
    clinics.happens(600)
    wait_until(clinics.is_committed, 30, "the commit of the group")
    worker.kill()
    clinics.flow("1", "commits-trusted")
    clinics.happens(600)
    clinics.assert_wrong("chunk", "screens", "summary")


def test_a_crash_before_effects_are_sent_skips_none(clinics: Installation) -> None:
    crash_in_mid_batch(clinics, "die-before-effects", "dies-before-effects")
    clinics.assert_right(clinics.flow())


def test_a_crash_between_effects_and_snapshot_repeats_them_and_changes_nothing(clinics: Installation) -> None:
    crash_in_mid_batch(clinics, "die-after-effects", "dies-after-effects")
    clinics.assert_right(clinics.flow())


@pytest.mark.slow
def test_sabotage_a_snapshot_ahead_of_its_effects_skips_them(clinics: Installation) -> None:
    crash_in_mid_batch(clinics, "die-before-effects", "dies-before-effects", "saved-before-effects")
    clinics.flow()
    clinics.assert_wrong("summary of")


def test_a_crash_in_the_middle_of_a_snapshot_leaves_the_one_before(clinics: Installation) -> None:
    crash_in_mid_batch(clinics, "die-in-snapshot", "dies-in-snapshot")
    clinics.assert_right(clinics.flow())


@pytest.mark.slow
def test_sabotage_a_marker_apart_from_its_chunks_is_believed_too_early(clinics: Installation) -> None:
    crash_in_mid_batch(clinics, "die-in-snapshot", "marker-apart")
    clinics.flow()
    clinics.assert_wrong("chunk", "snapshot of")


def test_killed_in_mid_rebuild_it_still_sends_the_alerts_that_were_held_back(clinics: Installation) -> None:
    killed_before_it_settled(clinics)
    clinics.assert_right(clinics.flow())


@pytest.mark.slow
def test_sabotage_a_rebuild_that_is_forgotten_at_the_next_start_sends_them_never(clinics: Installation) -> None:
    killed_before_it_settled(clinics)
    clinics.flow("1", "rebuild-forgotten")
    clinics.assert_wrong("was not raised")


def killed_before_it_settled(clinics: Installation) -> None:
    """Kill a worker that has saved all of a rebuilt state and has not sent its alerts."""
    clinics.happens(600)
    worker = clinics.flow("1", "not-settling")
    wait_until(clinics.is_saved, 60, "a snapshot of everything")
    worker.kill()
    clinics.happens(100)


def crash_in_mid_batch(clinics: Installation, moment: str, *under: str) -> None:
    """Let a worker that has folded and saved much die at a moment of its next work."""
    clinics.happens(800)
    worker = clinics.flow("1", *under)
    worker.wait_ready()
    clinics.wait_folded()
    worker.tell(moment)
    with clinics.busy():
        assert worker.exit_code(within=30) == -9, worker.last_words

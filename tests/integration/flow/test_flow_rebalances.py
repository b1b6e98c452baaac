"""Partitions come and go between workers; a worker that slept through it changes nothing that lasts."""

from functools import partial

import pytest

from tests.integration.flow.installation import Installation
from tests.integration.flow.workers import FlowWorker
from tests.waiting import wait_until

HANDED_OVER = 60.0
"""The session must time out, the group must settle, partitions must be loaded."""
MOVES = 3
"""A second worker is given the partitions 0 to 5; this one has the most clinics."""


def test_partitions_that_move_to_another_worker_and_back_keep_all_events(clinics: Installation) -> None:
    clinics.happens(600)
    first = clinics.flow("a", "batches-lost")
    first.wait_ready()
    clinics.happens(300)
    second = clinics.flow("b", "batches-lost")
    with clinics.busy():
        wait_until(lambda: second.has_said("partition loaded"), HANDED_OVER, "the handing over")
    first.ask_to_stop()
    assert first.exit_code(within=20) == 0, first.last_words
    clinics.happens(300)
    clinics.wait_folded(HANDED_OVER)
    again = clinics.flow("a", "batches-lost")
    with clinics.busy():
        wait_until(lambda: again.has_said("partition loaded"), HANDED_OVER, "the way back")
    second.wait_ready()
    clinics.assert_right(again)


def test_from_one_worker_to_three_and_back_to_two_every_clinic_is_served_and_right(clinics: Installation) -> None:
    clinics.happens(600)
    first = clinics.flow("a")
    first.wait_ready()
    others = [clinics.flow("b"), clinics.flow("c")]
    with clinics.busy():
        for other in others:
            wait_until(partial(other.has_said, "partition loaded"), HANDED_OVER, "the handing over")
    for worker in (first, *others):
        clinics.assert_right(worker)
    with clinics.busy():
        others[0].kill()
    clinics.happens(300)
    clinics.assert_right(first, HANDED_OVER)
    assert others[1].is_ready


@pytest.mark.slow
def test_sabotage_a_batch_after_a_gap_that_is_folded_loses_events(clinics: Installation) -> None:
    clinics.happens(600)
    first = clinics.flow("a")
    first.wait_ready()
    clinics.wait_folded()
    first.ask_to_stop()
    assert first.exit_code(within=20) == 0, first.last_words
    clinics.happens(1200)  # many batches of each partition, of which the first is lost
    clinics.flow("a", "batches-lost", "gap-folded", flow_batch_records=20).wait_ready()
    clinics.happens(600)
    clinics.assert_wrong("chunk", "screens")


@pytest.mark.slow
def test_a_worker_that_slept_past_its_session_ends_or_comes_back_and_all_is_right(clinics: Installation) -> None:
    sleeper, other = one_sleeps_and_another_takes_over(clinics, "freeze-before-save", "freezes-before-save")
    sleeper.thaw()
    clinics.happens(300)
    wait_until(lambda: not sleeper.is_running or sleeper.is_ready, HANDED_OVER, "an end or a return")
    clinics.assert_right(other)


def test_a_worker_that_slept_past_its_session_saves_nothing_any_more(clinics: Installation) -> None:
    sleeper, other = one_sleeps_and_another_takes_over(clinics, "freeze-before-save", "freezes-before-save", "watchdog-off")
    sleeper.thaw()
    wait_until(lambda: sleeper.has_said("partition fenced"), 20, "the refusal of what it was about to save")
    clinics.happens(300)
    clinics.assert_right(other)


@pytest.mark.slow
def test_sabotage_without_fencing_a_sleeper_saves_over_its_successor(clinics: Installation) -> None:
    awakes = "freezes-before-save", "watchdog-off", "no-fencing"
    sleeper, _ = one_sleeps_and_another_takes_over(clinics, "freeze-before-save", *awakes)
    sleeper.thaw()
    wait_until(lambda: sleeper.has("awake"), 20, "the saving of what it was about")
    clinics.saved.catch_up()
    assert clinics.saved.went_back


def test_a_worker_that_slept_past_its_session_shows_nothing_old(clinics: Installation) -> None:
    sleeper, other = one_sleeps_and_another_takes_over(clinics, "freeze-before-show", "freezes-before-show", "watchdog-off")
    sleeper.thaw()
    wait_until(lambda: sleeper.has("awake") and sleeper.is_frozen(), 20, "the showing of what it was about")
    assert clinics.outputs.screen_differences(clinics.undisturbed) == []
    sleeper.thaw()
    clinics.happens(300)
    clinics.assert_right(other)


@pytest.mark.slow
def test_sabotage_without_its_guard_redis_shows_what_a_sleeper_knew(clinics: Installation) -> None:
    awakes = "freezes-before-show", "watchdog-off", "guard-off"
    sleeper, _ = one_sleeps_and_another_takes_over(clinics, "freeze-before-show", *awakes)
    sleeper.thaw()
    wait_until(lambda: sleeper.has("awake") and sleeper.is_frozen(), 20, "the showing of what it was about")
    assert clinics.outputs.screen_differences(clinics.undisturbed)


def one_sleeps_and_another_takes_over(clinics: Installation, moment: str, *under: str) -> tuple[FlowWorker, FlowWorker]:
    """Freeze a worker at a moment of its work until another has folded, shown and saved all of the log."""
    clinics.happens(600)
    sleeper = clinics.flow("a", *under)
    sleeper.wait_ready()
    clinics.wait_folded()
    sleeper.tell(moment)
    with clinics.busy():
        wait_until(sleeper.is_frozen, 20, "its sleep")
    other = clinics.flow("b")
    clinics.happens(1500)
    clinics.assert_right(other, HANDED_OVER)
    return sleeper, other


def test_a_partition_revoked_in_mid_batch_is_right_with_its_new_worker(clinics: Installation) -> None:
    _, second = revoked_in_mid_batch(clinics)
    clinics.assert_right(second)


@pytest.mark.slow
def test_sabotage_a_worker_that_never_lets_go_saves_over_the_new_one(clinics: Installation) -> None:
    revoked_in_mid_batch(clinics, "never-lets-go", saves_each=45)  # so long that the new worker has saved before it
    clinics.happens(600)
    wait_until(lambda: clinics.is_saved_up_to_end(MOVES), HANDED_OVER, "the fold of the new worker")
    wait_until(lambda: not clinics.is_saved_up_to_end(MOVES) and clinics.saved.went_back, HANDED_OVER, "the old worker's snapshot")


def revoked_in_mid_batch(clinics: Installation, *sabotage: str, saves_each: float = 0.5) -> tuple[FlowWorker, FlowWorker]:
    """Let a second worker join while the first is between the fold and the effects of a batch, which it then sends."""
    clinics.happens(600)
    first = clinics.flow("a", "effects-held", *sabotage, flow_snapshot_seconds=saves_each)
    first.wait_ready()
    (first.folder / "hold-effects").write_text(str(MOVES))
    clinics.happens(600)
    wait_until(lambda: first.has("holding"), 20, "the middle of a batch")
    second = clinics.flow("b")
    wait_until(lambda: first.has_said("because it is rebalancing"), HANDED_OVER, "the revoke in mid-batch")
    (first.folder / "hold-effects").unlink()
    wait_until(lambda: second.has_said(f"partition={MOVES} "), HANDED_OVER, "the handing over")
    return first, second


def test_partitions_that_move_in_the_midst_of_a_snapshot_do_not_hold_up_the_others(clinics: Installation) -> None:
    clinics.happens(600)
    first = clinics.flow("a", "save-stuck")
    first.wait_ready()
    first.tell("stick-save")
    clinics.happens(300)
    wait_until(lambda: first.has("stuck"), 20, "a snapshot that doesn't end")
    second = clinics.flow("b")
    clinics.happens(300)
    second.wait_ready()
    clinics.assert_right(first)

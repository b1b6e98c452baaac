"""What fails ends the worker with a code that its supervisor sees, before the next batch; it never sits there ready and idle."""

from uuid import uuid4

import pytest

from schemas import visits
from schemas.codec import encode
from schemas.dead_letters import DeadLetterReason
from schemas.envelope import Intent
from services.flow.exits import EXIT_CODE
from services.runtime.clock import Clock
from tests.integration.flow.installation import Installation
from tests.integration.flow.workers import FlowWorker
from tests.waiting import comes_about, wait_until

BUSY = 3
"""The partition with the most clinics."""


def trouble(clinics: Installation) -> tuple[int, int]:
    """Put a record on the log at which the fold raises; says where it stands."""
    now = Clock().now()
    event = visits.PatientCheckedIn(
        id=str(uuid4()), source="/checkin/desk", subject="trouble-v1", time=now, recordedtime=now, site="clinic-0", actor="trouble",
        intent=Intent.REPORT, fingerprint="0" * 16,
    )  # fmt: skip
    key, value = encode(event)
    return clinics.put(key, value)


def test_an_agent_that_raises_ends_the_process_and_the_next_start_goes_on_before_it(clinics: Installation) -> None:
    worker, (partition, offset) = worker_in_trouble(clinics)
    assert worker.exit_code(within=20) == EXIT_CODE, worker.last_words
    clinics.saved.catch_up()
    assert clinics.saved.markers.get(partition, 0) <= offset
    assert clinics.outputs.shown_up_to()[partition] <= offset
    clinics.assert_right(clinics.flow())


@pytest.mark.slow
def test_sabotage_an_error_that_is_left_to_faust_does_not_end_the_process(clinics: Installation) -> None:
    worker, _ = worker_in_trouble(clinics, "error-left-to-faust")
    assert worker.exit_code(within=15) != EXIT_CODE


def test_a_record_that_fails_a_third_start_is_given_up_alone(clinics: Installation) -> None:
    worker, (partition, offset) = worker_in_trouble(clinics)
    assert worker.exit_code(within=20) == EXIT_CODE, worker.last_words
    assert clinics.flow("1", "fold-raises", starts_in_a_row=2).exit_code(within=30) == EXIT_CODE
    last = clinics.flow("1", "fold-raises", starts_in_a_row=3)
    clinics.undisturbed.unfoldable.add((partition, offset))
    clinics.assert_right(last)
    assert (partition, offset, DeadLetterReason.UNFOLDABLE) in clinics.outputs.dead()


@pytest.mark.slow
def test_sabotage_a_record_that_is_never_given_up_stops_its_partition(clinics: Installation) -> None:
    worker, _ = worker_in_trouble(clinics)
    assert worker.exit_code(within=20) == EXIT_CODE, worker.last_words
    last = clinics.flow("1", "fold-raises", "never-given-up", starts_in_a_row=3)
    assert last.exit_code(within=30) == EXIT_CODE


def worker_in_trouble(clinics: Installation, *sabotage: str) -> tuple[FlowWorker, tuple[int, int]]:
    """Let a worker that has folded much come to a record at which the fold raises, with more behind it."""
    clinics.happens(600)
    worker = clinics.flow("1", "fold-raises", *sabotage)
    worker.wait_ready()
    clinics.happens(100)
    place = trouble(clinics)
    clinics.happens(100)
    return worker, place


def test_a_cancelled_fetcher_ends_the_process_within_seconds(clinics: Installation) -> None:
    worker = worker_without_fetcher(clinics)
    assert worker.exit_code(within=20) == EXIT_CODE, worker.last_words
    assert worker.has_said("the Fetcher has ended")
    clinics.happens(100)
    clinics.assert_right(clinics.flow())


@pytest.mark.slow
def test_sabotage_without_the_watchdog_it_sits_there_ready_and_idle(clinics: Installation) -> None:
    worker = worker_without_fetcher(clinics, "watchdog-off")
    clinics.happens(100)
    assert worker.exit_code(within=20) is None
    assert not clinics.is_saved()


def worker_without_fetcher(clinics: Installation, *sabotage: str) -> FlowWorker:
    """Let Faust's Fetcher be cancelled in a worker that has caught up."""
    clinics.happens(300)
    worker = clinics.flow("1", "fetcher-cancelled", *sabotage)
    worker.wait_ready()
    clinics.wait_folded()
    worker.tell("cancel-fetcher")
    wait_until(lambda: not worker.has("cancel-fetcher"), 10, "the cancellation")
    return worker


def test_asked_to_stop_under_load_it_saves_what_it_folded_and_ends_with_0(clinics: Installation) -> None:
    worker = stopped_under_load(clinics)
    shown = clinics.outputs.shown_up_to()
    clinics.saved.catch_up()
    assert {number: clinics.saved.markers.get(number, 0) for number in shown} == {n: max(0, at) for n, at in shown.items()}
    assert worker.exit_code(within=1) == 0
    clinics.assert_right(clinics.flow())


@pytest.mark.slow
def test_sabotage_a_worker_that_saves_nothing_at_the_end_is_found_out(clinics: Installation) -> None:
    stopped_under_load(clinics, "nothing-saved-at-the-end")
    shown = clinics.outputs.shown_up_to()
    clinics.saved.catch_up()
    assert any(clinics.saved.markers.get(number, 0) < at for number, at in shown.items())


def stopped_under_load(clinics: Installation, *sabotage: str) -> FlowWorker:
    """Ask a worker to stop while much happens; it is gone within 20 s."""
    clinics.happens(600)
    worker = clinics.flow("1", *sabotage, flow_snapshot_seconds=5)
    worker.wait_ready()
    with clinics.busy(400):
        wait_until(lambda: max(clinics.outputs.shown_up_to().values()) > 100, 20, "some work")
        worker.exit_code(within=1)
        worker.ask_to_stop()
        assert worker.exit_code(within=20) == 0, worker.last_words
    return worker


def test_asked_to_stop_while_a_snapshot_is_under_way_it_saves_what_came_after(clinics: Installation) -> None:
    clinics.happens(300)
    worker = clinics.flow("1", "save-held")
    worker.wait_ready()
    worker.tell("hold-save")
    clinics.happens(200)
    wait_until(lambda: worker.has("saving"), 20, "a snapshot")
    clinics.happens(200)
    wait_until(clinics.is_shown, 20, "the fold of what came after it")
    worker.ask_to_stop()
    assert worker.exit_code(within=1) is None, worker.last_words
    (worker.folder / "hold-save").unlink()
    assert worker.exit_code(within=20) == 0, worker.last_words
    assert clinics.is_saved()


def test_asked_to_stop_in_mid_batch_it_finishes_the_batch(clinics: Installation) -> None:
    clinics.happens(600)
    worker = clinics.flow("1", "effects-held")
    worker.wait_ready()
    (worker.folder / "hold-effects").write_text(str(BUSY))
    clinics.happens(600)
    wait_until(lambda: worker.has("holding"), 20, "the middle of a batch")
    worker.ask_to_stop()
    assert worker.exit_code(within=2) is None
    (worker.folder / "hold-effects").unlink()
    assert worker.exit_code(within=20) == 0, worker.last_words
    clinics.assert_right(clinics.flow())


def test_a_broker_that_does_not_take_the_alerts_of_a_rebuilt_state_gets_them_again(clinics: Installation) -> None:
    clinics.happens(600)
    clinics.assert_right(clinics.flow("1", "settling-fails"))


@pytest.mark.slow
def test_sabotage_a_partition_that_is_kept_with_effects_unsent_never_sends_them(clinics: Installation) -> None:
    clinics.happens(600)
    clinics.flow("1", "settling-fails", "half-sent-is-saved")
    clinics.assert_wrong("was not raised")


@pytest.mark.slow
def test_a_log_that_goes_on_while_nothing_is_delivered_ends_the_process(clinics: Installation) -> None:
    clinics.happens(300)
    worker = clinics.flow("1", "nothing-delivered")
    worker.wait_ready()
    worker.tell("deliver-nothing")
    clinics.happens(100)
    assert worker.exit_code(within=60) == EXIT_CODE, worker.last_words
    assert worker.has_said("nothing is folded")


@pytest.mark.slow
def test_a_worker_that_cannot_stop_is_ended_by_its_watchdog(clinics: Installation) -> None:
    worker = hanging_worker(clinics)
    assert worker.exit_code(within=30) == EXIT_CODE, worker.last_words
    clinics.assert_right(clinics.flow())


@pytest.mark.slow
def test_sabotage_without_the_watchdog_it_never_stops(clinics: Installation) -> None:
    assert hanging_worker(clinics, "watchdog-off").exit_code(within=30) is None


def hanging_worker(clinics: Installation, *sabotage: str) -> FlowWorker:
    """Ask a worker to stop whose effects are never acknowledged."""
    clinics.happens(300)
    worker = clinics.flow("1", "effects-hang", *sabotage)
    worker.wait_ready()
    worker.tell("hang-effects")
    clinics.happens(100)
    assert comes_about(lambda: worker.has("hanging"), 20)
    worker.ask_to_stop()
    return worker

"""The one line that a run prints."""

from pathlib import Path

from tests.chaos import evidence
from tests.chaos.checker import CLASSES, check
from tests.chaos.evidence import Fault
from tests.chaos.report import is_clean, recovery, report
from tests.unit.chaos.made_up import NINE, ordinary_day

REPLAY = "make chaos SEED=7 FAULTS=3"


def fault(number: int, recovery_s: float | None) -> Fault:
    return Fault(number, "kill flow", NINE, NINE, recovery_s)


def test_a_clean_run_says_zero_in_every_class_and_asks_for_no_replay() -> None:
    day = ordinary_day().over()
    told = report(day, check(day), "7", REPLAY, ".chaos/seed-7")
    assert [told[name] for name in CLASSES] == [0] * len(CLASSES)
    assert told["acked"] == len({each.event for each in day.sent if each.is_acked})
    assert "replay" not in told


def test_a_run_that_found_something_says_what_and_how_to_see_it_again() -> None:
    day = ordinary_day().over()
    day.summaries.clear()
    told = report(day, check(day), "7", REPLAY, ".chaos/seed-7")
    assert (told["wrong_state"], told["replay"], told["history"]) == (1, REPLAY, ".chaos/seed-7")
    assert list(told["found"]) == ["wrong_state"]


def test_a_fault_from_which_the_system_never_came_back_is_no_clean_run() -> None:
    day = ordinary_day().over()
    day.faults.append(fault(1, None))
    assert not is_clean(day, check(day))


def test_recovery_is_told_by_nearest_rank() -> None:
    day = ordinary_day().over()
    day.faults += [fault(number, float(number)) for number in range(1, 101)]
    assert recovery(day) == {"p50": 50.0, "p99": 99.0, "max": 100.0}


def test_kept_evidence_is_judged_the_same_again(tmp_path: Path) -> None:
    day = ordinary_day().over()
    day.faults.append(fault(1, 2.5))
    day.save(tmp_path)
    assert evidence.load(tmp_path) == day
    assert check(evidence.load(tmp_path)) == check(day)

"""What is drawn from a seed is the same for the same seed, and leaves nothing out."""

from importlib import import_module
from itertools import islice
from operator import attrgetter

import pytest

from tests.chaos.failpoints import POINTS, Point
from tests.chaos.schedule import PARTS, deck, faults
from tests.chaos.workload import Desk
from tests.unit.chaos.made_up import PROFILE


def test_the_same_seed_makes_the_same_faults_and_another_one_others() -> None:
    assert list(islice(faults("1"), 200)) == list(islice(faults("1"), 200))
    assert list(islice(faults("1"), 200)) != list(islice(faults("2"), 200))


def test_a_hundred_faults_leave_nothing_out() -> None:
    assert len(deck()) <= 100
    names = {planned.name for planned in islice(faults("1"), 100)}
    assert {f"kill {part}" for part in PARTS} | {f"freeze {part}" for part in PARTS} <= names
    assert {f"failpoint {point.service} {point.name}:{side}" for point in POINTS for side in ("before", "after")} <= names


def test_the_same_seed_makes_the_same_steps() -> None:
    assert list(islice(Desk("1", PROFILE, 1).steps(), 300)) == list(islice(Desk("1", PROFILE, 1).steps(), 300))


def test_a_desk_repeats_reports_corrects_and_undoes() -> None:
    steps = list(islice(Desk("1", PROFILE, 1).steps(), 2000))
    assert len({step.key for step in steps}) == len(steps)
    assert 0.03 < sum(step.again for step in steps) / len(steps) < 0.07
    actions = {step.path.rpartition("/")[2] for step in steps}
    assert {"check-in", "call", "room", "check-out", "undo", "correct", "left", "status", "profile", "acknowledge"} <= actions
    assert any(step.ago_s for step in steps)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{point.service} {point.name}")
def test_a_point_is_there(point: Point) -> None:
    module, _, method = point.method.partition(":")
    assert callable(attrgetter(method)(import_module(module)))

"""The checker finds what it is there for: each run that provokes a fault is clean, and is found out with flow's protection off."""

from pathlib import Path

import pytest

from tests.chaos.checker import check
from tests.chaos.provocations import PROVOCATIONS, Provocation
from tests.chaos.report import counts, unrecovered
from tests.chaos.run import Setting, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
NAMES = [provocation.off for provocation in PROVOCATIONS]


@pytest.mark.parametrize("provocation", PROVOCATIONS, ids=NAMES)
def test_without_its_protection_the_run_is_found_out(provocation: Provocation, tmp_path: Path) -> None:
    found = check(run(provocation.setting((provocation.off,)), tmp_path / "run"))
    assert found[provocation.shows_as], counts(found)


@pytest.mark.parametrize("provocation", PROVOCATIONS, ids=NAMES)
def test_with_every_protection_the_same_run_is_clean(provocation: Provocation, tmp_path: Path) -> None:
    evidence = run(provocation.setting(()), tmp_path / "run")
    found = check(evidence)
    assert not any(found.values()), {name: lines[:3] for name, lines in found.items() if lines}
    assert not unrecovered(evidence)


def test_a_short_run_with_faults_of_every_kind_is_clean(tmp_path: Path) -> None:
    evidence = run(Setting("short", faults=8), tmp_path / "run")
    found = check(evidence)
    assert not any(found.values()), {name: lines[:3] for name, lines in found.items() if lines}
    assert not unrecovered(evidence)
    assert len(evidence.faults) >= 8
    assert any(each.is_acked for each in evidence.sent)

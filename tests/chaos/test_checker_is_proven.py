"""The checker finds what it is there for: each run that provokes a fault is clean, and is found out with flow's protection off."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.checker import CLASSES
from tests.chaos.provocations import PROVOCATIONS

SECONDS = 360
pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS + 30)]


def chaos(folder: Path, *options: str) -> dict[str, Any]:
    """Run it in a process of its own; what it prints."""
    command = [sys.executable, "-m", "tests.chaos", "--folder", str(folder), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert ended.stdout, ended.stderr[-3000:]
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def assert_clean(told: dict[str, Any]) -> None:
    assert {name: told[name] for name in CLASSES if told[name]} == {}, told
    assert told["unrecovered"] == 0, told
    assert told["acked"] > 20


@pytest.mark.parametrize("off", list(PROVOCATIONS))
def test_without_its_protection_the_run_is_found_out(off: str, tmp_path: Path) -> None:
    told = chaos(tmp_path / "run", "--provoke", off)
    assert any(told[name] for name in PROVOCATIONS[off].shows_as), told


@pytest.mark.parametrize("on", list(PROVOCATIONS))
def test_with_every_protection_the_same_run_is_clean(on: str, tmp_path: Path) -> None:
    assert_clean(chaos(tmp_path / "run", "--provoke", on, "--protected"))


def test_a_short_run_is_clean(tmp_path: Path) -> None:
    told = chaos(tmp_path / "run", "--seed", "short", "--faults", "8")
    assert_clean(told)
    assert told["faults"] >= 8

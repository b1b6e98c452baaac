"""The command line of the stack: options, lazy words, the doctor and the set-up agree."""

from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from services.cli import doctor
from services.cli.demo import this_morning
from services.cli.main import WORDS, main
from services.cli.stack_options import settings_from
from services.stack.settings import PROJECT, StackSettings

SETUP = (PROJECT / "deploy" / "setup.sh").read_text(encoding="utf-8")


def test_options_become_settings() -> None:
    settings = settings_from(ports=("kafka=9000", "board=9001"), speed=60.0, fresh=True, port_base=None)
    assert settings.ports == {"kafka": 9000, "board": 9001}
    assert settings.speed == 60
    assert settings.fresh


@pytest.mark.parametrize(
    ("given", "words"),
    [({"ports": ("9000",)}, "NAME=NUMBER"), ({"ports": ("kafka=x",)}, "valid integer"), ({"speed": 0.0}, "greater than 0")],
)
def test_bad_option_is_a_clear_error(given: dict[str, object], words: str) -> None:
    with pytest.raises(click.ClickException, match=words):
        settings_from(**given)


def test_help_lists_every_word_without_importing_them() -> None:
    answer = CliRunner().invoke(main, ["--help"])
    assert answer.exit_code == 0
    assert all(f"  {word} " in answer.output for word in WORDS)


def test_unknown_word_is_a_clear_error() -> None:
    answer = CliRunner().invoke(main, ["dmeo"])
    assert answer.exit_code == 2
    assert "No such command 'dmeo'" in answer.output


def test_status_of_nothing_says_so_and_exits_1(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["status", "--data", str(tmp_path / "none")])
    assert answer.exit_code == 1
    assert "Nothing runs on" in answer.output
    assert not (tmp_path / "none").exists()


def test_doctor_names_what_is_missing_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CLINICFLOW_STACK_TOOLS", str(tmp_path))
    answer = CliRunner().invoke(main, ["doctor"])
    assert answer.exit_code == 1
    assert "The demo needs: java, redis-server, Kafka." in answer.output
    assert "make setup" in answer.output


def test_java_that_is_too_old_counts_as_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    java = next(finding for finding in doctor.examine(StackSettings()) if finding.name == "java")
    assert java.version is None
    assert "this one is 11.0.2" in java.remedy


@pytest.mark.parametrize("program", doctor.PROGRAMS, ids=lambda program: program.name)
def test_set_up_installs_what_the_doctor_names(program: doctor.Program) -> None:
    assert program.apt in SETUP
    assert program.brew in SETUP


def test_demo_begins_at_half_past_eight_at_the_site(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('timezone = "America/New_York"\n', encoding="utf-8")
    late_evening_in_utc_is_still_today_there = datetime(2026, 1, 6, 3, 0, tzinfo=UTC)
    begins = this_morning(site, late_evening_in_utc_is_still_today_there)
    assert begins.isoformat() == "2026-01-05T08:30:00-05:00"

"""`clinicflow replay`: what it says and how it ends where nothing can be done."""

from pathlib import Path

from click.testing import CliRunner, Result

from services.cli.replay import replay

MAPS = Path(__file__).resolve().parents[3] / "deploy" / "maps"
MAP = str(MAPS / "mindzie.toml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(replay, list(arguments))


def test_map_that_cannot_be_read_ends_it(tmp_path: Path) -> None:
    answer = run("log.csv", "--map", str(tmp_path / "none.toml"), "--site", "log", "--url", "http://127.0.0.1:9", "--token", "t")
    assert answer.exit_code == 2
    assert "can't be read" in answer.output


def test_empty_file_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.touch()
    answer = run(str(file), "--map", MAP, "--site", "log", "--url", "http://127.0.0.1:9", "--token", "t")
    assert answer.exit_code == 2
    assert "is empty" in answer.output


def test_desk_that_is_not_there_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("CaseId,ActivityName,ActivityTime\nc1,Registration,2026-03-02 09:00:00\n")
    answer = run(str(file), "--map", MAP, "--site", "log", "--url", "http://127.0.0.1:9", "--token", "t")
    assert answer.exit_code == 2
    assert "can't be reached" in answer.output


def test_two_speeds_are_one_too_many() -> None:
    assert run("log.csv", "--map", MAP, "--site", "log", "--speed", "5", "--as-fast-as-possible").exit_code == 2


def test_site_with_a_name_that_cannot_be_is_refused() -> None:
    answer = run("log.csv", "--map", MAP, "--site", "My Log")
    assert answer.exit_code == 2
    assert "small letters" in answer.output


def test_without_a_stack_it_says_how_to_start_one(tmp_path: Path) -> None:
    answer = run("log.csv", "--map", MAP, "--site", "log", "--data", str(tmp_path))
    assert answer.exit_code == 2
    assert "clinicflow up" in answer.output

"""`clinicflow outbox`, as a person uses it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.outbox import outbox
from services.notify.outbox_line import OutboxLine
from tests.builders_alerts import NOON


@pytest.fixture(autouse=True)
def _no_told_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLINICFLOW_OUTBOX_FILE", raising=False)


def line(ticket: str = "A12") -> bytes:
    said = OutboxLine(
        key=f"harbor/v{ticket}/called/e1", to="visit:v1", template="called", text=f"Harbor: Ticket {ticket}.", visit="v1",
        ticket=ticket, at=NOON,
    )  # fmt: skip
    return said.encode()


def test_an_empty_outbox_says_what_would_be_there(tmp_path: Path) -> None:
    found = CliRunner().invoke(outbox, ["--data", str(tmp_path)])
    assert found.exit_code == 0
    assert "No texts yet" in found.output


def test_texts_are_printed_with_time_and_ticket(tmp_path: Path) -> None:
    (tmp_path / "outbox.jsonl").write_bytes(line() + line("B7"))
    found = CliRunner().invoke(outbox, ["--data", str(tmp_path)])
    assert [shown.split(maxsplit=3)[2:] for shown in found.output.splitlines()] == [
        ["A12", "Harbor: Ticket A12."],
        ["B7", "Harbor: Ticket B7."],
    ]


def test_json_has_every_field_and_an_empty_outbox_prints_none(tmp_path: Path) -> None:
    assert CliRunner().invoke(outbox, ["--data", str(tmp_path), "--json"]).output == ""
    (tmp_path / "outbox.jsonl").write_bytes(line())
    assert json.loads(CliRunner().invoke(outbox, ["--data", str(tmp_path), "--json"]).output) == json.loads(line())


def test_a_line_still_being_written_and_one_that_is_no_text_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "outbox.jsonl").write_bytes(b"{}\n" + line() + line("B7")[:-9])
    found = CliRunner().invoke(outbox, ["--data", str(tmp_path), "--json"])
    assert json.loads(found.stdout)["ticket"] == "A12"
    assert "left out" in found.stderr


def test_the_stacks_own_commands_read_the_file_they_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").write_bytes(line())
    monkeypatch.setenv("CLINICFLOW_OUTBOX_FILE", str(tmp_path / "elsewhere"))
    assert "A12" in CliRunner().invoke(outbox, []).output


def test_following_shows_new_texts_until_ctrl_c(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    path.write_bytes(line())
    told = [sys.executable, "-m", "services.cli", "outbox", "--data", str(tmp_path), "--follow"]
    with subprocess.Popen(told, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as following:
        assert following.stdout is not None
        assert "A12" in following.stdout.readline()
        with path.open("ab") as file:
            file.write(line("B7"))
        assert "B7" in following.stdout.readline()
        following.send_signal(signal.SIGINT)
        try:
            assert following.wait(10) == 0
        finally:
            following.kill()

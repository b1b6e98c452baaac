"""The file that stands for the carrier."""

import os
import threading
from pathlib import Path

import pytest

from services.notify.domain.answers import Absent, Accepted, Found
from services.notify.gateways import Text
from services.notify.gateways.outbox import OutboxBusyError, OutboxGateway
from services.notify.outbox_line import OutboxLine
from tests.builders_alerts import NOON


def text(key: str = "harbor/v1/called/e1") -> Text:
    return Text(key, "visit:v1", "called", "Clínica: Turno A12, es su turno.", "v1", "A12", NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "outbox.jsonl"


def test_a_text_is_one_line_with_all_that_was_said(path: Path) -> None:
    gateway = OutboxGateway(path)
    assert gateway.send(text()) == Accepted("outbox-0")
    gateway.close()
    [line] = path.read_bytes().splitlines()
    said = OutboxLine.model_validate_json(line)
    assert set(said.model_dump()) == {"key", "to", "template", "text", "visit", "ticket", "at"}
    assert (said.key, said.to, said.text, said.at) == (text().key, "visit:v1", text().text, NOON)


def test_a_text_is_found_by_its_whole_key_alone(path: Path) -> None:
    gateway = OutboxGateway(path)
    gateway.send(text("a/b/c/e1"))
    second = gateway.send(text("a/b/c/e22"))
    assert gateway.find("a/b/c/e22") == Found(second.gateway_id)
    assert gateway.find("a/b/c/e2") is Absent.NOT_FOUND
    gateway.close()


@pytest.mark.parametrize("left", [1, 20, 100, -1])
def test_a_line_torn_by_a_crash_counts_as_not_sent_and_is_cut_off(path: Path, left: int) -> None:
    gateway = OutboxGateway(path)
    gateway.send(text("a/b/c/e1"))
    whole = path.read_bytes()
    gateway.send(text("a/b/c/e2"))
    second = path.read_bytes()[len(whole) :]
    gateway.close()
    path.write_bytes(whole + second[:left])

    again = OutboxGateway(path)
    assert path.read_bytes() == whole
    assert again.find("a/b/c/e2") is Absent.NOT_FOUND
    assert isinstance(again.find("a/b/c/e1"), Found)
    again.send(text("a/b/c/e3"))
    assert [OutboxLine.model_validate_json(line).key for line in path.read_bytes().splitlines()] == ["a/b/c/e1", "a/b/c/e3"]
    again.close()


def test_two_processes_never_hold_one_outbox(path: Path) -> None:
    first = OutboxGateway(path)
    with pytest.raises(OutboxBusyError):
        OutboxGateway(path)
    with pytest.raises(OutboxBusyError):
        OutboxGateway.wait_for(path, threading.Event(), 0.4)
    first.close()
    OutboxGateway(path).close()


def test_an_outbox_is_taken_as_soon_as_its_holder_lets_go(path: Path) -> None:
    first = OutboxGateway(path)
    letting_go = threading.Timer(0.3, first.close)
    letting_go.start()
    OutboxGateway.wait_for(path, threading.Event(), 10).close()
    letting_go.join()


def test_a_disk_that_takes_nothing_breaks_the_gateway(path: Path) -> None:
    gateway = OutboxGateway(path)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, gateway._file)
    with pytest.raises(OSError, match="space"):
        gateway.send(text())
    os.close(full)
    gateway.close()

"""Every port is settable, and no two parts share one."""

import pytest

from services.stack.errors import StackError
from services.stack.ports import Port, assign, unused
from services.stack.service_parts import PARTS
from services.stack.settings import StackSettings

WALL, DESK = Port("board", 8081, 81), Port("checkin", 8080, 80)
ALL = [port for part in PARTS for port in part.ports]


def test_without_a_word_every_port_has_its_default() -> None:
    assert assign([WALL, DESK], StackSettings()) == {"board": 8081, "checkin": 8080}


def test_port_base_moves_all_but_those_given_by_name() -> None:
    assert assign([WALL, DESK], StackSettings(port_base=21000, ports={"board": 9000})) == {"board": 9000, "checkin": 21080}


def test_ports_come_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINICFLOW_STACK_PORTS__BOARD", "9001")
    assert assign([WALL], StackSettings()) == {"board": 9001}


def test_unknown_port_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(StackError, match="no port named bord; the names are board, checkin"):
        assign([WALL, DESK], StackSettings(ports={"bord": 9000}))


def test_two_parts_on_one_port_are_refused() -> None:
    with pytest.raises(StackError, match="board and checkin would both have port 8081"):
        assign([WALL, DESK], StackSettings(ports={"checkin": 8081}))


def test_free_ports_are_all_different() -> None:
    assert len(set(assign(ALL, StackSettings(ports="free")).values())) == len(ALL)
    assert len(set(unused(50))) == 50


@pytest.mark.parametrize("settings", [StackSettings(), StackSettings(port_base=21000)])
def test_declared_ports_do_not_collide(settings: StackSettings) -> None:
    assert len(set(assign(ALL, settings).values())) == len(ALL)

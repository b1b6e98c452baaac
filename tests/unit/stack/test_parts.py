"""The table of parts: what each needs comes along, and comes first."""

from pathlib import Path

import pytest

from services.stack.errors import StackError
from services.stack.part import Surroundings, select
from services.stack.service_parts import PARTS, SERVICES, shared_environment


def names(*wanted: str) -> list[str]:
    return [part.name for part in select(PARTS, wanted)]


def test_part_brings_what_it_needs_and_what_that_needs() -> None:
    assert names("board") == ["kafka", "redis", "topics", "board"]
    assert names("redis") == ["redis"]


def test_unknown_part_is_refused() -> None:
    with pytest.raises(StackError, match="no part named fax"):
        names("fax")


def test_every_part_stands_after_what_it_needs() -> None:
    seen: set[str] = set()
    for part in PARTS:
        assert set(part.needs) <= seen
        seen.add(part.name)


def test_every_service_that_patients_and_staff_use_is_in_the_table() -> None:
    assert {service.name for service in SERVICES} >= {"checkin", "flow", "board", "notify", "billing"}


def test_flow_is_told_its_second_port(tmp_path: Path) -> None:
    flow = next(part for part in PARTS if part.name == "flow")
    ports = {port.name: port.default for part in PARTS for port in part.ports}
    around = Surroundings(data=tmp_path, tools=tmp_path, ports=ports, namespace="clinicflow")
    told = flow.environment(around, 4)
    assert told["CLINICFLOW_FLOW_FAUST_PORT"] == "8092"
    assert told["CLINICFLOW_STARTS_IN_A_ROW"] == "4"
    assert told["CLINICFLOW_BOARD_URL"] == "http://127.0.0.1:8081"
    assert told["CLINICFLOW_PUBLIC_URL"] == "http://127.0.0.1:8081"


def test_stack_without_redis_tells_nobody_where_redis_is(tmp_path: Path) -> None:
    around = Surroundings(data=tmp_path, tools=tmp_path, ports={"kafka": 19092}, namespace="clinicflow")
    told = shared_environment(around)
    assert told["CLINICFLOW_KAFKA_BOOTSTRAP"] == "127.0.0.1:19092"
    assert "CLINICFLOW_REDIS_URL" not in told

"""The local stack on real processes: what dies comes back, what is to stop stops, and nothing is left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from services.cli.operator import operator_token
from services.cli.status import look
from services.stack.errors import StackError
from services.stack.redis_part import REDIS
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from services.stack.state import read
from tests.integration.conftest import StartStack
from tests.integration.stand_ins import stand_in, task
from tests.waiting import wait_until

LAUNCHER = str(Path(__file__).with_name("stand_ins.py"))


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[:1]
    except FileNotFoundError:
        return False


def wait_for_another(stack: Stack, name: str, before: int | None) -> None:
    wait_until(lambda: stack.part(name).pid not in (None, before))


def starts_of(stack: Stack, name: str) -> list[dict[str, str]]:
    lines = (stack.folder.path / name / "starts.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@contextmanager
def launcher(data: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A launcher in a process of its own, all its parts ready, and their processes."""
    command = [sys.executable, LAUNCHER, str(data), *words]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "all ready\n"
            known = read(data)
            assert known
            pids = [part.pid for part in known.parts.values() if part.pid]
            assert len(pids) == 2
            assert all(map(is_alive, pids))
            yield process, pids
        finally:
            process.kill()


# --- what dies comes back ---------------------------------------------------------------------------------------------


def test_kafka_killed_comes_back_by_itself_with_everything_in_it(start_stack: StartStack) -> None:
    stack = start_stack(["kafka"])
    admin = KafkaAdminClient(bootstrap_servers=stack.around.kafka_bootstrap)
    admin.create_topics([NewTopic("visits", 3, 1, topic_configs={"flush.messages": "1"})])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=stack.around.kafka_bootstrap, acks="all")
    for number in range(300):
        producer.send("visits", str(number).encode())
    producer.flush()
    producer.close()
    first = stack.part("kafka").pid

    stack.part("kafka").kill()
    wait_for_another(stack, "kafka", first)
    stack.wait_ready("kafka")

    consumer = KafkaConsumer(
        "visits", bootstrap_servers=stack.around.kafka_bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=5000
    )
    found = sorted(int(record.value) for record in consumer)
    consumer.close()
    assert found == list(range(300))


def test_kafka_stopped_and_started_on_other_ports_still_has_its_cluster(tmp_path: Path) -> None:
    for _ in range(2):
        settings = StackSettings(data=tmp_path / "data", ports="free", show_logs=False)
        with Stack(settings, parts=["kafka"]) as stack:
            admin = KafkaAdminClient(bootstrap_servers=stack.around.kafka_bootstrap)
            names = {topic["name"] for topic in admin.describe_topics()}
            if "visits" not in names:
                admin.create_topics([NewTopic("visits", 1, 1)])
            admin.close()
    assert "visits" in names


def test_service_that_dies_is_started_again_and_told_how_often(start_stack: StartStack) -> None:
    stack = start_stack(table=[stand_in("flow")])
    for time_in_a_row in (1, 2, 3):
        wait_until(lambda: stack.part("flow").is_up)
        assert starts_of(stack, "flow")[-1]["CLINICFLOW_STARTS_IN_A_ROW"] == str(time_in_a_row)
        killed = stack.part("flow").pid
        stack.part("flow").kill()
        wait_for_another(stack, "flow", killed)
    known = read(stack.folder.path)
    assert known
    assert known.parts["flow"].pid == stack.part("flow").pid


def test_part_that_was_stopped_stays_stopped_until_it_is_started(start_stack: StartStack) -> None:
    stack = start_stack(table=[stand_in("flow")])
    stack.stop_part("flow")
    stack.wait(0.5)
    assert stack.part("flow").pid is None
    stack.start_part("flow")
    assert stack.part("flow").is_up
    assert starts_of(stack, "flow")[-1]["CLINICFLOW_STARTS_IN_A_ROW"] == "1"


def test_service_is_told_where_everything_is(start_stack: StartStack) -> None:
    stack = start_stack(["redis", "flow"], [REDIS, stand_in("flow", needs=("redis",))])
    told = starts_of(stack, "flow")[0]
    assert told["CLINICFLOW_REDIS_URL"] == stack.around.redis_url
    assert told["CLINICFLOW_PORT"] == str(stack.ports["flow"])
    assert told["CLINICFLOW_INSTANCE"] == "flow-1"
    assert Path(told["CLINICFLOW_CLOCK_FILE"]).exists()
    assert Path(told["CLINICFLOW_DATA_DIR"]).is_dir()


# --- what is to stop stops --------------------------------------------------------------------------------------------


def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    with launcher(tmp_path / "data") as (process, pids):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        assert not any(map(is_alive, pids))
    assert read(tmp_path / "data") is None


def test_sigterm_stops_everything(tmp_path: Path) -> None:
    with launcher(tmp_path / "data") as (process, pids):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert not any(map(is_alive, pids))


def test_second_ctrl_c_ends_even_a_stubborn_part_at_once(tmp_path: Path) -> None:
    with launcher(tmp_path / "data", "stubborn") as (process, pids):
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 0
        assert not any(map(is_alive, pids))


def test_launcher_killed_leaves_no_orphan_even_a_stubborn_one(tmp_path: Path) -> None:
    with launcher(tmp_path / "data", "stubborn") as (process, pids):
        process.kill()
        process.wait(timeout=5)
        wait_until(lambda: not any(map(is_alive, pids)), within=5)


def test_part_that_ignores_sigterm_is_killed_after_its_time(start_stack: StartStack) -> None:
    stack = start_stack(table=[stand_in("flow", "stubborn", stop_within=0.5)])
    pid = stack.part("flow").pid
    assert pid
    stack.stop_part("flow")
    assert not is_alive(pid)


# --- what cannot start says why ---------------------------------------------------------------------------------------


def test_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        settings = StackSettings(data=tmp_path / "data", ports={"checkin": taken})
        stack = Stack(settings, table=[stand_in("checkin")])
        with pytest.raises(StackError) as refusal:
            stack.start()
    assert str(refusal.value) == (
        f"Port {taken} is taken by another program, and checkin wants it.\n"
        "Choose another with --port checkin=NUMBER, or move all of them with --port-base NUMBER."
    )
    assert not (tmp_path / "data" / "checkin").exists()


def test_second_stack_on_the_same_data_is_refused(start_stack: StartStack) -> None:
    first = start_stack(table=[stand_in("flow")])
    with pytest.raises(StackError, match=rf"A stack runs on .* already \(process {os.getpid()}\)"):
        start_stack(table=[stand_in("flow")], fresh=True)
    assert first.part("flow").is_up
    assert starts_of(first, "flow")


def test_fresh_stack_begins_with_nothing(start_stack: StartStack) -> None:
    start_stack(table=[stand_in("flow")]).stop()
    second = start_stack(table=[stand_in("flow")], fresh=True)
    assert len(starts_of(second, "flow")) == 1


def test_task_that_fails_stops_the_start_with_its_last_words(start_stack: StartStack) -> None:
    failing = task("topics", "raise SystemExit('the partitions differ')")
    with pytest.raises(StackError, match=r"topics cannot be started.*\n  the partitions differ"):
        start_stack(table=[failing, stand_in("flow", needs=("topics",))])


def test_service_that_never_becomes_ready_stops_the_start(start_stack: StartStack) -> None:
    broken = replace(stand_in("flow"), ready=lambda _around: False, ready_within=1)
    with pytest.raises(StackError, match=r"flow was not ready within 1 s.*\n  standing in"):
        start_stack(table=[broken])


def test_start_interrupted_stops_what_was_started(tmp_path: Path) -> None:
    slow = replace(stand_in("flow"), ready=lambda _around: False)
    stack = Stack(StackSettings(data=tmp_path / "data", ports="free"), table=[slow])
    Timer(1, stack.interrupt).start()
    with pytest.raises(StackError, match="Stopped before everything was ready"):
        stack.start()
    assert stack.part("flow").pid is None


# --- beside the stack -------------------------------------------------------------------------------------------------


def test_command_run_beside_the_stack_gives_its_last_line(start_stack: StartStack) -> None:
    stack = start_stack(table=[])
    program = "import os; print('working'); print(os.environ['CLINICFLOW_NAMESPACE']); raise SystemExit(3)"
    assert stack.run("simulator", [sys.executable, "-c", program]) == (3, "clinicflow")
    assert (stack.folder.path / "logs" / "simulator.log").read_text(encoding="utf-8") == "working\n"


def test_command_run_beside_the_stack_may_finish_when_interrupted(start_stack: StartStack) -> None:
    stack = start_stack(table=[])
    program = "import signal; signal.signal(signal.SIGTERM, lambda *_: print('result') or exit(0)); signal.pause()"
    Timer(1, stack.interrupt).start()
    assert stack.run("simulator", [sys.executable, "-c", program]) == (0, "result")


def test_status_sees_what_is_ready_and_what_is_not(start_stack: StartStack) -> None:
    table = [task("topics", ""), stand_in("flow", needs=("topics",)), stand_in("board")]
    stack = start_stack(table=table)
    settings = StackSettings(data=stack.folder.path)
    report = look(settings, table)
    assert report["ready"]
    assert report["parts"]["flow"]["ports"] == {"flow": stack.ports["flow"]}

    stack.stop_part("board")
    report = look(settings, table)
    assert not report["ready"]
    assert report["parts"]["flow"]["ready"]
    assert not report["parts"]["board"]["ready"]

    stack.stop()
    assert look(settings, table) == {"running": False, "ready": False, "parts": {}}


def test_operator_of_the_whole_stack_gets_one_token_that_no_log_shows(stack: Stack) -> None:
    token = operator_token(stack)
    assert operator_token(stack) == token
    kept = stack.folder.path / "secrets" / "operator.token"
    assert kept.stat().st_mode & 0o777 == 0o600
    logs = list((stack.folder.path / "logs").iterdir())
    assert {log.stem for log in logs} >= {"kafka", "redis", "topics", "flow", "checkin", "board", "notify", "billing", "operator"}
    assert not any(token in log.read_text(encoding="utf-8") for log in logs)

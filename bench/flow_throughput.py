"""Flow alone, effects included, beside the idiomatic Faust agent, on the same topic: `python -m bench.flow_throughput`.

Both read the same pre-loaded events from the same broker, one worker each, a tenth at a time in turn, since a machine's own speed
changes from minute to minute; while one works the other has nothing to do. Flow does its whole job (validate, fold, rooms, tickets,
alerts, summaries, live state in Redis, outcomes, snapshots); the peer only validates and keeps the times of each visit's steps. The
results are compared: every visit, every step, every time.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import Thread

import orjson
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from bench import load, results
from bench.flow_alone import LOG, LOOK_SECONDS, flow_alone, shown, wait_shown
from schemas import topics
from services.stack.stack import Stack

PEER = Path(__file__).parent / "peers" / "idiomatic_faust.py"


PEER_LOG = "peer.visits"
ROUNDS = 10


def race(stack: Stack, events: int, sites: int, folder: Path) -> tuple[float, float]:
    """Let flow and the peer do all of it, a tenth in turn; returns the seconds that each took."""
    bootstrap, flow = stack.around.kafka_bootstrap, stack.part("flow")
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.create_topics([NewTopic(PEER_LOG, topics.VISIT_PARTITIONS, 1)])
    profiles, day = load.profiles(sites), load.busy_day(events, sites)
    took_flow = took_peer = 0.0
    with _peer(stack, events + sites, folder) as (peer, count):
        for topic in (LOG, PEER_LOG):
            load.send(bootstrap, topic, profiles)
        wait_shown(stack, sites)
        _wait(lambda: count() >= sites)
        done = sites
        while part := list(islice(day, events // ROUNDS)):
            done += len(part)
            assert flow.pid is not None
            took_flow += _turn(stack, flow.pid, LOG, part, lambda: shown(stack), done)
            took_peer += _turn(stack, peer, PEER_LOG, part, count, done)
    return took_flow, took_peer


def _turn(
    stack: Stack, group: int, topic: str, part: list[tuple[str, bytes]], count: Callable[[], int], done: int
) -> float:  # fmt: skip
    """Put events on a topic while their reader is stopped; returns the seconds until it has done so many, all told."""
    os.killpg(group, signal.SIGSTOP)
    load.send(stack.around.kafka_bootstrap, topic, part)
    began = time.monotonic()
    os.killpg(group, signal.SIGCONT)
    _wait(lambda: count() >= done)
    return time.monotonic() - began


def _wait(over: Callable[[], bool]) -> None:
    while not over():
        time.sleep(LOOK_SECONDS)


@contextmanager
def _peer(stack: Stack, events: int, folder: Path) -> Iterator[tuple[int, Callable[[], int]]]:
    """Run the peer; yields its process group, and how to ask how many events it has done."""
    environment = os.environ | {
        "PEER_BROKER": stack.around.kafka_bootstrap, "PEER_TOPIC": PEER_LOG,
        "PEER_EVENTS": str(events), "PEER_DATA": str(folder),
    }  # fmt: skip
    command = [sys.executable, str(PEER), "worker", "-l", "error", "-p", "16066"]
    said = [0]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        lines = process.stdout

        def listen() -> None:
            assert lines is not None
            said.extend(int(line.split()[0]) for line in lines if line[:1].isdigit())

        Thread(target=listen, daemon=True).start()
        try:
            yield process.pid, lambda: said[-1]
            process.wait(60)
        finally:
            process.kill()


def flow_result(stack: Stack) -> dict[str, dict[str, int]]:
    """Read what flow kept, from its snapshots: per visit the time (ms) of each step."""
    consumer = KafkaConsumer(bootstrap_servers=stack.around.kafka_bootstrap, isolation_level="read_committed")
    name = topics.SNAPSHOTS.name("clinicflow")
    partitions = [TopicPartition(name, number) for number in range(topics.VISIT_PARTITIONS)]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends, rows = consumer.end_offsets(partitions), {}
    while any(consumer.position(tp) < ends[tp] for tp in partitions):
        for batch in consumer.poll(timeout_ms=500).values():
            rows.update({record.key: record.value for record in batch})
    consumer.close()
    kept: dict[str, dict[str, int]] = {}
    for key, value in rows.items():
        parts = key.decode().split("|")
        if len(parts) == 3 and parts[2] != "own" and value is not None:
            for visit, _, _, facts, *_ in orjson.loads(value)["visits"]:
                kept[f"{parts[1]}/{visit}"] = {kind: at for _, kind, at, _, _ in facts}
    return kept


def peer_result(folder: Path) -> dict[str, dict[str, int]]:
    """Read what the peer kept, in the same form."""
    kept = json.loads((folder / "result.json").read_text())
    return {visit: {_short(kind): _ms(at) for kind, at in steps.items()} for visit, steps in kept.items()}


def _short(kind: str) -> str:
    return kind.removeprefix("clinicflow.visit.").removesuffix(".v1")


def _ms(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp() * 1_000_000) // 1000


def main() -> int:
    """Run both, compare, and write the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--sites", type=int, default=1_000)
    given = parser.parse_args()
    with flow_alone() as (stack, folder):
        ours, theirs = (given.events / seconds for seconds in race(stack, given.events, given.sites, folder))
        stack.stop_part("flow")  # it saves what it holds
        print(f"flow, whole job: {ours:,.0f} events/s; idiomatic Faust, times only: {theirs:,.0f} events/s", flush=True)
        same = flow_result(stack) == peer_result(folder)
    print(f"ratio {ours / theirs:.1f}; results {'equal' if same else 'DIFFERENT'}")
    results.write(flow_whole_events_per_second=round(ours), faust_events_per_second=round(theirs),
                  flow_whole_vs_faust=round(ours / theirs, 1), flow_result_equals_faust=same)  # fmt: skip
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())

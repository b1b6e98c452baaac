"""Flow alone, effects included, beside the idiomatic Faust agent, on the same topic: `python -m bench.flow_throughput`.

Both read the same pre-loaded events from the same broker, one worker each, in turns of seconds: while one works the other is
stopped, since a machine's own speed changes from minute to minute. Flow does its whole job (validate, fold, rooms, tickets, alerts,
summaries, live state in Redis, outcomes, snapshots); the peer only validates and keeps the times of each visit's steps. The rates
count what each did while both were at it. The results are compared: every visit, every step, every time.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread

import orjson
from kafka import KafkaConsumer, TopicPartition

from bench import load, results
from bench.flow_alone import LOG, LOOK_SECONDS, flow_alone, shown, wait_shown
from schemas import topics
from services.stack.stack import Stack

PEER = Path(__file__).parent / "peers" / "idiomatic_faust.py"


TURNS = {"flow": 1.0, "peer": 4.0}
"""Seconds of each turn, so that both end at about the same time."""


@dataclass
class Runner:
    """One of the two, a process group: what it has done, and how long (s) it was awake, while both were at it."""

    group: int
    count: Callable[[], int]
    turn: float
    done: int = 0
    awake: float = 0.0

    def begin(self) -> None:
        """Wait for the first events, and fall asleep."""
        before = self.count()
        while self.count() == before:
            time.sleep(LOOK_SECONDS)
        os.killpg(self.group, signal.SIGSTOP)

    def take_turn(self, last: int) -> bool:
        """Be awake for a turn; says whether it came to its end, `last` events, in which case it stays awake."""
        before, began = self.count(), time.monotonic()
        os.killpg(self.group, signal.SIGCONT)
        while self.count() < last and time.monotonic() - began < self.turn:
            time.sleep(LOOK_SECONDS)
        self.done += self.count() - before
        self.awake += time.monotonic() - began
        if self.count() >= last:
            return True
        os.killpg(self.group, signal.SIGSTOP)
        return False

    @property
    def rate(self) -> float:
        """Events per second awake."""
        return self.done / self.awake


def race(stack: Stack, events: int, sites: int, folder: Path) -> tuple[float, float]:
    """Let flow and the peer do all of it in turns; returns the events per second of each."""
    load.send(stack.around.kafka_bootstrap, LOG, load.profiles(sites))
    wait_shown(stack, sites)
    stack.stop_part("flow")
    load.send(stack.around.kafka_bootstrap, LOG, load.busy_day(events, sites))
    stack.part("flow").start()
    flow = Runner(_group(stack), lambda: shown(stack), TURNS["flow"])
    flow.begin()
    with _peer(stack, events + sites, folder) as (process, count):
        peer = Runner(process.pid, count, TURNS["peer"])
        peer.begin()
        while not any(each.take_turn(events + sites) for each in (flow, peer)):
            pass
        for each in (flow, peer):
            os.killpg(each.group, signal.SIGCONT)
        process.wait()
        wait_shown(stack, events + sites)
    stack.stop_part("flow")
    return flow.rate, peer.rate


def _group(stack: Stack) -> int:
    while (pid := stack.part("flow").pid) is None:
        time.sleep(LOOK_SECONDS)
    return os.getpgid(pid)


@contextmanager
def _peer(stack: Stack, events: int, folder: Path) -> Iterator[tuple[subprocess.Popen[str], Callable[[], int]]]:
    """Run the peer; yields its process, and how to ask how many events it has done."""
    environment = os.environ | {
        "PEER_BROKER": stack.around.kafka_bootstrap, "PEER_TOPIC": LOG,
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
            yield process, lambda: said[-1]
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
        ours, theirs = race(stack, given.events, given.sites, folder)
        print(f"flow, whole job: {ours:,.0f} events/s; idiomatic Faust, times only: {theirs:,.0f} events/s", flush=True)
        same = flow_result(stack) == peer_result(folder)
    print(f"ratio {ours / theirs:.1f}; results {'equal' if same else 'DIFFERENT'}")
    results.write(flow_whole_events_per_second=round(ours), faust_events_per_second=round(theirs),
                  flow_whole_vs_faust=round(ours / theirs, 1), flow_result_equals_faust=same)  # fmt: skip
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())

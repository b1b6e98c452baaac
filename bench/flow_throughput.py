"""Flow alone, effects included, beside the idiomatic Faust agent, on the same topic: `python -m bench.flow_throughput`.

Both read the same pre-loaded events from the same broker, one worker each, one after the other. Flow does its whole job
(validate, fold, rooms, tickets, alerts, summaries, live state in Redis, outcomes, snapshots); the peer only validates and keeps
the times of each visit's steps. The rate counts from the first event that a worker is seen to have done to the last. The
results are compared: every visit, every step, every time.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import orjson
from kafka import KafkaConsumer, TopicPartition

from bench import load, results
from bench.flow_alone import LOG, flow_alone, wait_shown
from schemas import topics
from services.stack.stack import Stack

PEER = Path(__file__).parent / "peers" / "idiomatic_faust.py"


def flow(stack: Stack, events: int, sites: int) -> float:
    """Fold the events with flow; returns events per second."""
    load.send(stack.around.kafka_bootstrap, LOG, load.profiles(sites))
    wait_shown(stack, sites)
    stack.stop_part("flow")
    load.send(stack.around.kafka_bootstrap, LOG, load.busy_day(events, sites))
    stack.part("flow").start()
    rate = wait_shown(stack, events + sites)
    stack.stop_part("flow")
    return rate


def peer(stack: Stack, events: int, folder: Path) -> float:
    """Fold the same events with the peer; returns events per second."""
    environment = os.environ | {
        "PEER_BROKER": stack.around.kafka_bootstrap, "PEER_TOPIC": LOG,
        "PEER_EVENTS": str(events), "PEER_DATA": str(folder),
    }  # fmt: skip
    command = [sys.executable, str(PEER), "worker", "-l", "error", "-p", "16066"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        points = [tuple(map(float, line.split())) for line in process.stdout if line[:1].isdigit()]
    moving = [point for point in points if point[0] > 0]
    return (moving[-1][0] - moving[0][0]) / (moving[-1][1] - moving[0][1])


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
                kept[f"{parts[1]}/{visit}"] = {kind: at for _, kind, at, *_ in facts}
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
        ours = flow(stack, given.events, given.sites)
        print(f"flow, whole job: {ours:,.0f} events/s", flush=True)
        theirs = peer(stack, given.events + given.sites, folder)
        print(f"idiomatic Faust, times only: {theirs:,.0f} events/s", flush=True)
        same = flow_result(stack) == peer_result(folder)
    print(f"ratio {ours / theirs:.1f}; results {'equal' if same else 'DIFFERENT'}")
    results.write(flow_whole_events_per_second=round(ours), faust_events_per_second=round(theirs),
                  flow_whole_vs_faust=round(ours / theirs, 1), flow_result_equals_faust=same)  # fmt: skip
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())

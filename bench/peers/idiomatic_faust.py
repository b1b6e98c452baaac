"""The job of flow's fold, written as Faust's own documentation would: a Record, a Table, one event at a time.

It validates each event, keeps per visit the time of each step, durably (changelog), and nothing more: no rooms, tickets, waits,
alerts or screens. Environment: PEER_BROKER, PEER_TOPIC, PEER_DATA (folder), PEER_EVENTS (so many, then it writes
PEER_DATA/result.json and ends). A line `<count> <seconds since start>` on stdout each half second.
"""

import json
import os
import sys
import time
from pathlib import Path

import faust

BROKER, TOPIC, EVENTS = os.environ["PEER_BROKER"], os.environ["PEER_TOPIC"], int(os.environ["PEER_EVENTS"])
DATA = Path(os.environ["PEER_DATA"])


class VisitEvent(faust.Record, serializer="json", validation=True):
    """What the job needs of an event; unknown fields are ignored."""

    id: str
    site: str
    subject: str
    type: str
    time: str


app = faust.App(
    "idiomatic-faust", broker=f"kafka://{BROKER}", store="memory://", topic_partitions=12, web_enabled=False,
    consumer_auto_offset_reset="earliest", topic_disable_leader=True, datadir=str(DATA / "faust"), broker_max_poll_records=4000,
    broker_request_timeout=60, broker_session_timeout=30,
)  # fmt: skip
events = app.topic(TOPIC, value_type=VisitEvent, key_serializer="raw", partitions=12)
visits = app.Table("visits", partitions=12)
seen = 0
started = time.monotonic()


@app.agent(events, concurrency=1)
async def fold(stream: faust.types.StreamT[VisitEvent]) -> None:
    """Keep the time of each step of each visit."""
    global seen  # noqa: PLW0603  # one worker, one counter
    async for event in stream:
        if event.type.startswith("clinicflow.visit."):
            key = f"{event.site}/{event.subject}"
            steps = dict(visits.get(key) or {})
            steps[event.type] = event.time
            visits[key] = steps
        seen += 1


@app.timer(0.5)  # type: ignore[untyped-decorator]  # faust's timers are untyped
async def report() -> None:
    """Say how far it is; end when all is folded."""
    print(seen, time.monotonic() - started, file=sys.__stdout__, flush=True)
    if seen >= EVENTS:
        (DATA / "result.json").write_text(json.dumps(dict(visits.items())))
        os._exit(0)


if __name__ == "__main__":
    app.main()

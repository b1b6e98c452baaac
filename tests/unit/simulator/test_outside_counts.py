"""What the simulator reads of others: flow's counters and the outbox."""

import json
from pathlib import Path

from services.simulator import outbox
from services.simulator.domain.texts import Text
from services.simulator.meters import Counts, counts

METRICS = """
# TYPE clinicflow_events_applied_total counter
clinicflow_events_applied_total{site="demo"} 12.0
clinicflow_events_applied_total{site="other"} 99.0
# TYPE clinicflow_dead_letters_total counter
clinicflow_dead_letters_total{reason="not-json"} 1.0
clinicflow_dead_letters_total{reason="invalid"} 2.0
"""


def test_only_the_sites_own_events_are_counted() -> None:
    assert counts(METRICS, "demo") == Counts(12, 3)


def test_nothing_counted_yet_is_nothing() -> None:
    assert counts("", "demo") == Counts(0, 0)


def line(site: str, visit: str) -> bytes:
    key = f"{site}/{visit}/called/e1"
    return json.dumps({"key": key, "to": "x", "template": "called", "text": "t", "visit": visit, "ticket": "A01"}).encode() + b"\n"


def test_texts_since_the_start_are_read_and_a_line_being_written_is_left(tmp_path: Path) -> None:
    file = tmp_path / "outbox.jsonl"
    assert outbox.read(file, outbox.size(file), "demo") == []
    file.write_bytes(line("demo", "old"))
    begin = outbox.size(file)
    file.write_bytes(line("demo", "old") + line("demo", "ann") + line("other", "bob") + line("demo", "cy")[:-5])
    assert outbox.read(file, begin, "demo") == [Text("demo/ann/called/e1", "ann", "called")]

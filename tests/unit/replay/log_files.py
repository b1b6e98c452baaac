"""Small invented logs and their maps, for the tests of replay."""

from datetime import UTC, datetime
from pathlib import Path

from services.replay.domain.log_map import LogMap
from services.replay.domain.rows import Found
from services.replay.log_file import read_log
from services.replay.map_file import read_map

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MAP = """
case_ids_name_nobody = true
ignored = ["Vitals"]
[columns]
case = "Case"
activity = "Event"
time = "When"
[time]
zone = "America/New_York"
[activities]
"In" = "checked-in"
"Bed" = "roomed"
"Seen" = "provider-seen"
"Out" = "checked-out"
[site]
name = "A log (invented)"
timezone = "America/New_York"
"""
LOG = """Case,Event,When
v1,In,2026-03-02 09:00:00
v2,In,2026-03-02 09:05:00
v1,Vitals,2026-03-02 09:06:00
v1,Bed,2026-03-02 09:10:00
v1,Seen,2026-03-02 09:20:00
v1,Out,2026-03-02 09:45:00
"""


def a_map(folder: Path, text: str = MAP) -> LogMap:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return read_map(path)


def a_log(folder: Path, content: str | bytes = LOG) -> Path:
    path = folder / "log.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def found_in(folder: Path, content: str | bytes = LOG, map_text: str = MAP, key: bytes | None = None) -> Found:
    return read_log(a_log(folder, content), a_map(folder, map_text), key, NOW)

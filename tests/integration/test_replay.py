"""A CSV log becomes a site's visits, to the second, whatever is killed meanwhile."""

import contextlib
import csv
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk, clinicflow
from tests.waiting import wait_until

ZONE = ZoneInfo("America/New_York")
STEPS = {"Arrived": "checked_in", "Roomed": "roomed", "Doctor": "provider_seen", "Gone": "checked_out"}
DURATIONS = {
    "waiting_room_seconds": ("checked_in", "roomed"),
    "exam_room_seconds": ("roomed", "provider_seen"),
    "provider_seconds": ("provider_seen", "checked_out"),
    "cycle_seconds": ("checked_in", "checked_out"),
}
STAGES = ("waiting", "in_room", "with_provider", "departed")
MAP = """
case_ids_name_nobody = true
ignored = ["Triage"]
[columns]
case = "Case"
activity = "What"
time = "When"
[time]
zone = "America/New_York"
[activities]
"Arrived" = "checked-in"
"Roomed" = "roomed"
"Doctor" = "provider-seen"
"Gone" = "checked-out"
"Ran off" = "left"
[site]
name = "Invented log"
timezone = "America/New_York"
"""


Files = tuple[Path, Path, list[tuple[str, str, datetime]]]


def invented_log(cases: int, seed: int) -> list[tuple[str, str, datetime]]:
    """A day of visits: some end, some are still here, one ran off."""
    rnd, start = random.Random(seed), datetime(2026, 3, 9, 13, tzinfo=UTC)
    rows = []
    for number in range(cases):
        at = start + timedelta(seconds=rnd.randrange(6 * 3600))
        names = ["Arrived", "Ran off"] if number == 0 else list(STEPS)[: rnd.choice((1, 2, 3, 4, 4, 4))]
        for name in names:
            rows.append((f"C{number}", name, at))
            at += timedelta(seconds=rnd.randrange(60, 3000))
    return sorted(rows, key=lambda row: (row[2], row[0]))


def written(rows: list[tuple[str, str, datetime]], path: Path) -> Path:
    lines = ["Case,What,When", *(f"{case},{what},{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" for case, what, at in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def expected(rows: list[tuple[str, str, datetime]], zone: ZoneInfo = ZONE) -> dict[str, dict[str, str]]:
    """What a person would work out from the rows alone."""
    cases: dict[str, dict[str, datetime]] = {}
    for case, what, at in rows:
        cases.setdefault(case, {})[what] = at
    return {case: _row(times, zone) for case, times in cases.items()}


def _row(times: dict[str, datetime], zone: ZoneInfo) -> dict[str, str]:
    known = {STEPS[what]: at for what, at in times.items() if what in STEPS}
    row = {name: known[name].astimezone(zone).isoformat() if name in known else "" for name in STEPS.values()}
    for name, (begin, end) in DURATIONS.items():
        row[name] = str(int((known[end] - known[begin]).total_seconds())) if begin in known and end in known else ""
    if "Ran off" in times:
        return row | {"stage": "left"}
    return row | {"stage": STAGES[len(known) - 1]}


def visits(stack: Stack, site: str) -> dict[str, dict[str, str]]:
    done = clinicflow(stack, "visits", "--site", site, "--csv")
    assert done.returncode == 0, done.stderr
    return {row.pop("visit"): row for row in csv.DictReader(io.StringIO(done.stdout))}


def without_tickets(rows: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {visit: {name: value for name, value in row.items() if name != "ticket"} for visit, row in rows.items()}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    rows = invented_log(300, seed=7)
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    return written(rows, tmp_path / "log.csv"), tmp_path / "map.toml", rows


def test_every_time_and_duration_is_what_the_file_says(stack: Stack, files: Files) -> None:
    log, map_file, rows = files
    done = clinicflow(stack, "replay", log, "--map", map_file, "--site", "undisturbed", "--as-fast-as-possible")
    assert done.returncode == 0, done.stderr
    assert without_tickets(visits(stack, "undisturbed")) == expected(rows)


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)), ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)), ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_night_in_which_the_clocks_change_is_right_to_the_second(
    stack: Stack, tmp_path: Path, zone: str, change: datetime
) -> None:
    arrivals = {f"N{number}": change - timedelta(hours=6) + number * timedelta(minutes=13, seconds=7) for number in range(45)}
    rows = [
        (case, what, at + step * timedelta(minutes=17, seconds=41))
        for case, at in arrivals.items()
        for step, what in enumerate(STEPS)
    ]
    local = [
        f"{case},{what},{at.astimezone(ZoneInfo(zone)).isoformat()}" for case, what, at in sorted(rows, key=lambda row: row[2])
    ]
    (tmp_path / "log.csv").write_text("\n".join(["Case,What,When", *local, ""]), encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAP.replace("America/New_York", zone), encoding="utf-8")
    site = f"night-{change:%m-%d}"
    done = clinicflow(
        stack, "replay", tmp_path / "log.csv", "--map", tmp_path / "map.toml", "--site", site, "--as-fast-as-possible"
    )
    assert done.returncode == 0, done.stderr
    shown = visits(stack, site)
    assert without_tickets(shown) == expected(rows, ZoneInfo(zone))
    days = [[case for case, at in arrivals.items() if at.astimezone(ZoneInfo(zone)).date() == day]
            for day in (change.date() - timedelta(days=1), change.date())]  # fmt: skip
    tickets = {case: f"A{number:02d}" for day in days for number, case in enumerate(day, 1)}
    assert {case: row["ticket"] for case, row in shown.items()} == tickets
    assert all(len(day) > 10 for day in days)


def test_kills_of_flow_and_kafka_in_the_middle_change_nothing_and_double_no_text(stack: Stack, files: Files) -> None:
    log, map_file, rows = files
    clinicflow(stack, "replay", log, "--map", map_file, "--site", "calm", "--as-fast-as-possible")
    words = ["replay", str(log), "--map", str(map_file), "--site", "rough", "--speed", "2000", "--data", str(stack.folder.path)]
    desk = FrontDesk(stack, "living").open()
    with contextlib.closing(desk.client), subprocess.Popen([sys.executable, "-m", "services.cli", *words]) as replay:
        called = []
        for victim in ("flow", "kafka", "flow"):
            wait_until(_more_visits(stack, "rough", 10, replay), within=90)
            called.append(_somebody_is_called(desk))
            stack.part(victim).kill()
        assert replay.wait(120) == 0
    wait_until(lambda: without_tickets(_known(stack, "rough")) == expected(rows), within=60)
    assert visits(stack, "rough") == visits(stack, "calm")
    wait_until(lambda: {visit for visit, template in _texts(stack).values() if template == "called"} >= set(called))


def _somebody_is_called(desk: FrontDesk) -> str:
    arrived = desk.walk_in()
    assert arrived.status_code in {201, 202}, arrived.text
    visit: str = arrived.json()["visit"]
    assert desk.step(visit, "call", room="r1").status_code in {201, 202}
    return visit


def _texts(stack: Stack) -> dict[str, tuple[str, str]]:
    """By its key, whom each text of the outbox is about and which it is; none is there twice."""
    said = [json.loads(line) for line in (stack.folder.path / "outbox.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = {text["key"]: (text["visit"], text["template"]) for text in said}
    assert len(texts) == len(said)
    return texts


def _more_visits(stack: Stack, site: str, more: int, replay: subprocess.Popen[bytes]) -> Callable[[], bool]:
    before = len(_known(stack, site))
    return lambda: len(_known(stack, site)) > before + more or replay.poll() is not None


def _known(stack: Stack, site: str) -> dict[str, dict[str, str]]:
    """The visits there are, or none while they can't be read."""
    done = clinicflow(stack, "visits", "--site", site, "--csv")
    return {row.pop("visit"): row for row in csv.DictReader(io.StringIO(done.stdout))} if done.returncode == 0 else {}


def test_rows_that_cannot_be_read_are_listed_by_line_and_the_rest_goes_in(stack: Stack, tmp_path: Path) -> None:
    log, map_file = tmp_path / "log.csv", tmp_path / "map.toml"
    map_file.write_text(MAP, encoding="utf-8")
    log.write_text("Case,What,When\nC1,Arrived,2026-03-09 09:00:00\nC2,Arrived,ninth of March\nC1,Roomed,2026-03-09 09:20:00\n")
    done = clinicflow(stack, "replay", log, "--map", map_file, "--site", "partly", "--as-fast-as-possible")
    assert done.returncode == 1
    assert "3" in done.stdout + done.stderr
    assert "ninth" not in done.stdout + done.stderr
    assert list(visits(stack, "partly")) == ["C1"]


@pytest.mark.parametrize("content", ["", "Case;What;When\nC1;Arrived;2026-03-09 09:00:00\n", "a,b,c\n1,2,3\n"])
def test_a_file_that_cannot_be_used_is_refused_with_a_reason(stack: Stack, tmp_path: Path, content: str) -> None:
    log, map_file = tmp_path / "log.csv", tmp_path / "map.toml"
    map_file.write_text(MAP, encoding="utf-8")
    log.write_text(content, encoding="utf-8")
    done = clinicflow(stack, "replay", log, "--map", map_file, "--site", "unused", "--as-fast-as-possible")
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr

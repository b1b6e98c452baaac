"""A day on which Kafka is away: what the coordinator writes on paper, how it is entered afterwards, and what a day comes to."""

import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from redis import Redis

from schemas import redis_keys
from tests.e2e.consoles import Clinic, press, tab_to
from tests.waiting import wait_until

WAS_HERE = "A01"
"""The ticket of the patient who had checked in before Kafka went away."""
WORDS = {
    "walk-in": "Walk-in",
    "call": "Call",
    "room": "Take to a room",
    "provider-seen": "Provider is in",
    "check-out": "Check out",
}
COURSE = (("walk-in", 0), ("room", 3), ("provider-seen", 4), ("check-out", 6))
"""By step, when it happens. Nobody comes in the minute in which somebody is taken in: paper could not say who was first."""
MISSED = 30
FIVE_MINUTES_MS = 300_000
LAST_MINUTE = 18


@dataclass(frozen=True)
class Line:
    """One line of the paper: how many minutes after the first, who, which step, and into which room."""

    minute: int
    who: str
    step: str
    room: int | None = None


def on_paper() -> list[Line]:
    """Thirty steps of eight patients in eighteen minutes, in the order in which they happened."""
    lines = [
        Line(2 * at + after, _who(at), step, at % 3 + 1 if step == "room" else None) for at in range(7) for step, after in COURSE
    ]
    lines = [line for line in lines if (line.who, line.step) != (WAS_HERE, "walk-in")]
    last = [Line(14, _who(7), "walk-in"), Line(15, _who(7), "call", 2), Line(17, _who(7), "room", 2)]
    assert len([*lines, *last]) == MISSED
    return sorted([*lines, *last], key=lambda line: line.minute)


def _who(number: int) -> str:
    return f"Patient {'ABCDEFGH'[number]} (invented)" if number else WAS_HERE


def where_it_is_noon() -> str:
    """A timezone in which nothing of this test lies beyond midnight."""
    hours = datetime.now(UTC).hour - 12
    return f"Etc/GMT{hours:+d}" if hours else "Etc/GMT"


def whole_minute(minutes_from_now: int) -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=minutes_from_now)


def enter(page: Page, lines: list[Line], began: datetime, zone: str) -> float:
    """Enter the paper by keyboard alone, from the open console to the last row recorded; how many seconds that took."""
    started = time.monotonic()
    tab_to(page, page.get_by_role("button", name="Anna (invented)"))
    press(page, "Enter")
    tab_to(page, page.get_by_role("button", name="Enter what was written on paper"))
    press(page, "Enter")
    for line in lines:
        page.keyboard.type(line.who)
        press(page, "Tab")
        page.keyboard.type(WORDS[line.step])
        press(page, "Tab")
        page.keyboard.type(f"{(began + timedelta(minutes=line.minute)).astimezone(ZoneInfo(zone)):%H%M}")
        if line.room:
            press(page, "Tab")
            page.keyboard.type(f"Room {line.room}")
        press(page, "Enter")
    tab_to(page, page.get_by_role("button", name="Record all"))
    press(page, "Enter")
    expect(page.get_by_text(f"Recorded: {len(lines)}")).to_be_visible(timeout=FIVE_MINUTES_MS)
    return time.monotonic() - started


class GoodDay:
    """The same day at a clinic whose Kafka stays: each step is sent when it happens, or says when it did."""

    def __init__(self, clinic: Clinic, first: str) -> None:
        self._api, self._visits = clinic.api, {WAS_HERE: first}

    def happens(self, line: Line, **said: Any) -> None:
        said |= {"room": f"r{line.room}"} if line.room else {}
        key = uuid.uuid4().hex
        wait_until(lambda: self._sent(line, key, said), 30)

    def _sent(self, line: Line, key: str, said: dict[str, Any]) -> bool:
        """Send it, under the same key where it is sent again: a slow machine's Kafka may not acknowledge in time."""
        if line.step == "walk-in":
            answer = self._api.walk_in(key, **said)
        else:
            answer = self._api.step(self._visits[line.who], line.step, key, **said)
        assert answer.status_code in {201, 202, 503}, answer.text
        if line.step == "walk-in" and answer.is_success:
            self._visits[line.who] = answer.json()["visit"]
        return answer.is_success


def live_state(clinic: Clinic) -> list[Mapping[str, Any]]:
    """All that the screens show of a clinic, in whole minutes as paper knows them, with tickets in place of ids made up anew."""
    around = clinic.stack.around
    with Redis.from_url(around.redis_url) as redis:
        fields = cast("dict[bytes, bytes]", redis.hgetall(redis_keys.site(around.namespace, clinic.site)))
    things = [(name.decode().split(":")[0], json.loads(value)) for name, value in fields.items() if b":" in name]
    tickets = {thing["visit"]: thing["ticket"] for kind, thing in things if kind == "visit"}
    return sorted((_in_minutes(kind, thing, tickets) for kind, thing in things), key=str)


def _in_minutes(kind: str, thing: Mapping[str, Any], tickets: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": kind}
    for name, value in thing.items():
        if name in {"person", "offsets", "alert"}:
            continue
        if name.endswith("_ms"):
            said[name] = value // 60_000
        elif name.endswith("_seconds"):
            said[name] = round(value / 60)
        elif name in {"visit", "visits"}:
            said[name] = sorted(tickets[visit] for visit in ([value] if name == "visit" else value))
        else:
            said[name] = value
    return said


def refused_while_away(page: Page) -> None:
    """A walk-in that cannot be recorded: the desk says so."""
    press(page, "n")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Nobody (invented)")
    press(page, "Enter")
    expect(page.get_by_role("alert").filter(has_text="record anything right now")).to_be_visible(timeout=20_000)
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def last_board_stays(page: Page) -> None:
    """The console is old, says so, and can still be read."""
    expect(page.get_by_role("alert").filter(has_text=re.compile("Not live since"))).to_be_visible(timeout=30_000)
    expect(page.locator(".visits tbody tr")).to_have_count(1)

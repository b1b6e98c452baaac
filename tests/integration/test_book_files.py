"""The book as files, on the whole stack: a CSV and a calendar become people and bookings, and leave again without a name."""

import contextlib
import csv
import io
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar

from schemas.topics import AUDIT, PEOPLE, VISITS, Topic
from services.cli.whole_topic import whole_topic
from services.runtime.settings import ServiceSettings
from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk
from tests.planted import Marks, scan_files, scan_redis, scan_topics
from tests.waiting import wait_until

NEW_YORK = ZoneInfo("America/New_York")
PROVIDERS = [{"id": "dr-lee", "name": "Dr. Lee (invented)"}, {"id": "dr-roy", "name": "Dr. Roy (invented)"}]
KINDS = [{"code": "check-up", "name": "Check-up", "minutes": 20}]
HEADER = "Name;Date;Time;Phone;Born;Visit type;Provider;Payer"
TOMORROW = (datetime.now(NEW_YORK) + timedelta(days=1)).date()


@pytest.fixture
def desk(stack: Stack) -> Iterator[FrontDesk]:
    """A clinic of its own for each test, so that all that is in its book is the test's."""
    desk = FrontDesk(stack, f"files-{uuid.uuid4().hex[:8]}").open(providers=PROVIDERS, visit_types=KINDS)
    with contextlib.closing(desk.client):
        yield desk


def on(days: int) -> str:
    return (TOMORROW + timedelta(days=days)).isoformat()


def sheet(*lines: str) -> str:
    return "\n".join([HEADER, *lines, ""])


def row(name: str, time: str, *, day: int = 0, phone: str = "", provider: str = "dr-lee", payer: str = "") -> str:
    return f"{name} (invented);{on(day)};{time};{phone};1970-01-02;check-up;{provider};{payer}"


def send(desk: FrontDesk, file: str, kind: str = "text/csv", **query: str) -> httpx.Response:
    path, headers = f"/v1/sites/{desk.site}/book/import", {"Content-Type": kind}
    return desk.client.post(path, content=file.encode(), headers=headers, params=query, timeout=120)


def taken(desk: FrontDesk, file: str, kind: str = "text/csv", **query: str) -> dict[str, Any]:
    answer = send(desk, file, kind, **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def became(answer: dict[str, Any]) -> dict[str, int]:
    """How many rows became what, without what none became."""
    return {name: answer[name] for name in ("booked", "already", "kept", "repeated", "failed", "people_added") if answer[name]}


def book(desk: FrontDesk, what: str = "book", **query: Any) -> httpx.Response:
    answer = desk.client.get(f"/v1/sites/{desk.site}/{what}", params={"from": TOMORROW.isoformat(), "days": 30} | query)
    assert answer.status_code == 200, answer.text
    return answer


def booked(desk: FrontDesk) -> dict[str, dict[str, Any]]:
    """What is in the book, by its time on the clinic's clock."""
    visits = [visit for visit in desk.visits().values() if visit["stage"] == "expected"]
    return {datetime.fromtimestamp(visit["scheduled_ms"] / 1000, NEW_YORK).strftime("%m-%d %H:%M"): visit for visit in visits}


def names(desk: FrontDesk) -> list[str]:
    people = sorted({visit["person"] for visit in desk.visits().values()})
    answer = desk.send("POST", "people/names", {"people": people}).json()
    return sorted(person["name"] for person in answer["people"])


def records(desk: FrontDesk, topic: Topic) -> int:
    around = desk.stack.around
    settings = ServiceSettings(kafka_bootstrap=around.kafka_bootstrap, namespace=around.namespace)
    return len(list(whole_topic(settings, topic, "tests")))


def event(uid: str, name: str, *lines: str) -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{name} (invented)", *lines, "END:VEVENT"]


def calendar(*events: list[str]) -> str:
    inside = [line for lines in events for line in lines]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//invented//EN", *inside, "END:VCALENDAR", ""])


def start(day: int, time: str) -> str:
    return f"{on(day).replace('-', '')}T{time}"


# --- taking files in ----------------------------------------------------------------------------------------------


def test_a_sheet_becomes_people_and_bookings_and_each_row_that_is_not_taken_is_named(desk: FrontDesk) -> None:
    file = sheet(
        row("Ann", "09:00"),
        row("Ben", "09:10"),
        row("Cyd", "09:20", phone="call me"),
        row("Ann", "10:00"),
        row("Dee", "09:00", provider="Dr. Roy (invented)", phone="(555) 010-0142"),
    )
    answer = taken(desk, file)
    assert became(answer) == {"booked": 3, "failed": 2, "people_added": 3}
    visits = booked(desk)
    first = desk.visits()[next(one["holder"] for one in answer["not_taken"] if one["row"] == 3)]
    assert (first["scheduled_ms"], first["booked_provider"]) == (_ms("09:00"), "dr-lee")
    clash, mistake = sorted(answer["not_taken"], key=lambda one: int(one["row"]))
    assert (clash["row"], clash["field"], clash["code"]) == (3, "time", "slot-held")
    assert (mistake["row"], mistake["field"], mistake["code"]) == (4, "phone", "invalid")
    assert "call me" not in str(answer)
    assert {key[-5:] for key in visits} == {"09:00", "10:00"}
    assert names(desk) == ["Ann (invented)", "Ben (invented)", "Dee (invented)"][::2]


def _ms(time: str, day: int = 0) -> int:
    at = datetime.combine(TOMORROW + timedelta(days=day), datetime.strptime(time, "%H:%M").time(), NEW_YORK)  # noqa: DTZ007
    return int(at.timestamp() * 1000)

"""The book as files, on the whole stack: a CSV and a calendar become people and bookings, and leave again without a name."""

import contextlib
import csv
import io
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar

from schemas.topics import PEOPLE, VISITS, Topic
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


def at(days: int) -> str:
    return (TOMORROW + timedelta(days=days)).strftime("%m-%d")


def sheet(*lines: str) -> str:
    return "\n".join([HEADER, *lines, ""])


def row(name: str, clock: str, *, day: int = 0, phone: str = "", provider: str = "dr-lee", payer: str = "") -> str:
    return f"{name} (invented);{on(day)};{clock};{phone};1970-01-02;check-up;{provider};{payer}"


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


def book(desk: FrontDesk, what: str = "book", **query: str | int) -> httpx.Response:
    asked: dict[str, str | int] = {"from": TOMORROW.isoformat(), "days": 30}
    answer = desk.client.get(f"/v1/sites/{desk.site}/{what}", params=asked | query)
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


def start(day: int, clock: str) -> str:
    return f"{on(day).replace('-', '')}T{clock}"


# --- taking files in ----------------------------------------------------------------------------------------------


def test_a_sheet_becomes_people_and_bookings_and_each_row_that_is_not_taken_is_named(desk: FrontDesk) -> None:
    answer = taken(
        desk,
        sheet(
            row("Ann", "09:00"),
            row("Ben", "09:10"),
            row("Cyd", "09:20", phone="call me"),
            row("Ann", "10:00"),
            row("Dee", "09:30", provider="Dr. Roy (invented)", phone="(555) 010-0142"),
        ),
    )
    assert became(answer) == {"booked": 3, "failed": 2, "people_added": 3}
    clash, mistake = sorted(answer["not_taken"], key=lambda one: int(one["row"]))
    assert (clash["row"], clash["field"], clash["code"]) == (3, "time", "slot-held")
    assert (mistake["row"], mistake["field"], mistake["code"]) == (4, "phone", "invalid")
    assert "call me" not in str(answer)
    found = booked(desk)
    assert {at[-5:]: visit["booked_provider"] for at, visit in found.items()} == {
        "09:00": "dr-lee",
        "10:00": "dr-lee",
        "09:30": "dr-roy",
    }
    assert found[f"{at(0)} 09:00"]["visit"] == clash["holder"]
    assert found[f"{at(0)} 09:00"]["person"] == found[f"{at(0)} 10:00"]["person"]
    assert names(desk) == ["Ann (invented)", "Dee (invented)"]


def test_of_ten_thousand_rows_with_a_bad_one_all_others_are_booked_while_the_desk_goes_on(desk: FrontDesk) -> None:
    slots = (
        (day, hour, minute, who)
        for day in range(150)
        for hour in range(8, 20)
        for minute in (0, 20, 40)
        for who in ("dr-lee", "dr-roy")
    )
    lines = [
        row(f"Row {at}", f"{hour:02}:{minute:02}", day=day, provider=who)
        for at, (day, hour, minute, who) in enumerate(islice(slots, 10_000))
    ]
    lines[7_000] = row("Row 7000", "25:00")
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(taken, desk, sheet(*lines))
        meanwhile = [desk.walk_in().status_code for _ in range(20)]
        said = answer.result()
    assert became(said) == {"booked": 9_999, "failed": 1, "people_added": 9_999}
    assert [(one["row"], one["field"]) for one in said["not_taken"]] == [(7_002, "time")]
    assert set(meanwhile) <= {201, 202}


def test_the_same_file_again_books_nothing_and_adds_nobody(desk: FrontDesk) -> None:
    file = sheet(row("Ann", "09:00"), row("Ben", "10:00"), row("Ann", "09:00"))
    first, before = taken(desk, file), desk.visits()
    people = records(desk, PEOPLE)
    again = taken(desk, file)
    assert became(first) == {"booked": 2, "repeated": 1, "people_added": 2}
    assert became(again) == {"already": 2, "repeated": 1}
    assert (desk.visits(), records(desk, PEOPLE)) == (before, people)


def test_a_row_that_was_refused_is_taken_when_the_file_comes_again_and_its_time_is_free(desk: FrontDesk) -> None:
    file = sheet(row("Ann", "09:00"), row("Ben", "09:10"))
    holder = taken(desk, file)["not_taken"][0]["holder"]
    assert became(taken(desk, file)) == {"already": 1, "failed": 1}
    assert desk.step(holder, "cancel").status_code == 201
    assert became(taken(desk, file)) == {"already": 1, "booked": 1}
    assert became(taken(desk, file)) == {"already": 2}
    assert list(booked(desk)) == [f"{at(0)} 09:10"]


def test_a_patient_whom_the_desk_knows_is_not_added_again_and_what_is_known_stays(desk: FrontDesk) -> None:
    said = {"name": "Ann (invented)", "born": "1970-01-02", "phone": "(555) 010-0142", "payer": "Invented Payer"}
    person = desk.send("POST", "people", said).json()["person"]
    answer = taken(desk, sheet(row("ann", "09:00", phone="+1 555 010 0142", payer="Another Payer")))
    assert became(answer) == {"booked": 1}
    assert [(note["row"], note["field"]) for note in answer["notes"]] == [(2, "payer")]
    assert [visit["person"] for visit in desk.visits().values()] == [person]
    assert desk.client.get(f"/v1/sites/{desk.site}/people/{person}").json()["payer"] == "Invented Payer"


def test_a_dry_run_says_the_same_and_writes_nothing(desk: FrontDesk) -> None:
    file = sheet(row("Ann", "09:00"), row("Ben", "25:00"))
    before = records(desk, VISITS), records(desk, PEOPLE)
    dry = taken(desk, file, dry="true")
    assert (records(desk, VISITS), records(desk, PEOPLE)) == before
    assert desk.visits() == {}
    real = taken(desk, file)
    assert (dry["booked"], dry["not_taken"], dry["dry"]) == (real["booked"], real["not_taken"], True)


def test_a_calendar_becomes_the_bookings_of_its_provider(desk: FrontDesk) -> None:
    file = calendar(
        event("a", "Ann", f"DTSTART:{start(0, '090000')}", f"DTEND:{start(0, '093000')}", "RRULE:FREQ=WEEKLY;COUNT=3"),
        event("b", "Ben", f"DTSTART:{start(7, '091500')}", "DURATION:PT15M"),
        event("c", "Cyd", f"DTSTART;TZID=Nowhere/Land:{start(0, '100000')}"),
        event("d", "Dee", f"DTSTART;TZID=America/New_York:{start(0, '110000')}"),
    )
    answer = taken(desk, file, "text/calendar", provider="dr-roy")
    assert became(answer) == {"booked": 4, "failed": 2, "people_added": 2}
    assert {(one["row"], one["field"]) for one in answer["not_taken"]} == {(2, "start"), (3, "start")}
    assert sorted(booked(desk)) == sorted([f"{at(day)} 09:00" for day in (0, 7, 14)] + [f"{at(0)} 11:00"])
    assert {visit["booked_provider"] for visit in desk.visits().values()} == {"dr-roy"}
    assert became(taken(desk, file, "text/calendar", provider="dr-roy")) == {"already": 4, "failed": 2}


@pytest.mark.parametrize(
    ("file", "kind", "query", "said"),
    [
        ("name,date,time\n", "application/json", {}, (415, "unknown-file")),
        ("", "text/csv", {}, (422, "no-rows")),
        ("name,date,doctor,time\n", "text/csv; charset=utf-8", {}, (422, "wrong-columns")),
        ("hello", "text/calendar", {"provider": "dr-lee"}, (422, "no-calendar")),
        (calendar(), "text/calendar", {}, (422, "invalid")),
        (calendar(), "text/calendar", {"provider": "mrs-lopez"}, (422, "invalid")),
        ("name,date,time\n" + "a,b,c\n" * 10_001, "text/csv", {}, (413, "too-many")),
        ("x" * 10_000_001, "text/csv", {}, (413, "too-large")),
        ("x" * 9_000_000, "text/csv", {}, (422, "wrong-columns")),
        ("name,date,time\n", "text/csv", {"dry": "perhaps"}, (422, "invalid")),
    ],
    ids=[
        "a kind of file",
        "nothing",
        "a column",
        "no calendar",
        "nobody's calendar",
        "a stranger's",
        "too many",
        "too large",
        "large",
        "dry",
    ],
)
def test_a_file_of_which_nothing_can_be_taken_says_why(
    desk: FrontDesk, file: str, kind: str, query: dict[str, str], said: tuple[int, str]
) -> None:
    answer = send(desk, file, kind, **query)
    assert (answer.status_code, answer.json()["code"]) == said, answer.text
    assert "lopez" not in answer.text


def test_two_who_send_one_file_at_once_book_it_once(desk: FrontDesk) -> None:
    file = sheet(*[row(f"P{number}", f"{8 + number // 3:02}:{number % 3 * 20:02}") for number in range(24)])
    with ThreadPoolExecutor(3) as desks:
        answers = list(desks.map(lambda _: send(desk, file), range(3)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert sum(answer.json().get("booked", 0) for answer in answers) == 24
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"import-under-way"}
    assert len(desk.visits()) == len(names(desk)) == 24


def test_while_flow_is_away_rows_are_kept_and_booked_when_it_is_back(desk: FrontDesk) -> None:
    file = sheet(row("Ann", "09:00"), row("Ben", "09:10"), row("Cyd", "11:00"))
    assert desk.visits() == {}
    desk.stack.stop_part("flow")
    try:
        assert became(taken(desk, file)) == {"kept": 3, "people_added": 3}
    finally:
        desk.stack.start_part("flow")
    wait_until(lambda: len(desk.visits()) == 2)
    assert became(taken(desk, file)) == {"already": 2, "failed": 1}


def test_each_booking_stands_on_the_audit_trail_and_so_does_each_look_at_a_file(desk: FrontDesk) -> None:
    taken(desk, sheet(row("Ann", "09:00"), row("Ben", "09:10")), dry="true")
    taken(desk, sheet(row("Ann", "09:00"), row("Ben", "09:10")))
    send(desk, "hello")
    book(desk, "book.csv")
    trail = desk.client.get(f"/v1/sites/{desk.site}/audit", params={"limit": "100"}, timeout=60).json()["records"]
    found = Counter(
        (record["action"], record["outcome"], record["visit"] is not None, record["person"] is not None) for record in trail
    )
    assert {key: number for key, number in found.items() if "book" in key[0] or "import" in key[0] or "person" in key[0]} == {
        ("check-import", "done", False, False): 1, ("import-book", "done", False, False): 1, ("import-book", "done", True, True): 1,
        ("import-book", "refused", True, True): 1, ("import-book", "refused", False, False): 1, ("add-person", "done", False, True): 2,
        ("export-book", "done", False, False): 1,
    }  # fmt: skip


# --- the book, read and given out ---------------------------------------------------------------------------------


def test_the_first_free_time_can_be_booked_and_is_free_no_more(desk: FrontDesk) -> None:
    taken(desk, sheet(row("Ann", "09:00")))
    asked: dict[str, str | int] = {"visit_type": "check-up", "provider": "dr-lee", "limit": 3}
    first, *_ = offered = book(desk, "book/free", **asked).json()["slots"]
    answer = desk.send("POST", "visits", {"local": first["local"], "provider": first["provider"], "visit_type": "check-up"})
    assert answer.status_code == 201, answer.text
    wait_until(lambda: first not in book(desk, "book/free", **asked).json()["slots"])
    assert not any(one["local"].endswith("T09:00") for one in offered)


def test_the_days_of_the_book_show_who_is_booked_when_and_nobody_by_name(desk: FrontDesk) -> None:
    taken(desk, sheet(row("Ann", "09:00"), row("Ben", "09:00", day=1, provider="dr-roy")))
    days = book(desk, days=2)
    assert [visit["provider"] for visit in sorted(days.json()["visits"], key=lambda visit: visit["scheduled_ms"])] == [
        "dr-lee",
        "dr-roy",
    ]
    assert [day["date"] for day in days.json()["days"]] == [on(0), on(1)]
    assert "invented" not in days.text.lower()


@pytest.mark.parametrize("what", ["book", "book/free", "book.csv", "book.ics"])
def test_a_day_that_no_calendar_reaches_is_refused(desk: FrontDesk, what: str) -> None:
    for first in ("9999-12-31", "0001-01-01", "tomorrow"):
        assert desk.client.get(f"/v1/sites/{desk.site}/{what}", params={"from": first}).status_code == 422


def test_the_book_leaves_as_a_table_without_a_name(desk: FrontDesk) -> None:
    taken(desk, sheet(row("Ann", "09:00"), row("Ben", "10:00", provider="dr-roy")))
    answer = book(desk, "book.csv")
    first, second = csv.DictReader(io.StringIO(answer.text))
    assert (first["date"], first["time"], first["minutes"], first["provider"]) == (on(0), "09:00", "20", "dr-lee")
    assert (first["visit_type"], first["stage"], first["visit"]) == (
        "check-up",
        "expected",
        booked(desk)[f"{at(0)} 09:00"]["visit"],
    )
    assert answer.headers["content-disposition"] == f'attachment; filename="book-{desk.site}-{on(0)}.csv"'
    assert [line["provider"] for line in csv.DictReader(io.StringIO(book(desk, "book.csv", provider="dr-roy").text))] == [
        second["provider"]
    ]
    assert "invented" not in answer.text.lower()


def test_the_book_leaves_as_a_calendar_in_which_a_visit_stays_the_same_event_whatever_happens(desk: FrontDesk) -> None:
    taken(desk, sheet(row("Ann", "09:00"), row("Ben", "10:00")))
    visit, other = (booked(desk)[f"{at(0)} {clock}"]["visit"] for clock in ("09:00", "10:00"))
    before = events_of(book(desk, "book.ics"))
    assert desk.step(visit, "reschedule", scheduled_at=f"{on(1)}T15:00:00Z").status_code == 201
    assert desk.step(other, "cancel").status_code == 201
    wait_until(lambda: str(events_of(book(desk, "book.ics"))[other]["STATUS"]) == "CANCELLED")
    after = events_of(book(desk, "book.ics"))
    assert before.keys() == after.keys() == {visit, other}
    assert str(before[other]["STATUS"]) == str(after[visit]["STATUS"]) == "CONFIRMED"
    assert all(after[one]["SEQUENCE"] > before[one]["SEQUENCE"] and after[one]["UID"] == before[one]["UID"] for one in after)
    assert before[visit].start == datetime.combine(TOMORROW, time(9), NEW_YORK)
    assert "ann" not in book(desk, "book.ics").text.lower()


def events_of(answer: httpx.Response) -> dict[str, Any]:
    """The events of a calendar, by visit."""
    read = Calendar.from_ical(answer.text)
    return {str(one["UID"]).partition("@")[0]: one for one in read.walk("VEVENT")}


# --- and nowhere else ---------------------------------------------------------------------------------------------


def test_the_names_of_a_file_are_kept_encrypted_and_found_nowhere_else(desk: FrontDesk) -> None:
    name, number, note = f"Zq-File-{uuid.uuid4().hex[:8]}", "5550100173", f"zq-payer-{uuid.uuid4().hex[:8]}"
    marks = Marks(name, number, "555 010 0173", note)
    good = row(name, "09:00", phone=number, payer=note)
    bad = [row(name, name, phone=number), row(name, "09:05", phone=f"{number}9", payer=note), f"{name};{name};{name};{name};{name};{name};{name};{note}",
           row(name, "09:00", day=1, provider=name), f'"{name};{number}']  # fmt: skip
    answers = [
        send(desk, sheet(good, row(f"{name} two", "09:10", phone=number), *bad)), send(desk, sheet(good, *bad), dry="true"),
        send(desk, f"{name};{number}\n{name};{note}\n"), send(desk, good, "text/plain"), send(desk, good, "text/calendar", provider="dr-lee"),
        send(desk, good, provider=name), send(desk, good, name, dry=name),
        send(desk, calendar(
            event(name, name, f"DTSTART:{start(3, '090000')}", f"LOCATION:{name}"), event(name, name, f"DTSTART;TZID={name}:{start(3, '090000')}"),
            event(name, name, f"DTSTART:{name}", f"RRULE:{name}"), event(name, name, f"DTSTART:{start(3, '090000')}", f"RRULE:FREQ={name}"),
            event("x", name, f"DTSTART:{start(4, '090000')}", f"DURATION:{note}"), event("y", name, name, f"SUMMARY:{name}"),
        ), "text/calendar", provider="dr-roy"),
        send(desk, calendar(event(name, name, f"DTSTART;TZID=/{name}/America/New_York:{start(5, '090000')}")), "text/calendar", provider="dr-roy"),
        book(desk, "book.csv"), book(desk, "book.ics"), book(desk), book(desk, "book/free"), book(desk, "book/missing"),
    ]  # fmt: skip
    assert [answer.json()["booked"] + answer.json()["already"] for answer in answers[:2]] == [1, 1]
    assert {answer.status_code for answer in answers} == {200, 415, 422}
    assert [answer.text for answer in answers if marks.stand_in(answer.content)] == []
    assert name in str(names(desk))

    around = desk.stack.around
    assert scan_topics(around.kafka_bootstrap, marks) == []
    assert scan_redis(around.redis_url, marks) == []
    assert scan_files(desk.stack.folder.path, marks) == []
    assert not marks.stand_in(httpx.get(f"{around.url('checkin')}/metrics").content)
    assert "/v1/sites/{site}/book/import" in "".join(
        path.read_text() for path in (desk.stack.folder.path / "logs").glob("checkin*")
    )

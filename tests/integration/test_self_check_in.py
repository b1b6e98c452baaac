"""Self check-in: a booked patient says on their own phone when they were born. Checkin and board are real, and flow at the end."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from zlib import crc32

import httpx
import pytest

from schemas.audit import AuditRecord
from schemas.codec import SiteEvent, decode
from schemas.dead_letters import DeadLetterReason
from schemas.live import LiveVisit
from schemas.people import Person
from schemas.summaries import Stage
from schemas.topics import AUDIT, VISITS
from schemas.visits import PatientCheckedIn
from services.cli.whole_topic import whole_topic
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings
from services.stack.stack import Stack
from tests.board_parts import Board, a_board
from tests.builders_live import FlowStandIn, a_clinic, a_visit
from tests.integration.front_desk import FrontDesk
from tests.waiting import wait_until

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
BORN = date(1987, 3, 2)
MARK = "Maria-Planted"


class Answer(NamedTuple):
    """Where a form led."""

    status: int
    page: str
    said: str | None
    lang: str | None


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """Board and checkin. Whoever stops a part starts it again."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CLINICFLOW_OUTCOME_SECONDS", "0.2")
        environment.setenv("CLINICFLOW_ACK_SECONDS", "1")
        with a_board(tmp_path_factory.mktemp("board"), ["board", "checkin"]) as board:
            yield board


@pytest.fixture
def maple(board: Board, request: pytest.FixtureRequest) -> Iterator[FlowStandIn]:
    """A clinic of the test's own, so that no test has the tries of another."""
    site = f"s{crc32(request.node.name.encode())}"
    flow = board.flow(a_clinic(site, name="Maple Street Clinic"))
    board.know(Person(person="ann", name="Ann Invented", born=BORN), site)
    yield flow
    flow.close()


def booked(number: int = 1, **more: Any) -> LiveVisit:
    """Somebody who is expected in half an hour."""
    said: dict[str, Any] = {"visit": f"visit-{number}", "stage": Stage.EXPECTED, "person": "ann", "offsets": (7,)}
    return LiveVisit(**{"scheduled_ms": Clock().now_ms() + 30 * MINUTE, **said, **more})


def say(board: Board, flow: FlowStandIn, visit: str = "visit-1", born: date | None = BORN, **form: str) -> Answer:
    """Send the form of a visit's page."""
    said = {"day": str(born.day), "month": str(born.month), "year": str(born.year)} if born else {}
    address = urlsplit(board.phone(flow.site, visit)).path.replace("/v/", "/v1/phone/")
    return led(httpx.post(f"{board.stack.around.url('checkin')}{address}/check-in", data=said | form, timeout=20))


def led(answer: httpx.Response) -> Answer:
    address = urlsplit(answer.headers.get("location", ""))
    query = parse_qs(address.query)
    page = f"{address.scheme}://{address.netloc}{address.path}"
    return Answer(answer.status_code, page, query.get("said", [None])[0], query.get("lang", [None])[0])


def shown(board: Board, flow: FlowStandIn, *visits: LiveVisit) -> None:
    """Show visits, and wait until board and checkin know them and who the patients are."""
    flow.show(*visits)
    wait_until(lambda: httpx.get(board.phone(flow.site, visits[-1].visit)).status_code == 200)
    probe = booked(999)
    flow.show(probe)
    wait_until(lambda: say(board, flow, probe.visit).said == "checked-in")


def events(board: Board, visit: str, site: str) -> list[SiteEvent]:
    """What stands on the log of a visit."""
    settings = ServiceSettings(kafka_bootstrap=board.stack.around.kafka_bootstrap, namespace=board.namespace)
    found = [decode(record.value, record.key, extra="forbid") for record in whole_topic(settings, VISITS, "tests")]
    return [event for event in found if not isinstance(event, DeadLetterReason) and (event.subject, event.site) == (visit, site)]


def audited(board: Board, site: str, visit: str) -> list[tuple[str, str]]:
    """What the audit trail says that the patient did."""
    settings = ServiceSettings(kafka_bootstrap=board.stack.around.kafka_bootstrap, namespace=board.namespace)
    records = [AuditRecord.model_validate_json(record.value) for record in whole_topic(settings, AUDIT, "tests")]
    mine = [record for record in records if (record.site, record.visit, record.actor) == (site, visit, "patient")]
    return [(record.action, record.outcome) for record in mine]


def logged(board: Board) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (board.stack.folder.path / "logs").glob("*"))


# --- the patient is who they say they are


def test_the_right_date_checks_in_and_leads_back_to_the_page(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, booked())
    assert say(board, maple, lang="es") == Answer(303, board.phone(maple.site, "visit-1"), "checked-in", "es")
    (event,) = events(board, "visit-1", maple.site)
    assert audited(board, maple.site, "visit-1")[-2:] == [("check-in", "kept"), ("self-check-in", "done")]
    assert isinstance(event, PatientCheckedIn)
    assert (event.actor, event.intent, event.data.channel) == ("patient", "command", "page")
    assert say(board, maple, lang="<b>").lang is None


def test_two_taps_are_one_check_in(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, booked())
    with ThreadPoolExecutor(4) as taps:
        answers = list(taps.map(lambda _: say(board, maple).said, range(4)))
    assert answers == ["checked-in"] * 4
    assert len({event.id for event in events(board, "visit-1", maple.site)}) == 1


def test_who_was_taken_back_may_check_in_once_more(board: Board, maple: FlowStandIn) -> None:
    visit = booked()
    shown(board, maple, visit)
    say(board, maple)
    maple.show(visit.model_copy(update={"offsets": (7, 8, 9)}))
    wait_until(lambda: say(board, maple).said and len({event.id for event in events(board, "visit-1", maple.site)}) == 2)


def test_who_was_given_up_today_may_still_check_in(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, booked(stage=Stage.NO_SHOW, since_ms=Clock().now_ms()))
    assert say(board, maple).said == "checked-in"


# --- or not


def test_a_wrong_date_is_said_to_be_wrong_and_after_five_the_desk_is_asked_for(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, booked(), booked(2))
    wrong = [say(board, maple, born=BORN + timedelta(days=days)).said for days in range(1, 6)]
    assert wrong == ["wrong"] * 5
    assert say(board, maple).said == "too-many"
    assert audited(board, maple.site, "visit-1") == [("self-check-in", "denied")] * 6
    assert say(board, maple, "visit-2").said == "checked-in"
    assert events(board, "visit-1", maple.site) == []


def test_tries_at_once_are_counted_one_by_one(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, booked())
    with ThreadPoolExecutor(8) as taps:
        said = list(taps.map(lambda days: say(board, maple, born=BORN + timedelta(days=days)).said, range(1, 13)))
    assert sorted(said, key=str) == ["too-many"] * 7 + ["wrong"] * 5


def test_a_clinic_takes_only_so_many_tries_a_minute(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, *(booked(number) for number in range(1, 12)))
    said = [say(board, maple, f"visit-{number % 11 + 1}", born=None).said for number in range(40)]
    assert said.count("wrong") <= 30
    assert set(said[-5:]) == {"try-again"}


@pytest.mark.parametrize(
    "form", [{}, {"day": "31", "month": "2", "year": "1987"}, {"year": "x" * 50}, {f"f{n}": "1" for n in range(40)}]
)
def test_what_is_no_date_is_wrong(board: Board, maple: FlowStandIn, form: dict[str, str]) -> None:
    shown(board, maple, booked())
    assert say(board, maple, born=None, **form).said == "wrong"


def test_without_a_birth_date_on_record_the_patient_goes_to_the_desk(board: Board, maple: FlowStandIn) -> None:
    board.know(Person(person="ben", name="Ben Invented"), maple.site)
    board.know(Person(person="cleo", name="Cleo Invented", born=BORN), "elsewhere")
    shown(board, maple, booked(1, person="ben"), booked(2, person="nobody"), booked(3, person=None), booked(4, person="cleo"))
    assert [say(board, maple, f"visit-{number}").said for number in (1, 2, 3, 4)] == ["no-record"] * 4


def test_who_is_not_expected_now_cannot_check_in(board: Board, maple: FlowStandIn) -> None:
    now = Clock().now_ms()
    others = [a_visit("A2", now), a_visit("A3", now, arrived_by="page"), a_visit("A4", now, Stage.DEPARTED, checked_out_ms=now)]
    shown(board, maple, booked(1, scheduled_ms=now + 3 * DAY), *(visit.model_copy(update={"person": "ann"}) for visit in others))
    assert say(board, maple).said == "not-expected"
    assert [say(board, maple, f"visit-{ticket}").said for ticket in ("A2", "A3", "A4")] == [
        "not-expected",
        "checked-in",
        "not-expected",
    ]


# --- what leads nowhere, and what is away


def test_a_link_that_leads_nowhere_leads_back_to_the_page_that_says_so(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, booked())
    for site in (maple.site, "no-such-clinic"):
        answer = led(httpx.post(f"{board.stack.around.url('checkin')}/v1/phone/{site}/{'x' * 22}/check-in"))
        assert answer == Answer(303, f"{board.url}/v/nowhere", None, None)
        assert httpx.get(answer.page).status_code == 404


@pytest.mark.parametrize("path", [f"{MARK}/{'x' * 22}", f"maple/{MARK}", f"maple/{'x' * 23}", "maple/%0d%0aset-cookie:x=1"])
def test_an_address_that_is_no_link_is_refused_without_an_echo(board: Board, path: str) -> None:
    answer = httpx.post(f"{board.stack.around.url('checkin')}/v1/phone/{path}/check-in", data={"day": MARK})
    assert answer.status_code in {404, 422}
    assert MARK not in answer.text + str(answer.headers)


def test_nothing_of_what_was_typed_in_is_kept_or_comes_back(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, booked())
    said = [say(board, maple, born=date(1923, 7, 19)), say(board, maple, born=None, day=MARK, month=MARK, year=MARK, lang=MARK)]
    assert [answer.said for answer in said] == ["wrong", "wrong"]
    large = httpx.post(
        f"{board.stack.around.url('checkin')}/v1/phone/{maple.site}/{'x' * 22}/check-in", content=f"day={MARK}" * 1000
    )
    assert (large.status_code, MARK in large.text) == (413, False)
    say(board, maple)
    everything = logged(board) + str(said) + httpx.get(f"{board.stack.around.url('checkin')}/metrics").text
    everything += str([event.model_dump_json() for event in events(board, "visit-1", maple.site)])
    assert not re.search(rf"{MARK}|1923-0?7-0?19|1987-0?3-0?2|year=|month=", everything)


def test_while_nothing_is_known_of_the_clinic_it_is_to_be_tried_again(board: Board) -> None:
    board.open_site(a_clinic("dark"))
    address = f"{board.stack.around.url('checkin')}/v1/phone/dark/{'x' * 22}/check-in"
    wait_until(lambda: led(httpx.post(address, timeout=20)).said == "try-again")


def test_while_nothing_can_be_recorded_it_is_to_be_tried_again(board: Board, maple: FlowStandIn) -> None:
    shown(board, maple, booked())
    with board.without("kafka"):
        assert say(board, maple).said == "try-again"
    wait_until(lambda: say(board, maple).said == "checked-in")
    assert len({event.id for event in events(board, "visit-1", maple.site)}) == 1


# --- on the whole stack


def test_a_booked_patient_checks_in_by_phone_and_the_desk_sees_it(stack: Stack) -> None:
    board, site = Board(stack), "phone-check-in"
    ann = str(uuid4())
    board.know(Person(person=ann, name="Ann Invented", born=BORN), site)
    desk = FrontDesk(stack, site).open()
    when = Clock().now() + timedelta(minutes=20)
    visit = desk.send("POST", "visits", {"person": ann, "scheduled_at": when.isoformat()}).json()["visit"]
    page = board.phone(site, visit)
    wait_until(lambda: "<form" in httpx.get(page).text)

    def tap() -> httpx.Response:
        action = re.findall(r'<form method="post" action="([^"]+)"', httpx.get(page).text)[0]
        return httpx.post(action, data={"day": "2", "month": "3", "year": "1987"}, follow_redirects=True, timeout=20)

    wait_until(lambda: "said=checked-in" in str(tap().url) or "<form" not in httpx.get(page).text)
    wait_until(lambda: desk.visits()[visit].get("ticket"))
    assert {name: desk.visits()[visit].get(name) for name in ("stage", "arrived_by")} == {"stage": "waiting", "arrived_by": "page"}
    wait_until(lambda: f'<bdi id="ticket">{desk.visits()[visit]["ticket"]}</bdi>' in httpx.get(page).text)
    (arrival,) = events(board, visit, site)[1:]
    assert desk.step(visit, "undo", event=arrival.id).status_code == 201
    wait_until(lambda: "<form" in httpx.get(page).text)
    assert tap().url.params["said"] == "checked-in"
    wait_until(lambda: desk.visits()[visit]["stage"] == "waiting")
    desk.client.close()
    board.close()

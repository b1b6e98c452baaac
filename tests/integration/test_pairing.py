"""A display in the waiting room is paired by the code that it shows, reads its own wall and nothing else, and can be taken back."""

import json
import threading
from collections.abc import Iterator

import httpx
import pytest

from schemas.access import Role
from schemas.sites import WaitingArea
from schemas.topics import AUDIT
from services.cli.whole_topic import whole_topic
from services.runtime.settings import ServiceSettings
from tests.board_parts import Board, a_board, bearer
from tests.builders_live import a_clinic
from tests.waiting import wait_until

AREAS = (WaitingArea(id="lab", name="Laboratory", queues=("B",)),)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    with a_board(tmp_path_factory.mktemp("pairing"), parts=["checkin", "board"]) as board:
        yield board


@pytest.fixture(scope="module")
def desk(board: Board) -> Iterator[httpx.Client]:
    flow = board.flow(a_clinic(queues={"A": "Doctor", "B": "Blood tests"}, areas=AREAS))
    token = board.token(Role.DESK, "maple")
    with httpx.Client(base_url=board.stack.around.url("checkin"), headers=bearer(token), timeout=20) as client:
        wait_until(lambda: client.get("/v1/sites/maple/screens").status_code == 200)
        yield client
    flow.close()


@pytest.fixture
def display(board: Board, desk: httpx.Client) -> Iterator[httpx.Client]:
    """A browser that somebody opened the board's pairing page in."""
    with httpx.Client(base_url=board.url, timeout=20) as client:
        yield client


def code_of(display: httpx.Client) -> str:
    answer = display.post("/v1/screens/pairing")
    assert answer.status_code == 200, answer.text
    code: str = answer.json()["code"]
    return code


def pair(desk: httpx.Client, display: httpx.Client, **said: str) -> httpx.Response:
    """Enter the display's code at the desk, while the display goes on asking as its page does."""
    code = code_of(display)
    answers: list[httpx.Response] = []
    body = {"code": code, "name": "By the door", **said}
    at_the_desk = threading.Thread(target=lambda: answers.append(desk.post("/v1/sites/maple/screens", json=body)))
    at_the_desk.start()
    wait_until(lambda: "site" in display.post("/v1/screens/pairing").json())
    at_the_desk.join(20)
    return answers[0]


def test_a_display_shows_the_same_code_until_somebody_enters_it(display: httpx.Client) -> None:
    first = code_of(display)
    assert len(first) == 7
    assert first == code_of(display)


def test_a_paired_display_reads_its_wall_and_nothing_else(board: Board, desk: httpx.Client, display: httpx.Client) -> None:
    answer = pair(desk, display, area="lab")
    assert (answer.status_code, answer.json()["area"]) == (201, "lab")
    wall = display.get("/v1/sites/maple/wall", params={"area": "lab"})
    assert list(wall.json()["wall"]["queues"]) == ["B"]
    assert display.get("/v1/sites/other/wall").status_code == 401
    cookies = {cookie.name: cookie.value or "" for cookie in display.cookies.jar}
    assert "clinicflow_pairing" not in cookies
    elsewhere = httpx.get(f"{desk.base_url}/v1/sites/maple/visits", cookies=cookies)
    assert elsewhere.status_code == 401


def test_a_lost_answer_is_given_again(desk: httpx.Client, display: httpx.Client, board: Board) -> None:
    code_of(display)
    kept = {cookie.name: cookie.value or "" for cookie in display.cookies.jar}
    assert pair(desk, display).status_code == 201
    again = httpx.post(f"{board.url}/v1/screens/pairing", cookies=kept)
    assert again.json()["site"] == "maple"


def test_a_display_that_was_taken_back_sees_nothing_and_shows_a_code_again(desk: httpx.Client, display: httpx.Client) -> None:
    screen = pair(desk, display).json()["screen"]
    assert desk.post(f"/v1/sites/maple/screens/{screen}/revoke").status_code == 204
    wait_until(lambda: display.get("/v1/sites/maple/wall").status_code == 401)
    assert len(code_of(display)) == 7
    assert screen not in {entry["screen"] for entry in desk.get("/v1/sites/maple/screens").json()["screens"]}


def test_who_paired_a_display_and_took_it_back_is_on_the_audit_trail(
    board: Board, desk: httpx.Client, display: httpx.Client
) -> None:
    screen = pair(desk, display).json()["screen"]
    assert desk.post(f"/v1/sites/maple/screens/{screen}/revoke").status_code == 204
    settings = ServiceSettings(kafka_bootstrap=board.stack.around.kafka_bootstrap, namespace=board.namespace)

    def written() -> set[tuple[str, str]]:
        acts = [json.loads(record.value) for record in whole_topic(settings, AUDIT, "tests")]
        return {(act["action"], act["outcome"]) for act in acts}

    wait_until(lambda: {("paired-screen", "done"), ("took-screen-back", "done")} <= written())


def test_a_code_that_no_display_shows_is_said_so(desk: httpx.Client) -> None:
    answer = desk.post("/v1/sites/maple/screens", json={"code": "zzz-zzz", "name": "By the door"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-code")


def test_the_desk_sees_which_display_cannot_be_heard(desk: httpx.Client, display: httpx.Client) -> None:
    screen = pair(desk, display).json()["screen"]
    fresh = {entry["screen"]: entry for entry in desk.get("/v1/sites/maple/screens").json()["screens"]}[screen]
    assert (fresh["hearing"], fresh["seen_seconds"]) == (None, None)
    assert fresh["silent_seconds"] < 30, "it has had no time to say a word"
    assert display.post("/v1/sites/maple/wall/sound", json={"sound": "off"}).status_code == 204
    entries = {entry["screen"]: entry for entry in desk.get("/v1/sites/maple/screens").json()["screens"]}
    assert (entries[screen]["hearing"], entries[screen]["name"]) == ("off", "By the door")
    assert entries[screen]["seen_seconds"] < 30


@pytest.mark.parametrize(
    "body", [{}, {"code": "abc", "name": "x"}, {"code": "abc-def", "name": ""}, {"code": "abc-def", "name": "x", "area": "nowhere"}]
)
def test_what_is_missing_or_wrong_is_said_so(desk: httpx.Client, body: dict[str, str]) -> None:
    assert desk.post("/v1/sites/maple/screens", json=body).status_code == 422

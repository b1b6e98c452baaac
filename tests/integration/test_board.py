"""The board on real Kafka and Redis, with flow's side of the live state written by the tests."""

from collections.abc import Iterator
from itertools import pairwise

import httpx
import pytest

from schemas import redis_keys
from schemas.access import Role
from schemas.summaries import Stage
from services.runtime.clock import Clock
from tests.board_parts import Board, bearer, watching
from tests.builders_live import FlowStandIn, a_clinic, a_visit
from tests.waiting import wait_until
from tests.wall_screen import tickets


@pytest.fixture
def maple(board: Board, display: str) -> Iterator[FlowStandIn]:
    flow = board.flow(a_clinic())
    wait_until(lambda: httpx.get(f"{board.url}/v1/sites/maple/wall", headers=bearer(display)).status_code == 200)
    yield flow
    flow.close()


# --- what a screen gets


def test_a_screen_gets_a_snapshot_then_changes_and_beats(board: Board, maple: FlowStandIn, display: str) -> None:
    maple.waits("A1")
    with board.watch("maple", display) as screen:
        first = screen.next()
        assert first.name == "snapshot"
        assert first.data["wall"]["site"] == {
            "id": "maple", "name": "Maple Street Clinic", "timezone": "America/New_York", "language": "en",
        }  # fmt: skip
        called = maple.calls("A1", "r2")
        change = screen.until("change")
        assert change.id == called
        assert change.data["before"] == first.id
        (call,) = screen.wall["calling"]
        assert (call["ticket"], call["to"], call["said"]) == ("A1", "Room 2", "Ticket A, one. Room two.")
        maple.rooms("A1", "r2")
        screen.until("change")
        assert (screen.wall["calling"], tickets(screen.wall["recent"])) == ([], ["A1"])
        assert screen.wall["rooms"] == {"free": 2, "occupied": 1, "cleaning": 0, "out_of_service": 0, "unknown": 0}
        assert screen.until("beat").id is None


def test_beats_carry_server_time_and_the_age_of_the_data(board: Board, maple: FlowStandIn, display: str) -> None:
    with board.watch("maple", display) as screen:
        time = screen.until("beat").data["time"]
        assert abs(time["server_ms"] - Clock().now_ms()) < 2000
        assert (time["speed"], time["zone"], time["offset_ms"] % 3_600_000) == (1.0, "America/New_York", 0)
        assert 0 <= time["age_ms"] < 2000
        beats = [screen.until("beat").data["time"]["server_ms"] for _ in range(3)]
        assert all(0 < later - earlier <= 2000 for earlier, later in pairwise(beats))


def test_two_screens_see_the_same_and_a_change_that_does_not_show_is_not_sent(
    board: Board, maple: FlowStandIn, display: str
) -> None:
    with board.watch("maple", display) as one, board.watch("maple", display) as other:
        assert one.next().id == other.next().id
        unseen = maple.show(a_visit("A77", Clock().now_ms(), stage=Stage.EXPECTED))
        assert {event.name for event in one.past(unseen).seen} == {"snapshot", "beat"}
        maple.waits("A5")
        assert one.until("change").data["change"] == other.until("change").data["change"]
        assert one.wall == other.wall
        assert board.metric("clinicflow_screens_connected", site="maple", view="wall") == 2


def test_a_screen_that_comes_back_gets_only_what_it_missed(board: Board, maple: FlowStandIn, display: str) -> None:
    maple.waits("A1")
    with board.watch("maple", display) as screen:
        seen = screen.next().id or ""
    with board.watch("maple", display, last_id=seen) as screen:
        assert screen.next().name == "beat"
    first, second = maple.waits("A2"), maple.waits("A3")
    with board.watch("maple", display) as screen:
        assert screen.next().id in {first, second}
        screen.past(second)
    with board.watch("maple", display, last_id=seen) as screen:
        missed = screen.next()
        assert (missed.name, missed.data["before"]) == ("change", seen)
    with board.watch("maple", display, last_id="1-1") as screen:
        assert screen.next().name == "snapshot"


def test_a_lost_message_is_noticed_by_the_next_one(board: Board, maple: FlowStandIn, display: str) -> None:
    with board.watch("maple", display) as screen:
        screen.next()
        maple.show_unheard(a_visit("A8", 1_790_000_000_000))
        screen.past(maple.waits("A9"))
        assert tickets(screen.wall["waiting"]["A"])[0] == "A8"
        assert board_says(board, display) == screen.wall


def board_says(board: Board, token: str) -> object:
    """The wall as a fresh reader gets it."""
    return httpx.get(f"{board.url}/v1/sites/maple/wall", headers=bearer(token)).json()["wall"]


# --- when something is away


def test_without_beats_the_data_grow_old_and_with_them_they_are_fresh_again(board: Board, maple: FlowStandIn, display: str) -> None:
    with board.watch("maple", display) as screen:
        screen.next()
        maple.stop_beating()
        ages = [screen.until("beat").data["time"]["age_ms"] for _ in range(4)]
        assert ages == sorted(ages)
        assert ages[-1] > 2500
        maple.beat()
        wait_until(lambda: screen.until("beat").data["time"]["age_ms"] < 1500)
        assert board.metric("clinicflow_live_age_seconds", site="maple") < 3


def test_a_beat_that_only_repeats_itself_does_not_make_the_data_fresh(board: Board, maple: FlowStandIn, display: str) -> None:
    maple.stop_beating()
    as_of = Clock().now()
    with board.watch("maple", display) as screen:
        screen.next()
        maple.beat(as_of)
        before = screen.until("beat").data["time"]["age_ms"]
        for _ in range(3):
            maple.beat(as_of)
            screen.until("beat")
        assert screen.until("beat").data["time"]["age_ms"] > before + 2500


def test_a_wiped_redis_leaves_the_wall_as_it_was_and_logs_nobody_out(board: Board, maple: FlowStandIn, display: str) -> None:
    maple.waits("A1")
    with httpx.Client(base_url=board.url) as cookies:
        assert cookies.post("/v1/screens/session", json={"site": "maple", "key": display}).status_code == 204
        with board.watch("maple", display) as screen:
            screen.next()
            before = screen.wall
            maple.redis.flushall()
            screen.until("beat")
            assert cookies.get("/v1/sites/maple/wall").json()["wall"] == before
            maple.publish()
            screen.past(maple.waits("A2"))
            assert "A2" in tickets(screen.wall["waiting"]["A"])


def test_redis_that_dies_makes_the_wall_old_and_heals_by_itself(board: Board, maple: FlowStandIn, display: str) -> None:
    with board.watch("maple", display) as screen:
        screen.next()
        with board.without("redis"):
            wait_until(lambda: screen.until("beat").data["time"]["age_ms"] > 2000)
            assert httpx.get(f"{board.url}/readyz").json()["checks"]["redis"] is False
            assert httpx.get(f"{board.url}/healthz").status_code == 200
        wait_until(lambda: httpx.get(f"{board.url}/readyz").status_code == 200)
        maple.publish()
        screen.past(maple.waits("A3"))
        assert "A3" in tickets(screen.wall["waiting"]["A"])
        wait_until(lambda: screen.until("beat").data["time"]["age_ms"] < 1500)


def test_a_site_that_flow_has_not_shown_yet_has_beats_without_an_age(board: Board) -> None:
    token = board.token(Role.DISPLAY, "silent")
    board.open_site(a_clinic("silent"))
    wait_until(lambda: httpx.get(f"{board.url}/v1/sites/silent/wall", headers=bearer(token)).status_code == 503)
    with board.watch("silent", token) as screen:
        assert [screen.next().name, screen.next().name] == ["beat", "beat"]
        assert screen.seen[0].data["time"] | {"server_ms": 0, "offset_ms": 0, "day_began_ms": 0} == {
            "server_ms": 0, "speed": 1.0, "zone": "America/New_York", "offset_ms": 0, "day_began_ms": 0, "age_ms": None, "version": None,
        }  # fmt: skip
        flow = board.flow(a_clinic("silent"))
        assert screen.until("snapshot").data["wall"]["site"]["id"] == "silent"
        flow.close()


def test_what_cannot_be_read_is_counted_and_the_site_read_anew(board: Board, maple: FlowStandIn, display: str) -> None:
    counted = board.metric("clinicflow_live_unreadable_total")
    with board.watch("maple", display) as screen:
        screen.next()
        maple.redis.publish(redis_keys.changes(board.namespace), b"\xff not JSON")
        maple.show_unheard(a_visit("A8", 1_790_000_000_000))
        maple.redis.publish(redis_keys.changes(board.namespace), b"{}")
        screen.until("change")
        assert "A8" in tickets(screen.wall["waiting"]["A"])
    assert board.metric("clinicflow_live_unreadable_total") == counted + 2


# --- who may look


@pytest.mark.parametrize("path", ["/v1/sites/maple/wall", "/v1/sites/maple/wall/events"])
def test_who_has_no_good_token_is_not_let_in(board: Board, maple: FlowStandIn, display: str, path: str) -> None:
    forged = f"{display[:-1]}{'A' if display[-1] != 'A' else 'B'}"
    for headers in ({}, bearer("nonsense"), bearer(forged), {"authorization": "Basic abc"}, {"cookie": "clinicflow_wall=1.abc"}):
        answer = httpx.get(board.url + path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
        assert "nonsense" not in answer.text


def test_a_token_for_another_site_or_another_task_is_refused(board: Board, maple: FlowStandIn, display: str) -> None:
    elsewhere, feed = board.token(Role.DISPLAY, "oak"), board.token(Role.INTEGRATION, "maple")
    for token in (elsewhere, feed):
        answer = httpx.get(f"{board.url}/v1/sites/maple/wall/events", headers=bearer(token))
        assert (answer.status_code, answer.json()["type"]) == (403, "about:clinicflow:not-allowed")
        session = httpx.post(f"{board.url}/v1/screens/session", json={"site": "maple", "key": token})
        assert (session.status_code, "set-cookie" in session.headers) == (403, False)


def test_a_site_that_does_not_exist_is_told_only_to_who_may_reach_it(board: Board, maple: FlowStandIn, display: str) -> None:
    assert httpx.get(f"{board.url}/v1/sites/nowhere/wall", headers=bearer(display)).status_code == 403
    admin = board.token(Role.ADMIN)
    assert httpx.get(f"{board.url}/v1/sites/nowhere/wall", headers=bearer(admin)).status_code == 404


def test_desk_and_admin_may_look_too(board: Board, maple: FlowStandIn) -> None:
    for token in (board.token(Role.DESK, "maple"), board.token(Role.ADMIN)):
        with board.watch("maple", token) as screen:
            assert screen.next().name == "snapshot"


def test_a_screens_cookie_reads_its_own_wall_and_nothing_else(board: Board, maple: FlowStandIn, display: str) -> None:
    answer = httpx.post(f"{board.url}/v1/screens/session", json={"site": "maple", "key": display})
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/v1/sites/maple/wall"} <= set(cookie.split("; "))
    value = cookie.split(";")[0]
    assert display not in cookie
    assert httpx.get(f"{board.url}/v1/sites/maple/wall", headers={"cookie": value}).status_code == 200
    assert httpx.get(f"{board.url}/v1/sites/oak/wall", headers={"cookie": value}).status_code == 401
    sealed = value.partition("=")[2]
    assert httpx.get(f"{board.url}/v1/sites/maple/wall", headers=bearer(sealed)).status_code == 401


def test_a_revoked_screen_is_let_go_and_not_let_in_again(board: Board, maple: FlowStandIn) -> None:
    token = board.token(Role.DISPLAY, "maple")
    with board.watch("maple", token) as screen:
        screen.next()
        board.revoke(token)
        with pytest.raises(EOFError):
            screen.watch_on()
    assert httpx.get(f"{board.url}/v1/sites/maple/wall", headers=bearer(token)).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"not JSON", 422), (b'{"site":"maple"}', 422), (b'{"site":"maple","key":"x","name":"Jane Roe"}', 422),
        (b'{"site":"Jane Roe","key":"x"}', 422), (b'{"site":"maple","key":"Jane Roe"}', 401), (b"x" * 10_000_000, 413),
    ],
)  # fmt: skip
def test_a_bad_session_request_is_a_clear_problem(board: Board, body: bytes, status: int) -> None:
    answer = httpx.post(f"{board.url}/v1/screens/session", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]
    assert "Jane" not in answer.text


# --- pages and the process


def test_the_pages_are_public_empty_and_ask_nobody_else(board: Board, maple: FlowStandIn) -> None:
    for path in ("/", "/wall/maple", "/wall/no-such-site"):
        page = httpx.get(board.url + path)
        assert page.status_code == 200
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "Maple Street" not in page.text
    shell = httpx.get(f"{board.url}/wall/maple").text
    style = shell.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in httpx.get(board.url + style).headers["cache-control"]
    assert httpx.get(f"{board.url}/static/0/wall/wall.css").headers["cache-control"] == "no-store"
    for path in ("/static/0/../settings.py", "/static/0/%2e%2e%2fsettings.py", "/docs", "/wall/Jane%20Roe"):
        answer = httpx.get(board.url + path)
        assert answer.status_code in {404, 422}
        assert "Jane" not in answer.text


def test_sigterm_lets_the_screens_go_and_ends_with_zero(board: Board, maple: FlowStandIn, display: str) -> None:
    with board.another() as (process, url):
        with watching(f"{url}/v1/sites/maple/wall/events", bearer(display)) as screen:
            screen.next()
            process.terminate()
            with pytest.raises((EOFError, httpx.RemoteProtocolError)):
                screen.watch_on()
        _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in said


def test_a_board_that_was_killed_is_back_with_the_same_sessions(board: Board, maple: FlowStandIn, display: str) -> None:
    with httpx.Client(base_url=board.url) as cookies:
        cookies.post("/v1/screens/session", json={"site": "maple", "key": display})
        board.stack.part("board").kill()
        board.stack.wait_ready("board", 30)
        wait_until(lambda: _answers(cookies))
        assert cookies.get("/v1/sites/maple/wall").status_code == 200


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False

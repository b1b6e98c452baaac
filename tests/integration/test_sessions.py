"""People sign in, lock their screens, change places and leave, on real Kafka and Redis."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
import redis

from schemas.access import User
from services.checkin import devices, sessions
from services.runtime import auth
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.integration.staff import LOCK_MINUTES, OTHER, PIN, SITE, Clinic, MovedCheckin
from tests.waiting import wait_until

WRONG = "618302"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    settings = StackSettings(data=tmp_path_factory.mktemp("sessions") / "data", ports="free", show_logs=False)
    with Stack(settings, parts=["checkin", "board"]) as stack, closing(Clinic(stack)) as clinic:
        yield clinic


@pytest.fixture(scope="module")
def moved(clinic: Clinic) -> Iterator[MovedCheckin]:
    with MovedCheckin(clinic).serving() as checkin:
        yield checkin


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.json()["detail"].endswith(".")
    return answer.status_code, answer.json()["code"]


# --- the first sign-in --------------------------------------------------------------------------------------------


def test_a_link_signs_in_and_a_pin_is_chosen(clinic: Clinic) -> None:
    user, link = clinic.hire("desk", SITE)
    assert link.startswith(f"{clinic.url}/sign-in#link=cf-link_{user}_")
    browser = clinic.browser()
    assert (browser.state, browser.reads()) == ("none", 401)
    opened = browser.follow(link).json()
    assert opened["user"] == {
        "subject": f"user:{user}", "name": f"{user} (invented)", "role": "desk", "sites": [SITE], "language": None,
    }  # fmt: skip
    assert (opened["state"], opened["pin_set"], opened["oidc"]) == ("open", False, False)
    assert opened["users_here"] == [{"subject": f"user:{user}", "name": f"{user} (invented)"}]
    assert opened["lock_after_seconds"] == LOCK_MINUTES[SITE] * 60 >= opened["locks_in_seconds"] > LOCK_MINUTES[SITE] * 60 - 30
    assert browser.choose(PIN).json()["pin_set"]
    assert browser.reads() == 200
    assert browser.look() | {"locks_in_seconds": 0, "pin_set": False} == opened | {"locks_in_seconds": 0}


def test_a_link_is_good_for_one_sign_in(clinic: Clinic) -> None:
    user, link = clinic.hire()
    assert clinic.browser().follow(link).status_code == 200
    again = clinic.browser().follow(link)
    assert problem(again) == (410, "link-used")
    assert "ask for a new one" in again.json()["detail"]
    older, newer = clinic.invite(user), clinic.invite(user)
    assert problem(clinic.browser().follow(older)) == (410, "link-used")
    assert clinic.browser().follow(newer).status_code == 200


@pytest.mark.parametrize("link", ["x", f"cf-link_nobody_{'x' * 43}", f"cf-link_Nobody_{'x' * 43}", "cf_set-up_" + "x" * 43])
def test_what_is_no_link_of_ours_signs_nobody_in(clinic: Clinic, link: str) -> None:
    refused = clinic.browser().follow(link)
    assert problem(refused) == (410, "link-used")
    assert "set-cookie" not in refused.headers


def test_a_link_that_many_use_at_once_in_two_processes_lets_one_in(clinic: Clinic, moved: MovedCheckin) -> None:
    _, link = clinic.hire()
    browsers = [clinic.browser(url) for url in (clinic.url, moved.url) * 4]
    wait_until(lambda: moved.parts.access.one(User, f"user:{link.split('_')[1]}"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda browser: browser.follow(link).status_code, browsers))
    assert sorted(answers) == [200, *[410] * 7]
    assert [browser.state for browser in browsers].count("open") == 1


def test_a_link_is_good_for_three_days(clinic: Clinic, moved: MovedCheckin) -> None:
    _, link = clinic.hire(url=moved.url)
    moved.pass_minutes(73)  # at sixty times the speed more than three days
    late = clinic.browser(moved.url).follow(link)
    assert problem(late) == (410, "link-expired")
    assert "three days" in late.json()["detail"]


def test_a_pin_that_is_the_first_guess_is_not_taken(clinic: Clinic) -> None:
    _, link = clinic.hire()
    browser = clinic.browser()
    browser.follow(link)
    for pin, words in (("123456", "in a row"), ("777777", "again and again"), ("1234", "pin"), ("12345a", "pin")):
        refused = browser.choose(pin)
        assert problem(refused) == (422, "invalid")
        assert words in refused.json()["detail"]
        assert pin not in refused.text.replace(words, "").replace("such as 123456", "")
    assert not browser.look()["pin_set"]


def test_who_has_a_pin_needs_it_for_another_one(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    assert problem(browser.choose(WRONG)) == (422, "invalid")
    refused = browser.choose(WRONG, old=WRONG)
    assert (*problem(refused), refused.json()["tries_left"]) == (401, "wrong-pin", 4)
    assert browser.choose(WRONG, old=PIN).status_code == 200
    assert browser.unlock(user, WRONG).status_code == 200
    assert problem(browser.unlock(user, PIN)) == (401, "wrong-pin")


# --- the lock -----------------------------------------------------------------------------------------------------


def test_a_locked_screen_opens_again_by_pin_alone(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    assert browser.send("POST", "/v1/session/lock").json()["state"] == "locked"
    assert problem(browser.does()) == (401, "locked")
    locked = browser.look()
    assert (locked["state"], locked["user"]["subject"], locked["locks_in_seconds"]) == ("locked", f"user:{user}", None)
    assert browser.unlock(user, PIN).json()["state"] == "open"
    assert browser.reads() == 200


def test_two_people_change_places_at_one_browser(clinic: Clinic) -> None:
    first, browser = clinic.signed_in("desk")
    second, _ = clinic.signed_in("admin", browser=browser)
    assert {person["subject"] for person in browser.look()["users_here"]} == {f"user:{first}", f"user:{second}"}
    assert browser.http.get("/v1/users").status_code == 200
    assert browser.unlock(first, PIN).json()["user"]["subject"] == f"user:{first}"
    assert browser.http.get("/v1/users").status_code == 403
    assert browser.unlock(second, PIN).json()["user"]["subject"] == f"user:{second}"
    assert browser.http.get("/v1/users").status_code == 200


def test_a_pin_opens_nothing_where_its_user_has_never_signed_in(clinic: Clinic) -> None:
    user, _ = clinic.signed_in()
    _, elsewhere = clinic.signed_in()
    for browser in (elsewhere, clinic.browser()):
        assert problem(browser.unlock(user, PIN)) == (401, "not-here")
        assert browser.unlock("nobody", PIN).json() == browser.unlock(user, PIN).json()


def test_five_wrong_pins_lock_out_until_there_is_a_new_link(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    other_device = clinic.browser()
    other_device.follow(clinic.invite(user))
    other_device.choose(PIN)
    browser.send("POST", "/v1/session/lock")
    for left in (4, 3, 2, 1):
        wrong = browser.unlock(user, WRONG)
        assert (*problem(wrong), wrong.json()["tries_left"]) == (401, "wrong-pin", left)
    assert other_device.reads() == 200
    assert problem(browser.unlock(user, WRONG)) == (401, "locked-out")
    assert problem(browser.unlock(user, PIN)) == (401, "locked-out")
    assert (other_device.state, other_device.reads()) == ("none", 401)
    assert browser.follow(clinic.invite(user)).status_code == 200
    assert problem(browser.unlock(user, PIN)) == (401, "no-pin")
    assert browser.choose(PIN).status_code == 200
    assert browser.unlock(user, PIN).status_code == 200


def test_wrong_pins_count_in_a_row_however_many_come_at_once(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    for _ in range(2):
        for _ in range(4):
            assert problem(browser.unlock(user, WRONG)) == (401, "wrong-pin")
        assert browser.unlock(user, PIN).status_code == 200
    cookies = dict(browser.http.cookies)
    said = {"user": f"user:{user}", "pin": WRONG}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: httpx.post(f"{clinic.url}/v1/session/unlock", json=said, cookies=cookies), range(8)))
    assert sorted(answer.json()["code"] for answer in answers) == ["locked-out"] * 4 + ["wrong-pin"] * 4


def test_a_screen_that_nobody_touches_is_locked_by_real_time(clinic: Clinic, moved: MovedCheckin) -> None:
    user, browser = clinic.signed_in(url=moved.url)
    moved.pass_minutes(LOCK_MINUTES[SITE] - 1)
    assert (browser.reads(), browser.state) == (200, "open")
    assert browser.send("POST", "/v1/session/touch").status_code == 204
    moved.pass_minutes(LOCK_MINUTES[SITE] - 1)
    assert browser.does().status_code == 400
    moved.pass_minutes(LOCK_MINUTES[SITE] - 1)
    assert (browser.reads(), browser.state) == (200, "open")
    moved.pass_minutes(1.1)
    assert (browser.reads(), browser.state) == (401, "locked")
    assert problem(browser.does()) == problem(browser.send("POST", "/v1/session/touch")) == (401, "locked")
    assert browser.unlock(user, PIN).status_code == 200


def test_who_works_at_two_clinics_keeps_to_the_stricter_one(clinic: Clinic, moved: MovedCheckin) -> None:
    _, browser = clinic.signed_in("clinical", SITE, OTHER, url=moved.url)
    assert browser.look()["lock_after_seconds"] == LOCK_MINUTES[OTHER] * 60
    moved.pass_minutes(LOCK_MINUTES[OTHER] + 0.1)
    assert browser.state == "locked"


def test_a_session_is_over_after_a_working_day_however_busy_it_was(clinic: Clinic, moved: MovedCheckin) -> None:
    user, browser = clinic.signed_in(url=moved.url)
    for _ in range(12 * 7):
        moved.pass_minutes(60 / 7)
        browser.send("POST", "/v1/session/touch")
    assert (browser.state, browser.reads()) == ("none", 401)
    assert [person["subject"] for person in browser.look()["users_here"]] == [f"user:{user}"]
    assert browser.unlock(user, PIN).status_code == 200


def test_a_stream_knows_when_it_is_to_end(clinic: Clinic, moved: MovedCheckin) -> None:
    _, browser = clinic.signed_in(url=moved.url)
    left = browser.look()["locks_in_seconds"]
    moved.pass_minutes(2)
    assert 110 < left - browser.look()["locks_in_seconds"] < 130


# --- the end ------------------------------------------------------------------------------------------------------


def test_who_signs_out_is_still_known_here_unless_they_say_otherwise(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    left = browser.send("DELETE", "/v1/session").json()
    assert (left["state"], [person["subject"] for person in left["users_here"]]) == ("none", [f"user:{user}"])
    assert browser.reads() == 401
    assert browser.unlock(user, PIN).status_code == 200
    browser.send("POST", "/v1/session/lock")
    assert len(browser.send("DELETE", "/v1/session?forget=true").json()["users_here"]) == 1
    assert browser.unlock(user, PIN).status_code == 200
    assert browser.send("DELETE", "/v1/session?forget=true").json()["users_here"] == []
    assert problem(browser.unlock(user, PIN)) == (401, "not-here")
    assert browser.send("DELETE", "/v1/session").status_code == 200


@pytest.mark.parametrize(("method", "path", "state"), [("POST", "/v1/session/lock", "locked"), ("DELETE", "/v1/session", "none")])
def test_a_copy_of_the_cookie_opens_nothing_once_its_user_has_gone(clinic: Clinic, method: str, path: str, state: str) -> None:
    _, browser = clinic.signed_in()
    copied = clinic.browser(like=browser)
    assert copied.reads() == 200
    browser.send(method, path)
    assert (copied.state, copied.reads()) == (state, 401)


def test_who_is_revoked_sees_nothing_from_then_on(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    assert browser.reads() == 200
    assert clinic.admin.post(f"/v1/users/{user}/revoke").status_code == 200
    assert (browser.reads(), browser.look()) == (401, browser.look() | {"state": "none", "user": None, "users_here": []})
    assert problem(browser.unlock(user, PIN)) == (401, "no-pin")


def test_another_role_and_other_clinics_hold_from_the_next_request_on(clinic: Clinic) -> None:
    user, browser = clinic.signed_in("admin", SITE)
    assert browser.http.get("/v1/users").status_code == 200
    said = {"name": f"{user} (invented)", "role": "desk", "sites": [OTHER], "language": "es"}
    assert clinic.admin.put(f"/v1/users/{user}", json=said).status_code == 200
    assert browser.http.get("/v1/users").status_code == 403
    assert problem(browser.http.get(f"/v1/sites/{SITE}/profile")) == (403, "other-clinic")
    assert browser.http.get(f"/v1/sites/{OTHER}/profile").status_code == 200
    assert (browser.look()["user"]["role"], browser.look()["user"]["language"]) == ("desk", "es")


def test_a_wipe_of_redis_and_a_restart_sign_nobody_out(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    redis.Redis.from_url(clinic.stack.around.redis_url).flushall()
    assert browser.reads() == 200
    clinic.stack.stop_part("checkin")
    clinic.stack.start_part("checkin")
    assert (browser.reads(), browser.state) == (200, "open")
    assert browser.unlock(user, PIN).status_code == 200


def test_a_locked_screen_stays_locked_through_a_restart(clinic: Clinic) -> None:
    _, browser = clinic.signed_in()
    browser.send("POST", "/v1/session/lock")
    clinic.stack.stop_part("checkin")
    clinic.stack.start_part("checkin")
    assert browser.state == "locked"


# --- what must not open -------------------------------------------------------------------------------------------


def test_a_forged_cookie_is_none(clinic: Clinic) -> None:
    _, browser = clinic.signed_in()
    real = browser.http.cookies[sessions.COOKIE]
    flipped = real[:-6] + ("A" if real[-6] != "A" else "B") + real[-5:]
    for forged in (flipped, real[: len(real) // 2], real[2:], "", "x", "1.", "é", "1.%00", browser.http.cookies[devices.COOKIE]):
        header = {"cookie": f"{sessions.COOKIE}={forged}".encode()}
        answer = httpx.get(f"{clinic.url}/v1/sites", headers=header)  # type: ignore[arg-type]  # bytes, as a browser may send
        assert problem(answer) == (401, "no-token")
    as_device = {sessions.COOKIE: real, devices.COOKIE: real}
    assert httpx.get(f"{clinic.url}/v1/session", cookies=as_device).json()["users_here"] == []


def test_cookies_are_for_our_pages_alone(clinic: Clinic) -> None:
    _, link = clinic.hire()
    said = {"link": link.partition("#link=")[2]}
    answer = httpx.post(f"{clinic.url}/v1/session/link", json=said, headers={"x-forwarded-proto": "https"})
    given = answer.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in given} == {sessions.COOKIE, devices.COOKIE}
    for cookie in given:
        assert {"HttpOnly", "SameSite=strict", "Path=/", "Secure"} <= set(cookie.split("; "))
    assert answer.headers["cache-control"] == "no-store"


def test_the_session_is_worth_nothing_at_the_board_and_the_walls_cookie_nothing_here(clinic: Clinic) -> None:
    board = clinic.stack.around.url("board")
    _, browser = clinic.signed_in("desk")
    assert clinic.browser(board, like=browser).http.get(f"/v1/sites/{SITE}/wall").status_code == 401
    made = clinic.admin.post("/v1/users", json={})
    assert made.status_code == 422
    wall = clinic.browser(board)
    token = clinic.admin.headers["authorization"].removeprefix("Bearer ")
    assert wall.http.post("/v1/screens/session", json={"site": SITE, "key": token}).status_code == 204
    [sealed] = [cookie.value for cookie in wall.http.cookies.jar]
    assert sealed
    for name in (sessions.COOKIE, devices.COOKIE, "clinicflow_wall"):
        found = httpx.get(f"{clinic.url}/v1/session", cookies={name: sealed}).json()
        assert (found["state"], found["users_here"]) == ("none", [])
        assert httpx.get(f"{clinic.url}/v1/sites", cookies={name: sealed}).status_code == 401


def test_what_changes_something_needs_the_sessions_own_token(clinic: Clinic) -> None:
    _, browser = clinic.signed_in()
    _, other = clinic.signed_in()
    tokens = [
        {},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "x"},
        {"X-CSRF-Token": other.look()["csrf"]},
        {"X-CSRF-Token": "é".encode()},
    ]
    for headers in tokens:
        for method, path in (("POST", f"/v1/sites/{SITE}/check-ins"), ("POST", "/v1/session/lock"), ("DELETE", "/v1/session")):
            assert problem(browser.http.request(method, path, headers=headers)) == (403, "csrf")
    assert browser.state == "open"
    assert browser.does().status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}, {"origin": "null"}],
)
def test_what_another_sites_page_sends_is_refused(clinic: Clinic, headers: dict[str, str]) -> None:
    user, browser = clinic.signed_in()
    link = clinic.invite(user)
    assert problem(browser.send("POST", f"/v1/sites/{SITE}/check-ins", **headers)) == (403, "csrf")
    assert problem(browser.send("POST", "/v1/session/lock", **headers)) == (403, "csrf")
    assert problem(browser.send("POST", "/v1/session/unlock", {"user": f"user:{user}", "pin": PIN}, **headers)) == (403, "csrf")
    stranger = clinic.browser()
    assert problem(stranger.send("POST", "/v1/session/link", {"link": link.partition("#link=")[2]}, **headers)) == (403, "csrf")
    assert browser.send("POST", f"/v1/sites/{SITE}/check-ins", **{"sec-fetch-site": "same-origin"}).status_code == 400
    assert browser.send("POST", f"/v1/sites/{SITE}/check-ins", origin=clinic.url).status_code == 400


def test_where_there_is_a_token_the_cookie_does_not_count(clinic: Clinic) -> None:
    _, browser = clinic.signed_in("desk")
    bearer = {"authorization": clinic.admin.headers["authorization"]}
    assert browser.http.get("/v1/users", headers=bearer).status_code == 200
    assert browser.http.post(f"/v1/sites/{SITE}/check-ins", headers=bearer).status_code == 400
    assert problem(browser.http.get("/v1/sites", headers={"authorization": "Bearer x"})) == (401, "no-token")
    assert problem(browser.http.post("/v1/session/pin", json={"pin": WRONG, "old": PIN}, headers=bearer)) == (409, "no-person")
    assert browser.http.post("/v1/session/touch", headers=bearer).status_code == 204
    assert "set-cookie" not in browser.http.post("/v1/session/touch", headers=bearer).headers


# --- what is kept of it -------------------------------------------------------------------------------------------


def test_whoever_watches_is_told_what_happened_to_whom_and_by_whom(clinic: Clinic, moved: MovedCheckin) -> None:
    user, browser = clinic.signed_in(url=moved.url)
    second, _ = clinic.signed_in(url=moved.url, browser=browser)
    browser.unlock(user, WRONG)
    browser.unlock(user, PIN)
    browser.http.post("/v1/session/lock")
    for _ in range(5):
        browser.unlock(second, WRONG)
    browser.send("DELETE", "/v1/session")
    clinic.admin.post(f"{moved.url}/v1/users/{user}/revoke")
    assert moved.notes.of(user) == [
        "invited", "signed-in", "signed-out", "wrong-pin", "unlocked", "csrf-refused", "signed-out", "revoked",
    ]  # fmt: skip
    assert moved.notes.of(second) == ["invited", "signed-in", "signed-out", *["wrong-pin"] * 5, "locked-out"]
    assert [actor for _, subject, actor in moved.notes.told if subject == f"user:{user}"] == [
        "token:set-up", *[f"user:{user}"] * 6, "token:set-up",
    ]  # fmt: skip


def test_neither_links_nor_pins_stand_in_logs_or_on_the_topic(clinic: Clinic) -> None:
    user, link = clinic.hire()
    browser, right, wrong = clinic.browser(), "49381706", "61830259"
    browser.follow(link)
    browser.choose(right)
    browser.unlock(user, wrong)
    browser.choose(wrong, old=right)
    secret = link.rpartition("_")[2]
    folder = clinic.stack.folder.path
    kept = [path.read_bytes() for name in ("logs", "kafka") for path in (folder / name).rglob("*.log")]
    assert any(f"user:{user}".encode() in content for content in kept)
    assert any(auth.hash_of(link.partition("#link=")[2]).encode() in content for content in kept)
    assert not any(planted.encode() in content for content in kept for planted in (secret, right, wrong))


# --- on the record ------------------------------------------------------------------------------------------------


def test_what_happens_to_somebodys_access_is_on_the_trail_of_their_clinic(clinic: Clinic) -> None:
    user, browser = clinic.signed_in()
    browser.send("POST", "/v1/session/lock")
    assert browser.unlock(user, "111222").status_code == 401
    assert browser.unlock(user, PIN).status_code == 200
    told = clinic.admin.get(f"/v1/sites/{SITE}/audit").json()["records"]
    mine = [(record["action"], record["outcome"], record["actor"]) for record in told if record.get("user") == f"user:{user}"]
    assert mine == [
        ("unlocked", "done", f"user:{user}"), ("wrong-pin", "denied", f"user:{user}"), ("signed-in", "done", f"user:{user}"),
        ("invited", "done", "token:set-up"),
    ]  # fmt: skip
    elsewhere = clinic.admin.get(f"/v1/sites/{OTHER}/audit").json()["records"]
    assert not [record for record in elsewhere if record.get("user") == f"user:{user}"]


def test_asking_for_names_keeps_no_session_open(clinic: Clinic, moved: MovedCheckin) -> None:
    _, browser = clinic.signed_in(url=moved.url)
    for _ in range(3):
        moved.pass_minutes(LOCK_MINUTES[SITE] / 2)
        browser.send("POST", f"/v1/sites/{SITE}/people/names", {"people": ["p-1"]})
    assert browser.state == "locked"

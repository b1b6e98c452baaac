"""The API on real Kafka and Redis, in a process of its own; only flow is stood in for."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest
from click.testing import CliRunner

from schemas.envelope import Intent
from schemas.live import LiveRoom, LiveVisit
from schemas.summaries import Stage
from services.cli.token import token
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.integration.flow_stand_in import TOO_OLD, FlowStandIn
from tests.waiting import wait_until

SITE, OTHER, REPLAYED = "riverside", "hillside", "alderaan"
PROFILE: dict[str, Any] = {"name": "Riverside", "timezone": "America/New_York", "rooms": [{"id": "r1", "name": "Room 1"}]}
MARK = "Maria-Planted"


class Desk:
    """Somebody with a token, at a clinic."""

    def __init__(self, http: httpx.Client, secret: str, site: str = SITE) -> None:
        self._http, self._secret, self.site = http, secret, site

    def at(self, site: str) -> "Desk":
        return Desk(self._http, self._secret, site)

    def send(self, method: str, path: str, headers: dict[str, str], **sent: Any) -> httpx.Response:
        return self._http.request(method, path, headers={"Authorization": f"Bearer {self._secret}", **headers}, **sent)

    def sites(self) -> list[str]:
        return [entry["site"] for entry in self.send("GET", "/v1/sites", {}).json()["sites"]]

    def get(self, path: str) -> httpx.Response:
        return self.send("GET", f"/v1/sites/{self.site}{path}", {})

    def say(
        self, path: str, body: object = None, *, key: str | None = None, method: str = "POST", made_from: str | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(uuid4())} | ({"If-Match": made_from} if made_from else {})
        return self.send(method, f"/v1/sites/{self.site}{path}", headers, json={} if body is None else body)

    def walk_in(self) -> dict[str, Any]:
        answered = self.say("/check-ins")
        assert answered.status_code == 201, answered.text
        found: dict[str, Any] = answered.json()
        return found


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Kafka, Redis, the topics and checkin. Whoever stops a part starts it again."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CLINICFLOW_OUTCOME_SECONDS", "1")
        environment.setenv("CLINICFLOW_BATCH_OUTCOME_SECONDS", "5")
        settings = StackSettings(data=tmp_path_factory.mktemp("checkin") / "data", ports="free", show_logs=False)
        with Stack(settings, parts=["checkin"]) as running:
            yield running


@pytest.fixture(scope="module")
def http(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.around.url("checkin"), timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def flow(stack: Stack) -> Iterator[FlowStandIn]:
    with FlowStandIn(stack.around.kafka_bootstrap, stack.around.redis_url, stack.around.namespace) as standing_in:
        yield standing_in


def hire(stack: Stack, http: httpx.Client, name: str, *options: str) -> Desk:
    """Somebody with a new token, once the API knows it."""
    done = CliRunner().invoke(token, ["issue", name, *options], env=stack.environment, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    desk = Desk(http, done.stdout.strip())
    wait_until(lambda: desk.send("GET", "/v1/sites", {}).status_code != 401)
    return desk


@pytest.fixture(scope="module")
def admin(stack: Stack, http: httpx.Client, flow: FlowStandIn) -> Desk:
    """The administrator, who has set up three clinics, one of which follows its log."""
    desk = hire(stack, http, "admin-1", "--role", "admin", "--all-sites")
    for site, more in ((SITE, {}), (OTHER, {}), (REPLAYED, {"clock": "log"})):
        made = desk.at(site).say("/profile", {**PROFILE, **more}, method="PUT")
        assert made.status_code == 201, made.text
    return desk


@pytest.fixture(scope="module")
def desk(stack: Stack, http: httpx.Client, admin: Desk) -> Desk:
    return hire(stack, http, "desk-1", "--role", "desk", "--site", SITE)


@pytest.fixture(scope="module")
def feed(stack: Stack, http: httpx.Client, admin: Desk) -> Desk:
    return hire(stack, http, "feed-1", "--role", "integration", "--all-sites")


def problem(answered: httpx.Response) -> tuple[int, str]:
    assert answered.headers["content-type"] == "application/problem+json", answered.text
    found = answered.json()
    assert found["title"]
    assert found["detail"].endswith(".")
    assert found["status"] == answered.status_code
    return answered.status_code, found["code"]


# --- commands -----------------------------------------------------------------------------------------------------


def test_a_walk_in_is_checked_in_and_has_a_ticket(desk: Desk, flow: FlowStandIn) -> None:
    answered = desk.say("/check-ins", {"queue": "A"})
    assert answered.status_code == 201
    found = answered.json()
    assert (found["status"], found["stage"], found["ticket"][0]) == ("applied", "waiting", "A")
    assert desk.get(f"/outcomes/{found['event']}").json()["ticket"] == found["ticket"]
    assert answered.headers["Location"].endswith(f"/outcomes/{found['event']}")
    [event] = flow.of(found["event"])
    assert (event.subject, event.actor, event.intent) == (found["visit"], "token:desk-1", Intent.COMMAND)


def test_the_next_step_right_after_is_not_refused(desk: Desk) -> None:
    for _ in range(10):
        visit = desk.walk_in()["visit"]
        assert desk.say(f"/visits/{visit}/call").status_code == 201


def test_a_taken_room_is_refused_with_who_holds_it(desk: Desk) -> None:
    first, second = desk.walk_in(), desk.walk_in()
    room = {"room": "r1"}
    assert desk.say(f"/visits/{first['visit']}/room", room).status_code == 201
    refused = desk.say(f"/visits/{second['visit']}/room", room)
    assert problem(refused) == (409, "room-held")
    assert refused.json()["held_by"] == first["ticket"]
    assert refused.json()["ticket"] == second["ticket"]
    assert first["ticket"] in refused.json()["detail"]


def test_what_is_entered_later_is_kept_as_a_report_of_then(desk: Desk, flow: FlowStandIn) -> None:
    answered = desk.say("/check-ins", {"happened_at": "2026-03-02T09:00:00-05:00"})
    [event] = flow.of(answered.json()["event"])
    assert (event.intent, event.time.isoformat()) == (Intent.REPORT, "2026-03-02T14:00:00+00:00")


def test_the_same_command_again_has_the_same_answer(desk: Desk) -> None:
    key = str(uuid4())
    first, again = desk.say("/check-ins", {"queue": "A"}, key=key), desk.say("/check-ins", {"queue": "A"}, key=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())


def test_the_same_key_for_something_else_is_refused_and_changes_nothing(desk: Desk) -> None:
    key = str(uuid4())
    first = desk.say("/check-ins", {"queue": "A"}, key=key)
    assert problem(desk.say("/check-ins", {"queue": "B"}, key=key)) == (409, "key-reused")
    assert desk.say("/check-ins", {"queue": "A"}, key=key).json() == first.json()


def test_one_key_pressed_at_many_desks_at_once_is_one_visit(desk: Desk) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(8) as desks:
        answers = list(desks.map(lambda _: desk.say("/check-ins", {}, key=key), range(8)))
    assert {answered.status_code for answered in answers} == {201}
    assert len({answered.json()["visit"] for answered in answers}) == 1


def test_what_flow_sets_aside_is_told_in_plain_words(desk: Desk) -> None:
    assert problem(desk.say(f"/visits/{TOO_OLD}/check-out")) == (422, "visit-closed")


def test_without_an_outcome_it_is_kept_and_the_result_follows(desk: Desk, flow: FlowStandIn) -> None:
    flow.speaks = False
    try:
        kept = desk.say("/check-ins")
    finally:
        flow.speaks = True
    assert kept.status_code == 202
    found = kept.json()
    assert found["status"] == "kept"
    assert kept.headers["Location"] == found["result"] == f"/v1/sites/{SITE}/outcomes/{found['event']}"
    assert kept.headers["Retry-After"]
    assert problem(desk.get(f"/outcomes/{found['event']}")) == (404, "not-known-yet")
    wait_until(lambda: bool(flow.of(found["event"])))
    flow.answer(found["event"])
    result = desk.get(f"/outcomes/{found['event']}")
    assert (result.status_code, result.json()["status"], result.json()["visit"]) == (200, "applied", found["visit"])


def test_an_outcome_that_the_channel_missed_is_found_by_its_key(desk: Desk, flow: FlowStandIn) -> None:
    flow.on_channel = False
    try:
        assert desk.say("/check-ins").status_code == 201
    finally:
        flow.on_channel = True


def test_a_result_belongs_to_its_clinic(admin: Desk, desk: Desk) -> None:
    event = desk.walk_in()["event"]
    assert problem(admin.at(OTHER).get(f"/outcomes/{event}")) == (404, "not-known-yet")


# --- who may ------------------------------------------------------------------------------------------------------


def test_without_a_token_nothing_opens(http: httpx.Client, admin: Desk) -> None:
    for secret in ("x", "cf_desk-1_" + "x" * 43, "desk-1"):
        answered = Desk(http, secret).say("/check-ins")
        assert problem(answered) == (401, "no-token")
        assert answered.headers["WWW-Authenticate"] == "Bearer"
    assert problem(http.get("/v1/sites")) == (401, "no-token")


def test_a_token_of_another_clinic_is_turned_away(desk: Desk) -> None:
    answered = desk.at(OTHER).say("/check-ins")
    assert problem(answered) == (403, "other-clinic")
    assert answered.json()["title"] == "This token is for another clinic"
    assert problem(desk.at("nowhere").say("/check-ins")) == (403, "other-clinic")


def test_a_desk_does_not_change_profiles_nor_send_batches(desk: Desk) -> None:
    assert problem(desk.say("/profile", PROFILE, method="PUT")) == (403, "not-allowed")
    assert problem(desk.say("/events:batch", {"events": []})) == (403, "not-allowed")


def test_an_unknown_clinic_is_not_found(admin: Desk) -> None:
    assert problem(admin.at("nowhere").say("/check-ins")) == (404, "unknown-site")
    assert problem(admin.at("nowhere").get("/visits")) == (404, "unknown-site")


def test_a_revoked_token_opens_nothing(stack: Stack, http: httpx.Client, admin: Desk) -> None:
    gone = hire(stack, http, "gone-1", "--role", "desk", "--site", SITE)
    assert CliRunner().invoke(token, ["revoke", "gone-1"], env=stack.environment).exit_code == 0
    wait_until(lambda: gone.get("/profile").status_code == 401)


def test_a_token_is_issued_once_and_listed_without_its_secret(stack: Stack, admin: Desk) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(token, list(words), env=stack.environment)
        return done.exit_code, done.output

    code, secret = run("issue", "kiosk-1", "--role", "desk", "--site", SITE, "--days", "30")
    assert (code, secret[:11]) == (0, "cf_kiosk-1_")
    assert run("issue", "kiosk-1", "--role", "desk", "--site", SITE)[0] == 1
    assert run("issue", "kiosk-2", "--role", "desk")[0] == 2
    listed = run("list")[1]
    [line] = [line for line in listed.splitlines() if line.startswith("kiosk-1 ")]
    assert SITE in line
    assert "until" in line
    assert secret.strip() not in listed
    assert '"hash"' not in run("list", "--json")[1]
    assert run("revoke", "nobody")[0] == 1


# --- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"content": b"{not json"}, (400, "not-json")),
        ({"content": b'{"queue": "\xff"}'}, (400, "not-json")),
        ({"content": b"queue=A", "headers": {"content-type": "application/x-www-form-urlencoded"}}, (400, "not-json")),
        ({"content": b"[" * 100_000}, (400, "not-json")),
        ({"json": []}, (422, "invalid")),
        ({"json": {"queue": MARK}}, (422, "invalid")),
        ({"json": {MARK: "A"}}, (422, "invalid")),
        ({"json": {"happened_at": "2026-03-02T09:00:00"}}, (422, "invalid")),
        ({"json": {"happened_at": "2199-03-02T09:00:00Z"}}, (422, "invalid")),
        ({"content": b" " * 10_000_000}, (413, "too-large")),
        ({"content": iter([b" " * 1_000_000] * 10)}, (413, "too-large")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else None,
)
def test_bad_input_is_a_clear_error_and_the_next_input_works(desk: Desk, sent: dict[str, Any], expected: tuple[int, str]) -> None:
    headers = {"Idempotency-Key": str(uuid4()), **sent.get("headers", {})}
    answered = desk.send("POST", f"/v1/sites/{SITE}/check-ins", **{**sent, "headers": headers})
    assert problem(answered) == expected
    assert MARK not in answered.text
    assert desk.say("/check-ins").status_code == 201


def test_a_command_without_a_key_is_told_what_to_send(desk: Desk) -> None:
    without: list[dict[str, str]] = [{}, {"Idempotency-Key": ""}, {"Idempotency-Key": "a b"}, {"Idempotency-Key": "x" * 129}]
    for headers in without:
        assert problem(desk.send("POST", f"/v1/sites/{SITE}/check-ins", headers)) == (400, "no-key")


def test_an_address_with_a_name_in_it_is_not_repeated(desk: Desk) -> None:
    for path in (f"/visits/{MARK} Lopez/call", f"/rooms/{MARK}!/status"):
        answered = desk.say(path, {"status": "ready"} if "rooms" in path else {})
        assert problem(answered) == (422, "invalid")
        assert MARK not in answered.text


# --- sites --------------------------------------------------------------------------------------------------------


def test_a_new_clinic_can_be_used_at_once(admin: Desk) -> None:
    new = admin.at(f"new-{uuid4().hex[:8]}")
    made = new.say("/profile", PROFILE, method="PUT")
    assert made.status_code == 201
    assert new.say("/check-ins").status_code == 201
    assert new.get("/profile").json()["site"] == new.site


def test_a_profile_for_another_address_or_a_wrong_one_is_refused(admin: Desk) -> None:
    assert problem(admin.say("/profile", {**PROFILE, "site": OTHER}, method="PUT")) == (422, "invalid")
    assert problem(admin.say("/profile", {**PROFILE, "timezone": "Mars"}, method="PUT")) == (422, "invalid")
    assert problem(admin.at("Not-A-Site").say("/profile", PROFILE, method="PUT")) == (422, "invalid")


def test_of_two_who_change_a_clinic_at_once_the_later_is_told_so(admin: Desk) -> None:
    clinic = admin.at(f"new-{uuid4().hex[:8]}")
    assert clinic.say("/profile", PROFILE, method="PUT").status_code == 201
    version = clinic.get("/profile").headers["ETag"]
    key, hers = str(uuid4()), {**PROFILE, "name": "Hers"}
    assert clinic.say("/profile", hers, key=key, method="PUT", made_from=version).status_code == 201
    refused = clinic.say("/profile", {**PROFILE, "name": "His"}, method="PUT", made_from=version)
    assert problem(refused) == (412, "changed-meanwhile")
    assert clinic.say("/profile", hers, key=key, method="PUT", made_from=version).status_code == 201, "the same command again"
    now = clinic.get("/profile")
    assert (now.json()["name"], now.headers["Cache-Control"]) == ("Hers", "no-store")
    assert clinic.say("/profile", {**PROFILE, "name": "His"}, method="PUT", made_from=now.headers["ETag"]).status_code == 201


def test_clinics_within_reach_are_listed(admin: Desk, desk: Desk) -> None:
    assert desk.sites() == [SITE]
    assert {SITE, OTHER, REPLAYED} <= set(admin.sites())


def test_the_live_state_is_read_as_flow_shows_it(desk: Desk, flow: FlowStandIn, admin: Desk) -> None:
    assert problem(admin.at(OTHER).get("/visits")) == (503, "not-shown-yet")
    flow.show(SITE, desk.get("/profile").text, LiveVisit(visit="v1", stage=Stage.IN_ROOM), LiveRoom(room="r1", visits=("v1",)))
    visits = desk.get("/visits").json()
    assert (visits["version"], [visit["visit"] for visit in visits["visits"]]) == ([7, 1], ["v1"])
    assert desk.get("/visits/v1").json()["stage"] == "in_room"
    assert problem(desk.get("/visits/v2")) == (404, "unknown-visit")
    assert desk.get("/rooms").json()["rooms"][0]["visits"] == ["v1"]


# --- feeds --------------------------------------------------------------------------------------------------------


def facts(count: int, site_key: str) -> list[dict[str, Any]]:
    return [
        {"type": "checked-in", "visit": f"{site_key}-{n}", "time": "2026-03-02T14:00:00Z", "key": f"{site_key}-{n}"}
        for n in range(count)
    ]


def test_the_good_items_of_a_batch_go_in_and_the_bad_are_listed(feed: Desk, flow: FlowStandIn) -> None:
    good, other = facts(2, uuid4().hex)
    bad = [{**good, "type": "teleported"}, {**good, "visit": f"{MARK} Lopez"}, 7]
    answered = feed.say("/events:batch?wait=true", {"events": [good, *bad, other]})
    assert answered.status_code == 202
    assert MARK not in answered.text
    found = answered.json()
    assert [(item["index"], item["status"]) for item in found["accepted"]] == [(0, "applied"), (4, "applied")]
    assert [item["index"] for item in found["rejected"]] == [1, 2, 3]
    assert all(flow.of(item["event"])[0].intent is Intent.REPORT for item in found["accepted"])


def test_a_batch_sent_again_is_the_same_events_in_the_same_order(feed: Desk, flow: FlowStandIn) -> None:
    events = facts(1000, uuid4().hex)
    first, again = (feed.say("/events:batch?wait=true", {"events": events}).json() for _ in range(2))
    assert [item["event"] for item in first["accepted"]] == [item["event"] for item in again["accepted"]]
    assert {item["status"] for item in again["accepted"]} == {"applied"}
    ids = {item["event"] for item in first["accepted"]}
    wait_until(lambda: sum(seen.id in ids for seen in flow.seen) == 2000)
    assert [seen.id for seen in flow.seen if seen.id in ids] == [item["event"] for item in first["accepted"]] * 2


def test_a_batch_says_kept_for_what_has_no_outcome_in_time(feed: Desk, flow: FlowStandIn) -> None:
    flow.speaks = False
    try:
        answered = feed.say("/events:batch?wait=true", {"events": facts(2, uuid4().hex)})
    finally:
        flow.speaks = True
    assert [item["status"] for item in answered.json()["accepted"]] == ["kept", "kept"]


def test_only_a_clinic_that_follows_its_log_takes_the_times_of_records(feed: Desk, flow: FlowStandIn) -> None:
    [fact] = facts(1, uuid4().hex)
    told = {"events": [{**fact, "recorded_at": "2026-03-02T14:30:00Z"}]}
    assert feed.say("/events:batch", told).json()["rejected"][0]["problem"].startswith("recorded_at:")
    accepted = feed.at(REPLAYED).say("/events:batch?wait=true", told).json()["accepted"]
    assert flow.of(accepted[0]["event"])[0].recordedtime.isoformat() == "2026-03-02T14:30:00+00:00"


def test_nothing_is_entered_by_hand_at_a_clinic_that_follows_its_log(admin: Desk, flow: FlowStandIn) -> None:
    refused = admin.at(REPLAYED).say("/check-ins")
    assert (refused.status_code, refused.json()["code"]) == (409, "follows-its-log")


def test_a_batch_that_is_too_long_is_refused_whole(feed: Desk, flow: FlowStandIn) -> None:
    before = len(flow.seen)
    assert problem(feed.say("/events:batch", {"events": facts(1001, "long")})) == (413, "too-many")
    assert problem(feed.say("/events:batch", {"events": [{"type": "x" * 5_500_000}]})) == (413, "too-large")
    assert len(flow.seen) == before


# --- the service itself -------------------------------------------------------------------------------------------


def test_it_says_how_it_is(http: httpx.Client, desk: Desk) -> None:
    desk.walk_in()
    assert http.get("/healthz").json() == {"status": "alive"}
    ready = http.get("/readyz").json()
    assert ready["ready"]
    assert all(ready["checks"].values())
    assert ready["shown"] == {"outcomes": True}
    metrics = http.get("/metrics").text
    assert 'clinicflow_commands_total{command="walk-in",result="applied"}' in metrics
    assert 'clinicflow_api_requests_total{route="/v1/sites/{site}/check-ins",status="201"}' in metrics
    assert 'clinicflow_api_seconds_count{route="/v1/sites/{site}/check-ins"}' in metrics


def test_every_reference_in_the_description_leads_somewhere(http: httpx.Client) -> None:
    found = http.get("/openapi.json").json()
    references = {part.split('"')[0] for part in http.get("/openapi.json").text.split('"$ref":"#/components/schemas/')[1:]}
    assert "CheckInPatient" in references
    assert references <= set(found["components"]["schemas"])


def test_the_description_says_that_a_command_needs_its_key(http: httpx.Client) -> None:
    operation = http.get("/openapi.json").json()["paths"]["/v1/sites/{site}/check-ins"]["post"]
    assert [said["required"] for said in operation["parameters"] if said["name"] == "Idempotency-Key"] == [True]


def test_the_page_of_the_api_needs_no_other_host(http: httpx.Client) -> None:
    page = http.get("/docs")
    assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {asset.rpartition(".")[2] for asset in assets} == {"js", "css", "png"}
    assert all(http.get(asset).status_code == 200 for asset in assets if asset.startswith("/"))
    assert "//" not in "".join(assets)


def test_the_log_holds_neither_addresses_nor_queries(stack: Stack, desk: Desk) -> None:
    desk.get(f"/visits/{MARK}?name={MARK}")
    desk.say("/check-ins", {MARK: MARK})
    log = "".join(path.read_text(encoding="utf-8") for path in (stack.folder.path / "logs").glob("checkin*"))
    assert "/v1/sites/{site}/check-ins" in log
    assert MARK not in log


def test_without_redis_commands_are_kept_and_reads_say_so(stack: Stack, http: httpx.Client, desk: Desk, flow: FlowStandIn) -> None:
    stack.stop_part("redis")
    try:
        kept = desk.say("/check-ins")
        assert kept.status_code == 202
        assert problem(desk.get("/visits")) == (503, "live-view-away")
        assert problem(desk.get(f"/outcomes/{kept.json()['event']}")) == (503, "live-view-away")
        ready = http.get("/readyz")
        assert (ready.status_code, ready.json()["shown"]) == (200, {"outcomes": False})
    finally:
        stack.start_part("redis")
    wait_until(lambda: desk.say("/check-ins").status_code == 201)
    wait_until(lambda: bool(flow.of(kept.json()["event"])))


def test_without_kafka_nothing_is_said_to_be_saved_and_it_comes_back(
    stack: Stack, http: httpx.Client, desk: Desk, flow: FlowStandIn
) -> None:
    key = str(uuid4())
    flow.rest()
    stack.stop_part("kafka")
    try:
        for _ in range(2):
            refused = desk.say("/check-ins", key=key)
            assert problem(refused) == (503, "not-recorded")
            assert refused.headers["Retry-After"]
        wait_until(lambda: http.get("/readyz").status_code == 503)
        assert http.get("/healthz").status_code == 200
    finally:
        stack.start_part("kafka")
        flow.work()
    wait_until(lambda: http.get("/readyz").status_code == 200)
    wait_until(lambda: desk.say("/check-ins", key=key).status_code == 201, within=40)
    assert len({seen.subject for seen in flow.of(desk.say("/check-ins", key=key).json()["event"])}) == 1


def test_a_restart_forgets_nobody(stack: Stack, desk: Desk) -> None:
    key = str(uuid4())
    first = desk.say("/check-ins", key=key).json()
    stack.stop_part("checkin")
    stack.start_part("checkin")
    assert desk.say("/check-ins", key=key).json() == first

"""The audit trail on real Kafka and Redis: who looked and who did, each once, whatever happens around it."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import redis
from click.testing import CliRunner, Result
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from schemas.audit import AuditRecord
from schemas.live import LiveRoom, LiveVisit
from schemas.partitioning import partition_of
from schemas.summaries import Stage
from schemas.topics import AUDIT
from services.cli.audit import audit
from services.runtime import audit_log
from services.runtime.audit_log import Wanted, trail
from services.runtime.clock import Clock, ClockAnchor
from tests.integration.checkin_alone import OTHER, PROFILE, SITE, CheckinAlone, add, as_json, checkin_alone, fields, names
from tests.integration.test_checkin_api import Desk, facts, problem
from tests.waiting import wait_until

NAMES, PERSON, TRAIL = "viewed-name", "viewed-person", "viewed-audit"
BAD = (b"no json", b"{}", None)
"""What one test puts on the trail."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckinAlone]:
    with checkin_alone(tmp_path_factory.mktemp("audit")) as running:
        yield running


@pytest.fixture(scope="module")
def desk(clinic: CheckinAlone) -> Desk:
    return clinic.hire("desk-1", "desk")


@pytest.fixture(scope="module")
def auditor(clinic: CheckinAlone) -> Desk:
    return clinic.hire("auditor-1", "auditor")


def of(clinic: CheckinAlone, **wanted: str) -> list[AuditRecord]:
    """What stands on the topic and names all of this."""
    return [record for record in clinic.audited() if all(getattr(record, name) == value for name, value in wanted.items())]


def look(desk: Desk, **asked: str) -> Any:
    """Read the trail at its address."""
    return as_json(desk.send("GET", f"/v1/sites/{desk.site}/audit", {}, params=asked))


def run(clinic: CheckinAlone, *words: str) -> Result:
    return CliRunner().invoke(audit, ["--site", SITE, *words], env=clinic.stack.environment, catch_exceptions=False)


# --- who looked ---------------------------------------------------------------------------------------------------


def test_every_name_that_is_shown_leaves_one_record_and_it_survives_a_wipe_of_redis(clinic: CheckinAlone, desk: Desk) -> None:
    people = [add(desk) for _ in range(5)]
    for _ in range(3):
        assert len(as_json(names(desk, *people, people[0], "p-nobody"))["people"]) == 5
    with redis.Redis.from_url(clinic.stack.around.redis_url) as shown:
        shown.flushall()
    assert len(as_json(names(desk, *people))["people"]) == 5
    for person in people:
        [seen] = of(clinic, person=person, action=NAMES)
        assert (seen.actor, seen.site, seen.outcome, seen.visit, seen.event) == ("token:desk-1", SITE, "done", None, None)
    assert of(clinic, person="p-nobody") == []


def test_each_who_looks_leaves_a_record_of_their_own(clinic: CheckinAlone, desk: Desk) -> None:
    person = add(desk)
    nurse = clinic.hire("nurse-1", "clinical")
    for somebody in (desk, nurse):
        as_json(names(somebody, person))
    assert sorted(record.actor for record in of(clinic, person=person, action=NAMES)) == ["token:desk-1", "token:nurse-1"]


def test_a_look_at_all_that_is_known_is_recorded_each_time(clinic: CheckinAlone, desk: Desk) -> None:
    person = add(desk)
    for _ in range(2):
        as_json(desk.get(f"/people/{person}"))
    assert len({record.id for record in of(clinic, person=person, action=PERSON)}) == 2


def test_a_look_that_a_restarted_process_records_again_is_read_as_one(clinic: CheckinAlone, desk: Desk, auditor: Desk) -> None:
    person = add(desk)
    as_json(names(desk, person))
    clinic.stack.stop_part("checkin")
    clinic.stack.start_part("checkin")
    as_json(names(desk, person))
    written = of(clinic, person=person, action=NAMES)
    quarters = {record.at.replace(minute=record.at.minute // 15 * 15, second=0, microsecond=0) for record in written}
    assert len(written) == 2
    assert len({record.id for record in written}) == len(quarters)
    shown = [record for record in look(auditor, person=person)["records"] if record["action"] == NAMES]
    assert len(shown) == len(quarters)
    assert datetime.fromisoformat(shown[-1]["at"]) == written[0].at


# --- who did ------------------------------------------------------------------------------------------------------


def test_each_command_is_recorded_with_what_came_of_it(clinic: CheckinAlone, desk: Desk, auditor: Desk) -> None:
    person, room = add(desk), {"room": "east"}
    first = as_json(desk.say("/check-ins", {"person": person}))
    second = desk.walk_in()
    held = desk.say(f"/visits/{first['visit']}/room", room).json()["event"]
    refused = desk.say(f"/visits/{second['visit']}/room", room)
    assert refused.status_code == 409
    assert problem(auditor.say(f"/visits/{second['visit']}/room", room)) == (403, "not-allowed")
    [arrived] = of(clinic, event=first["event"])
    assert (arrived.action, arrived.outcome, arrived.visit, arrived.person) == ("walk-in", "done", first["visit"], person)
    [roomed] = of(clinic, event=held)
    assert (roomed.action, roomed.outcome, roomed.actor) == ("room", "done", "token:desk-1")
    told = [(record.action, record.outcome, record.actor, record.event) for record in of(clinic, visit=second["visit"])]
    assert told == [
        ("walk-in", "done", "token:desk-1", second["event"]),
        ("room", "refused", "token:desk-1", refused.json()["event"]),
        ("room", "denied", "token:auditor-1", None),
    ]


def test_a_repeated_command_is_read_as_one(clinic: CheckinAlone, desk: Desk) -> None:
    key = str(uuid4())
    [event] = {as_json(desk.say("/check-ins", key=key))["event"] for _ in range(2)}
    assert len({record.id for record in of(clinic, event=event)}) == 1


def test_a_command_that_flow_has_not_decided_is_kept_and_later_done(clinic: CheckinAlone, desk: Desk) -> None:
    key = str(uuid4())
    clinic.flow.speaks = False
    try:
        kept = desk.say("/check-ins", key=key)
    finally:
        clinic.flow.speaks = True
    assert kept.status_code == 202
    assert desk.say("/check-ins", key=key).status_code == 201
    assert [record.outcome for record in of(clinic, event=kept.json()["event"])] == ["kept", "done"]


def test_what_is_refused_before_it_is_on_the_log_is_recorded_too(clinic: CheckinAlone, desk: Desk) -> None:
    key, somebody = str(uuid4()), clinic.hire("hasty-1", "desk")
    for name in ("Ann Invented", "Ben Invented"):
        answered = somebody.say("/people", {"name": name}, key=key)
    assert problem(answered) == (409, "key-reused")
    assert [(record.action, record.outcome) for record in of(clinic, actor="token:hasty-1")] == [
        ("add-person", "done"), ("add-person", "refused"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"content": b'{"queue": "Maria-Planted'}, 400), ({"json": {"Maria-Planted": "A"}}, 422), ({"json": {"queue": "Maria-Planted"}}, 422),
        ({"json": {"person": "Maria-Planted"}}, 422), ({"json": {"happened_at": "2199-03-02T09:00:00Z"}}, 422), ({"content": b" " * 6_500_000}, 413),
    ],
)  # fmt: skip
def test_a_command_that_says_what_it_must_not_leaves_one_record_and_nothing_of_it(
    clinic: CheckinAlone, body: dict[str, Any], status: int
) -> None:
    somebody = clinic.hire(f"wrong-{uuid4().hex[:8]}", "desk")
    answered = somebody.send("POST", f"/v1/sites/{SITE}/check-ins", {"Idempotency-Key": "Maria-Planted"}, **body)
    assert answered.status_code == status
    [record] = [record for record in of(clinic, action="walk-in", outcome="refused") if record.actor.startswith("token:wrong-")][
        -1:
    ]
    assert "maria" not in record.model_dump_json().lower()
    assert len([one for one in clinic.audited() if one.actor == record.actor]) == 1


def test_whoever_left_a_room_unnoticed_is_on_the_trail_of_their_own_visit(clinic: CheckinAlone, desk: Desk) -> None:
    gone, here = desk.walk_in()["visit"], desk.walk_in()["visit"]
    left = {"visit": gone, "left_at": datetime.now(UTC).isoformat()}
    as_json(desk.say(f"/visits/{here}/room", {"room": "west", "forgotten": left}))
    assert [record.action for record in of(clinic, visit=gone)] == ["walk-in", "check-out"]
    assert [record.action for record in of(clinic, visit=here)] == ["walk-in", "room"]


def test_profiles_batches_and_people_are_recorded_too(clinic: CheckinAlone, desk: Desk) -> None:
    feed, person = clinic.hire("feed-1", "integration"), add(desk)
    as_json(desk.say(f"/people/{person}", {"payer": "X"}, method="PUT"))
    boss = clinic.hire("boss-1", "admin")
    as_json(boss.say("/profile", PROFILE, method="PUT"))
    facts = [{"type": "checked-in", "visit": f"v-{uuid4()}", "time": "2026-03-02T14:00:00Z"}]
    for events, expected in ((facts, 202), ([7], 202)):
        assert feed.say("/events:batch", {"events": events}).status_code == expected
    assert problem(desk.say("/profile", PROFILE, method="PUT")) == (403, "not-allowed")
    assert problem(desk.say("/events:batch", {"events": facts})) == (403, "not-allowed")
    assert [(record.action, record.outcome) for record in of(clinic, actor="token:feed-1")] == [
        ("batch", "done"),
        ("batch", "refused"),
    ]
    assert [(record.action, record.outcome) for record in of(clinic, actor="token:boss-1")] == [("change-profile", "done")]
    assert [record.action for record in of(clinic, person=person)] == ["add-person", "change-person"]
    denied = Counter(record.action for record in of(clinic, actor="token:desk-1", outcome="denied"))
    assert denied["change-profile"] == denied["batch"] == 1


@pytest.mark.parametrize(("path", "method", "action"), [
    ("/people", "POST", "add-person"), ("/people/{person}", "PUT", "change-person"), ("/people/{person}", "GET", PERSON),
    ("/people/names", "POST", NAMES), ("/audit", "GET", TRAIL), ("/check-ins", "POST", "walk-in"),
])  # fmt: skip
def test_whoever_may_not_is_recorded_as_denied(clinic: CheckinAlone, desk: Desk, path: str, method: str, action: str) -> None:
    person, manager = add(desk), clinic.hire(f"manager-{uuid4().hex[:6]}", "manager")
    assert problem(manager.say(path.format(person=person), method=method)) == (403, "not-allowed")
    actor = next(record.actor for record in reversed(clinic.audited()) if record.outcome == "denied")
    assert actor.startswith("token:manager-")
    [denied] = of(clinic, actor=actor)
    assert (denied.action, denied.outcome, denied.person) == (action, "denied", person if "{person}" in path else None)


def test_whoever_tries_another_clinic_is_on_that_clinics_trail(clinic: CheckinAlone, desk: Desk) -> None:
    assert problem(desk.at(OTHER).get(f"/people/{uuid4()}")) == (403, "other-clinic")
    [tried] = of(clinic, site=OTHER, actor="token:desk-1")
    assert (tried.action, tried.outcome) == (PERSON, "denied")
    before = len(clinic.audited())
    assert problem(desk.at("nowhere").get("/people/p-1")) == (403, "other-clinic")
    assert problem(Desk(clinic.http, "cf_x_y", SITE).get("/people/p-1")) == (401, "no-token")
    assert len(clinic.audited()) == before


# --- read it ------------------------------------------------------------------------------------------------------


def test_who_looked_at_this_patient_and_what_did_this_user_see_are_answered(
    clinic: CheckinAlone, desk: Desk, auditor: Desk
) -> None:
    person, nurse = add(desk), clinic.hire("nurse-2", "clinical")
    as_json(names(nurse, person))
    visit = as_json(desk.say("/check-ins", {"person": person}))["visit"]
    looked = look(auditor, person=person)
    assert looked["complete"]
    assert [(record["actor"], record["action"]) for record in looked["records"]] == [
        ("token:desk-1", "walk-in"), ("token:nurse-2", NAMES), ("token:desk-1", "add-person"),
    ]  # fmt: skip
    assert [record["person"] for record in look(auditor, actor="token:nurse-2")["records"]] == [person]
    assert [record["action"] for record in look(auditor, visit=visit)["records"]] == ["walk-in"]
    assert look(auditor, person=person, actor="token:nobody")["records"] == []
    assert [record.action for record in of(clinic, person=person, actor="token:auditor-1")] == [TRAIL] * 2
    assert "Invented" not in json.dumps(looked)


def test_whoever_asks_the_trail_finds_staff_by_name_and_patients_by_ticket(clinic: CheckinAlone, auditor: Desk) -> None:
    clinic.hire("away-1", "desk", OTHER)
    actors = {one["actor"]: one["name"] for one in as_json(auditor.get("/audit/actors"))["actors"]}
    assert actors["token:auditor-1"] is None
    assert "token:away-1" not in actors, "who doesn't reach the clinic"
    shown = LiveVisit(visit="v-ann", ticket="A07", person="p-ann", stage=Stage.WAITING, checked_in_ms=7)
    clinic.flow.show(SITE, clinic.admin.get("/profile").text, shown, LiveRoom(room="r1"))
    [found] = as_json(auditor.get("/audit/tickets/A07"))["visits"]
    assert found == {"visit": "v-ann", "person": "p-ann", "stage": "waiting", "since_ms": 7}
    assert problem(auditor.get("/audit/tickets/A08")) == (404, "unknown-ticket")
    assert problem(auditor.get("/audit/tickets/Ann")) == (422, "invalid")


def test_the_trail_is_of_the_times_asked_for_and_says_where_there_is_more(auditor: Desk, desk: Desk) -> None:
    people = [add(desk) for _ in range(4)]
    added = [record for record in look(auditor, actor="token:desk-1")["records"] if record["person"] in people]
    assert [record["person"] for record in added] == people[::-1]
    some = look(auditor, since=added[2]["at"], until=added[0]["at"], actor="token:desk-1")
    assert [record["person"] for record in some["records"]] == [people[2], people[1]]
    assert some["complete"]
    newest = look(auditor, limit="2", actor="token:desk-1", until=added[1]["at"])
    assert (len(newest["records"]), newest["complete"]) == (2, False)
    assert newest["records"][0]["person"] == people[1]
    assert look(auditor, since=(datetime.now(UTC) + timedelta(days=1)).isoformat()) == {"records": [], "complete": True}


def test_a_long_trail_is_read_back_step_by_step(clinic: CheckinAlone, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "STEP", 7)
    people = [add(desk) for _ in range(30)]
    found = trail(clinic.settings, Clock(), Wanted(SITE, LONG_AGO, limit=10_000))
    every = {record.id: record for record in reversed(clinic.audited()) if record.site == SITE}
    assert found.complete
    assert {record.id: record for record in found.records} == every
    assert [record.at for record in found.records] == sorted((record.at for record in every.values()), reverse=True)
    assert [record.person for record in found.records if record.action == "add-person"][:30] == people[::-1]
    some = trail(clinic.settings, Clock(), Wanted(SITE, LONG_AGO, limit=10))
    assert (some.records, some.complete) == (found.records[:10], False)
    assert trail(clinic.settings, Clock(), Wanted(SITE, LONG_AGO), seconds=0).complete is False
    only = trail(clinic.settings, Clock(), Wanted(SITE, LONG_AGO, person=people[-1], limit=1))
    assert (len(only.records), only.complete) == (1, True)


def test_the_trail_of_a_clinic_whose_clock_runs_ahead_is_read_by_that_clock(clinic: CheckinAlone) -> None:
    now = datetime.now(UTC)
    ahead = AuditRecord(id=str(uuid4()), site=SITE, actor="user:ahead", action="room", outcome="done", at=now + timedelta(days=30))
    clinic.put(AUDIT, SITE, ahead.model_dump_json().encode())
    clock = Clock(ClockAnchor(speed=60, anchor_real=now, anchor_clock=now + timedelta(days=30)))
    assert trail(clinic.settings, clock, Wanted(SITE, now + timedelta(days=29), actor="user:ahead")).records == [ahead]


def test_a_record_that_cannot_be_read_hides_none_of_the_others(
    clinic: CheckinAlone, desk: Desk, auditor: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "STEP", 2)
    beside = next(site for site in map("clinic-{}".format, range(99)) if partition_of(site.encode()) == partition_of(SITE.encode()))
    for bad in BAD:
        clinic.put(AUDIT, SITE, bad)
        clinic.put(AUDIT, beside, bad)
    person = add(desk)
    assert len(look(auditor, person=person)["records"]) == 1
    assert trail(clinic.settings, Clock(), Wanted(SITE, LONG_AGO)).unreadable == len(BAD)


def test_it_is_exported_for_a_spreadsheet(desk: Desk, auditor: Desk) -> None:
    person = add(desk)
    answered = auditor.send("GET", f"/v1/sites/{SITE}/audit", {}, params={"person": person, "format": "csv"})
    assert (answered.status_code, answered.headers["Clinicflow-Complete"]) == (200, "true")
    assert answered.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answered.headers["Content-Disposition"] == 'attachment; filename="audit-riverside.csv"'
    [row] = csv.DictReader(io.StringIO(answered.text))
    assert (row["actor"], row["action"], row["outcome"], row["person"], row["visit"]) == (
        "token:desk-1",
        "add-person",
        "done",
        person,
        "",
    )
    assert re.fullmatch(r"20[0-9-]{8}T[0-9:.]+Z", row["at"])


def test_a_question_that_makes_no_sense_is_told_what_is_wrong(auditor: Desk) -> None:
    def wrong(**asked: str) -> dict[str, str]:
        return fields(auditor.send("GET", f"/v1/sites/{SITE}/audit", {}, params=asked))

    assert set(wrong(person="Ann Invented", since="yesterday", limit="0", format="xml")) == {"person", "since", "limit", "format"}


def test_the_command_line_answers_the_same_and_the_operators_look_is_recorded(clinic: CheckinAlone, desk: Desk) -> None:
    person = add(desk)
    as_json(names(desk, person))
    printed = run(clinic, "--person", person, "--json")
    assert printed.exit_code == 0, printed.output
    assert [json.loads(line)["action"] for line in printed.stdout.splitlines()] == [NAMES, "add-person"]
    [looked] = [record for record in of(clinic, person=person) if record.action == TRAIL]
    assert looked.actor.startswith("operator:")
    assert f"person {person}" in run(clinic, "--person", person, "--since", "1h").stdout
    [first, *_] = csv.DictReader(io.StringIO(run(clinic, "--actor", looked.actor, "--csv").stdout))
    assert (first["action"], first["actor"]) == (TRAIL, looked.actor)
    assert "There is more" in run(clinic, "--limit", "1").stderr
    assert "Nothing on the audit trail" in run(clinic, "--visit", "v-none").stderr
    assert run(clinic, "--person", person, "--visit", "v-1").exit_code == 2
    assert run(clinic, "--json", "--csv").exit_code == 2


# --- when it cannot be written ------------------------------------------------------------------------------------


def test_while_the_trail_takes_nothing_commands_are_done_and_counted_and_no_name_is_shown(
    clinic: CheckinAlone, desk: Desk, auditor: Desk
) -> None:
    person, feed = add(desk), clinic.hire("feed-2", "integration")
    longest(clinic, "10")
    try:
        wait_until(lambda: names(desk, person).status_code == 503)
        before = unrecorded(clinic)
        visit = desk.walk_in()["visit"]
        assert desk.say(f"/visits/{visit}/call").status_code == 201
        assert problem(auditor.say("/check-ins")) == (403, "not-allowed")
        assert unrecorded(clinic) == before + 3
        with ThreadPoolExecutor(8) as desks:
            batches = [desks.submit(feed.say, "/events:batch", {"events": facts(1000, uuid4().hex)}) for _ in range(5)]
            assert set(desks.map(lambda _: desk.say("/check-ins").status_code, range(40))) <= {201, 202}
            assert {batch.result().status_code for batch in batches} == {202}
        assert unrecorded(clinic) == before + 48
        assert problem(names(desk, person)) == problem(desk.get(f"/people/{person}")) == (503, "names-away")
        assert problem(auditor.get("/audit")) == (503, "audit-away")
        assert problem(desk.say(f"/people/{person}", {"payer": "X"}, method="PUT")) == (503, "not-recorded")
    finally:
        longest(clinic, "1048588")
    wait_until(lambda: names(desk, person).status_code == 200)
    assert "audit-unrecorded" in clinic.log()
    assert not any(name in clinic.log() for name in (person, visit))
    wait_until(lambda: desk.say("/check-ins").status_code == 201)
    assert unrecorded(clinic) == before + 48


def unrecorded(clinic: CheckinAlone) -> float:
    found = re.search(r"^clinicflow_audit_unrecorded_total ([0-9.]+)$", clinic.http.get("/metrics").text, re.MULTILINE)
    assert found
    return float(found[1])


def longest(clinic: CheckinAlone, size: str) -> None:
    """Let the broker take no record of the trail that is longer."""
    topic = AUDIT.name(clinic.stack.around.namespace)
    admin: Any = KafkaAdminClient(bootstrap_servers=clinic.stack.around.kafka_bootstrap)
    with closing(admin):
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": size})])


def test_without_kafka_the_trail_stays_closed_and_comes_back_whole(clinic: CheckinAlone, desk: Desk, auditor: Desk) -> None:
    person = add(desk)
    clinic.flow.rest()
    clinic.stack.stop_part("kafka")
    try:
        assert problem(auditor.get("/audit")) == (503, "audit-away")
        command = [sys.executable, "-m", "services.cli", "audit", "--site", SITE, "--person", person]
        closed = subprocess.run(
            command, env=os.environ | clinic.stack.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert (closed.returncode, closed.stdout, "stays closed" in closed.stderr) == (1, "", True)
    finally:
        clinic.stack.start_part("kafka")
        clinic.flow.work()
    wait_until(lambda: auditor.get("/audit").status_code == 200, within=40)
    assert [record["action"] for record in look(auditor, person=person)["records"]] == ["add-person"]


def test_a_record_on_its_way_when_kafka_dies_does_not_keep_the_next_ones_off_the_trail(clinic: CheckinAlone, desk: Desk) -> None:
    kafka = clinic.stack.part("kafka")
    clinic.flow.rest()
    first = kafka.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)  # so that the record stays on its way
    lost = unrecorded(clinic)
    assert problem(desk.get("/audit")) == (403, "not-allowed")
    assert unrecorded(clinic) == lost + 1
    kafka.kill()
    wait_until(lambda: kafka.pid not in {None, first} and kafka.is_up, within=60)
    clinic.flow.work()

    def is_recorded() -> bool:
        before = unrecorded(clinic)
        assert problem(desk.get("/audit")) == (403, "not-allowed")
        return unrecorded(clinic) == before

    wait_until(is_recorded, within=40)


def test_desks_that_look_all_at_once_leave_no_name_unrecorded(clinic: CheckinAlone, desk: Desk) -> None:
    with ThreadPoolExecutor(8) as desks:
        people = list(desks.map(lambda _: add(desk), range(100)))
        shown = list(desks.map(lambda _: len(as_json(names(desk, *people))["people"]), range(8)))
    assert shown == [100] * 8
    ids = {(record.person, record.id) for record in of(clinic, action=NAMES) if record.person in people}
    assert Counter(person for person, _ in ids) == Counter(people)

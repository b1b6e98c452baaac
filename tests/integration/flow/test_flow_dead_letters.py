"""What can't be used is set aside, shown, and retried: then the state is as if it had come in time (I3, I8, I12)."""

import json
from base64 import b64decode
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.codec import SiteEvent, encode
from schemas.dead_letters import DeadLetterReason
from schemas.envelope import Intent
from schemas.partitioning import partition_of
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from services.runtime.clock import Clock as Wall
from tests.builders import Clinic
from tests.integration.flow.installation import Installation
from tests.integration.flow.operator import Operator
from tests.unit.flow.folding import plain, truth
from tests.waiting import wait_until

SITE = "late-clinic"
MIB = 1024 * 1024


@pytest.fixture
def operator(clinics: Installation, tmp_path: Path) -> Operator:
    return Operator(clinics, tmp_path / "nowhere")


def a_clinic(**profile: Any) -> Clinic:
    """A feed of a clinic that lives now; its profile first."""
    wall = Wall().now() - timedelta(minutes=30)
    clinic = Clinic(SITE, opens=None, **profile).feed()
    clinic.changes_profile(wall)
    return clinic


def told(clinics: Installation, events: Iterable[SiteEvent]) -> list[tuple[int, int]]:
    """Put events on the log; says where they stand."""
    return [clinics.put(*encode(event)) for event in events]


def facts(site: Site) -> bytes:
    """A site's state as bytes, apart from offsets, tickets and the order in which it learnt of things."""
    known = {visit.id: sorted(fact._replace(offset=0) for fact in visit.facts.values()) for visit in site.visits.values()}
    return plain(truth(site) | {"facts": known, "profile": site.profile.model_dump(mode="json")})


def assert_as_if_in_time(clinics: Installation, *events: SiteEvent) -> None:
    """Assert that flow's own last snapshot is what these events give that came in this order."""
    wait_until(clinics.is_saved, 20, "a snapshot of all")
    site = clinics.saved.site(SITE)
    clinic = Clinic(SITE, opens=None)
    state = PartitionState(partition_of(SITE.encode()))
    for event in events:
        effects = Effects()
        state.fold(clinic.log.append(event), effects)
        assert effects.dead == []
    state.tick(site.clock or 0, Effects())
    assert facts(state.sites[SITE]) == facts(site)


def test_what_came_before_its_sites_profile_is_retried_once_the_profile_is_there(clinics: Installation, operator: Operator) -> None:
    clinic = a_clinic()
    now = Wall().now()
    clinic.check_in("ann", now - timedelta(minutes=20))
    clinic.room("ann", now - timedelta(minutes=10), "r1")
    clinic.room("nobody", now - timedelta(minutes=9), "r2", intent=Intent.COMMAND)
    clinic.check_in("bob", now - timedelta(minutes=5))
    profile, *early, last = [record.event for record in clinic.records]
    worker = clinics.flow()
    places = told(clinics, early)
    worker.wait_ready()
    ids = operator.waits_for(places, DeadLetterReason.UNKNOWN_SITE)
    assert [letter["id"] for letter in operator.letters("--site", SITE, "--reason", "unknown-site", "--since", "1h")] == ids[::-1]
    assert operator.letters("--site", "another") == []

    too_early = operator.says("retry", ids[0], "--yes")
    assert (too_early.exit_code, "set aside again, unknown-site" in too_early.output) == (1, True)
    told(clinics, [profile, last])
    asked = operator.says("retry", "--all", "--site", SITE)
    assert asked.exit_code == 1, "it asks first, and nobody answers"
    retried = operator.says("retry", "--all", "--site", SITE, "--yes")
    assert retried.exit_code == 0, retried.output
    assert (retried.output.count(": applied."), retried.output.count(": refused, unknown-visit.")) == (2, 1), retried.output
    assert retried.output.startswith(f"{ids[1]} is on the log again as "), "the one that came back has a new id"
    assert all(letter["retries"] for letter in operator.letters())
    assert operator.says("retry", "--all", "--yes").exit_code == 1
    assert operator.says("retry", ids[1], "--yes").output.count(": applied.") == 1, "asked for by name; flow knows it by now"
    assert_as_if_in_time(clinics, profile, *early, last)


def test_what_claims_a_time_to_come_is_retried_when_that_time_has_come(clinics: Installation, operator: Operator) -> None:
    clinic = a_clinic()
    begun = Wall().now()
    clinic.check_in("ann", begun, recorded=begun + timedelta(seconds=132))
    clinic.check_in("bob", begun)
    worker = clinics.flow()
    worker.wait_ready()
    events = [record.event for record in clinic.records]
    places = told(clinics, events)
    [first] = operator.waits_for(places[1:2], DeadLetterReason.TIME_IN_FUTURE)
    again = operator.says("retry", first, "--yes")
    assert (again.exit_code, "set aside again, time-in-future" in again.output) == (1, True), again.output
    wait_until(lambda: Wall().now() > begun + timedelta(seconds=12.5), 20, "the time it claims")
    retried = operator.says("retry", "--reason", "time-in-future", "--yes")
    assert (retried.exit_code, retried.output.count(": applied.")) == (0, 1), retried.output
    assert_as_if_in_time(clinics, *events)


def test_what_a_newer_release_wrote_is_retried_by_the_flow_that_knows_it(clinics: Installation, operator: Operator) -> None:
    clinic = a_clinic()
    now = Wall().now()
    clinic.check_in("ann", now - timedelta(minutes=9))
    clinic.check_in("bob", now - timedelta(minutes=8))
    clinic.prioritize("bob", now - timedelta(minutes=7), 1)
    clinic.room("ann", now - timedelta(minutes=6), "r1")
    events = [record.event for record in clinic.records]
    older = clinics.flow("1", "older-release")
    older.wait_ready()
    places = told(clinics, events)
    operator.waits_for([places[3]], DeadLetterReason.NEWER_VERSION)
    older.ask_to_stop()
    assert older.exit_code(within=20) == 0, older.last_words
    retried = operator.says("retry", "--reason", "newer-version", "--yes")
    assert (retried.exit_code, retried.output.count("Are flow and Redis running?")) == (0, 1), retried.output
    clinics.flow().wait_ready()
    assert_as_if_in_time(clinics, *events)


def test_what_ended_flow_is_retried_by_the_flow_that_has_it_mended(clinics: Installation, operator: Operator) -> None:
    clinic = a_clinic()
    now = Wall().now()
    clinic.check_in("ann", now - timedelta(minutes=9))
    trouble = clinic.room("ann", now - timedelta(minutes=8), "r1")
    clinic.see("ann", now - timedelta(minutes=7))
    events = [record.event.model_copy(update={"actor": "trouble"} if record is trouble else {}) for record in clinic.records]
    broken = clinics.flow("1", "fold-raises", starts_in_a_row=3)
    places = told(clinics, events)
    operator.waits_for([places[2]], DeadLetterReason.UNFOLDABLE)
    broken.ask_to_stop()
    assert broken.exit_code(within=20) == 0, broken.last_words
    clinics.flow().wait_ready()
    retried = operator.says("retry", "--reason", "unfoldable", "--yes")
    assert (retried.exit_code, retried.output.count(": applied.")) == (0, 1), retried.output
    assert_as_if_in_time(clinics, *events)


def test_what_tells_of_a_closed_visit_is_retried_under_a_longer_retention(clinics: Installation, operator: Operator) -> None:
    clinic = a_clinic(retention_hours=1)
    now = Wall().now()
    clinic.check_in("ann", now - timedelta(hours=3), recorded=now)
    clinic.check_in("bob", now)
    clinic.changes_profile(now, retention_hours=24)
    first, late, other, longer = [record.event for record in clinic.records]
    worker = clinics.flow()
    worker.wait_ready()
    places = told(clinics, [first, late, other])
    operator.waits_for([places[1]], DeadLetterReason.VISIT_CLOSED)
    told(clinics, [longer])
    retried = operator.says("retry", "--reason", "visit-closed", "--yes")
    assert (retried.exit_code, retried.output.count(": applied.")) == (0, 1), retried.output
    assert_as_if_in_time(clinics, longer, late, other)


def test_bytes_that_no_fix_makes_an_event_are_shown_whole_and_come_back_as_they_were(
    clinics: Installation, operator: Operator
) -> None:
    worker = clinics.flow()
    worker.wait_ready()
    headers = [("sender", b"\xff\x00"), ("sender", b"lab"), ("nothing", b"")]
    key, value = encode(a_clinic().records[0].event)
    places = {
        DeadLetterReason.NOT_JSON: clinics.put(b"\xfe\xff", b"MSH|^~\\&|\r\x1b[2J", headers=headers),
        DeadLetterReason.INVALID: clinics.put(SITE.encode(), '{"name":"Zoë Planted (invented)"}'.encode()),
        DeadLetterReason.EMPTY: clinics.put(SITE.encode(), None),
        DeadLetterReason.WRONG_SITE: clinics.put(key, value, partition=(partition_of(key) + 1) % 12),
    }  # fmt: skip
    ids = {reason: operator.waits_for([place], reason)[0] for reason, place in places.items()}
    shown = operator.says("show", ids[DeadLetterReason.NOT_JSON]).output
    assert "MSH|^~\\&|\\r\\x1b[2J" in shown
    assert "base64:/v8=" in shown
    assert "header    sender: lab" in shown
    assert "Zoë Planted (invented)" in operator.says("show", ids[DeadLetterReason.INVALID]).output
    assert "Zoë" not in operator.says("list").output
    assert not worker.has_said("Planted")

    again = operator.says("retry", "--all", "--yes")
    assert again.exit_code == 1
    assert again.stdout.count("set aside again") == 3, again.output
    assert f"{ids[DeadLetterReason.EMPTY]} is left out" in again.stderr
    [back] = [letter for letter in operator.letters("--reason", "not-json") if not letter["retries"]]
    record = json.loads(operator.says("show", back["id"], "--json").stdout)["record"]
    assert (b64decode(record["key"]), b64decode(record["value"])) == (b"\xfe\xff", b"MSH|^~\\&|\r\x1b[2J")
    assert [(name, b64decode(value)) for name, value in record["headers"]] == headers


def test_the_longest_record_that_the_log_takes_is_set_aside_and_flow_goes_on(clinics: Installation, operator: Operator) -> None:
    clinic = a_clinic()
    clinic.check_in("ann", Wall().now())
    worker = clinics.flow()
    worker.wait_ready()
    place = clinics.put(SITE.encode(), b"\xff" * (MIB - 200))
    told(clinics, [record.event for record in clinic.records])
    [name] = operator.waits_for([place], DeadLetterReason.NOT_JSON)
    assert f"{MIB - 200} bytes" in operator.says("show", name).output
    clinics.assert_right(worker)


def test_each_thing_that_can_be_missing_is_said_in_a_sentence(clinics: Installation, operator: Operator, tmp_path: Path) -> None:
    for name, told in (("KAFKA_BOOTSTRAP", "127.0.0.1:1"), ("NAMESPACE", "nothing-here")):
        away = operator.says_elsewhere("list", **{f"CLINICFLOW_{name}": told})
        assert (away.returncode, away.stdout, away.stderr.count("\n")) == (1, "", 1), away.stderr
        assert away.stderr.startswith("Error: Kafka can't be read, or has no topics yet. Is the stack running?")
    empty = operator.says("list")
    assert (empty.exit_code, empty.output) == (0, "No dead letters: every record of the last 30 days could be used.\n")
    assert operator.says("retry", "--all", "--yes").exit_code == 1

    clinics.flow().wait_ready()
    [name] = operator.waits_for([clinics.put(SITE.encode(), b"[")], DeadLetterReason.NOT_JSON)
    unknown = operator.says("show", "0/99999")
    assert (unknown.exit_code, unknown.output.startswith("Error: There is no dead letter 0/99999.")) == (1, True)
    for words in (["show", name], ["retry", name, "--yes"]):
        lost = operator.says(*words, CLINICFLOW_SECRETS_DIR=str(tmp_path / "no-secrets"))
        assert (lost.exit_code, "dead-letters.key can't be read" in lost.output) == (1, True)
    other = tmp_path / "other-secrets"
    other.mkdir()
    (other / "dead-letters.key").write_bytes(b"k" * 32)
    wrong = operator.says("show", name, CLINICFLOW_SECRETS_DIR=str(other))
    assert (wrong.exit_code, "The key here does not open it" in wrong.output) == (1, True)
    assert not (tmp_path / "no-secrets").exists(), "a key that is made anew would open nothing"

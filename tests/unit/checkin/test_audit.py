"""Records of the audit trail: the same act in the same look is the same record, and nothing that may be a name is on it."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.audit import AuditRecord
from schemas.dead_letters import DeadLetterReason
from schemas.outcomes import Outcome, OutcomeStatus, Refusal
from services.checkin.domain.audit import VIEWED_NAME, Act, act_of, look_at, made_here, record_of
from services.checkin.domain.commands import COMMANDS, Command
from services.checkin.domain.events import event_of
from tests.unit.checkin.said import ALL, BODIES, BY_NAME, NOW, SITE, asked, thing

SEEN = Act(VIEWED_NAME, person="p-1")


def record(act: Act = SEEN, actor: str = "user:kim", site: str = SITE, at: datetime = NOW) -> AuditRecord:
    return record_of(act, actor, site, look_at(at), at)


def test_the_same_name_seen_again_within_a_quarter_of_an_hour_is_one_look() -> None:
    assert NOW.minute == 0
    assert record().id == record(at=NOW + timedelta(minutes=14, seconds=59)).id
    assert record().id != record(at=NOW + timedelta(minutes=15)).id
    assert record().id != record(at=NOW - timedelta(microseconds=1)).id
    assert record().id != record(at=NOW + timedelta(days=1)).id


def test_another_who_whom_what_or_where_is_another_record() -> None:
    others = [
        record(actor="user:lee"), record(site="hillside"), record(Act(VIEWED_NAME, person="p-2")), record(Act("viewed-person", person="p-1")),
        record(Act(VIEWED_NAME, person="p-1", visit="v-1")), record(Act(VIEWED_NAME, "denied", person="p-1")), record(Act(VIEWED_NAME, visit="p-1")),
    ]  # fmt: skip
    assert len({one.id for one in (record(), *others)}) == 1 + len(others)


def test_a_record_says_who_did_what_and_when() -> None:
    said = record(Act("room", "refused", "v-1", "p-1", "e-1"))
    assert said.model_dump(exclude={"id"}, exclude_none=True) == {
        "site": SITE, "actor": "user:kim", "action": "room", "outcome": "refused", "visit": "v-1", "person": "p-1", "event": "e-1", "at": NOW,
    }  # fmt: skip


def outcome(status: OutcomeStatus, reason: str | None = None) -> Outcome:
    return Outcome(event="e-1", fingerprint="0" * 16, site=SITE, status=status, reason=reason)


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (outcome(OutcomeStatus.APPLIED), "done"),
        (outcome(OutcomeStatus.REFUSED, Refusal.ROOM_HELD), "refused"),
        (outcome(OutcomeStatus.DEAD_LETTERED, DeadLetterReason.VISIT_CLOSED), "refused"),
        (None, "kept"),
    ],
)
def test_a_command_ends_as_flow_has_answered_it(answer: Outcome | None, ended: str) -> None:
    command = BY_NAME["room"]
    event = event_of(command, asked(), "visit-1", command.body.model_validate(BODIES["room"]))
    assert act_of("room", event, answer) == Act("room", ended, "visit-1", None, event.id)  # type: ignore[arg-type]  # a parameter


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_every_command_can_stand_on_the_trail(command: Command) -> None:
    event = event_of(command, asked(), thing(command), command.body.model_validate(BODIES[command.name]))
    act = act_of(command.name, event, None)
    assert record(act).action == command.name
    assert (act.visit == event.subject) is event.type.startswith("clinicflow.visit.")


def test_a_patient_who_is_named_in_a_command_is_on_the_trail() -> None:
    [walk_in] = [command for command in COMMANDS if command.name == "walk-in"]
    event = event_of(walk_in, asked(), None, walk_in.body.model_validate({"person": "p-1"}))
    assert act_of("walk-in", event, None).person == "p-1"


@pytest.mark.parametrize("name", ["090a5174-3c09-5fac-b2e6-531ddd150cbe", "0f" * 16, "0f" * 32])
def test_an_id_that_is_made_here_is_kept(name: str) -> None:
    assert made_here(name) == name


@pytest.mark.parametrize(
    "name", [None, "", "Ann-Invented", "ann-invented", "v-1", "fae", "0f" * 33, "090A5174-3C09-5FAC-B2E6-531DDD150CBE"]
)
def test_what_somebody_made_up_is_not(name: str | None) -> None:
    assert made_here(name) is None


def test_ids_never_change_between_releases() -> None:
    at = datetime(2026, 3, 2, 14, 7, tzinfo=UTC)
    assert look_at(at) == "2026-03-02T14:00:00+00:00"
    assert record(at=at).id == "4dfc0c39-3c38-576f-91b3-24652c3c4b17"

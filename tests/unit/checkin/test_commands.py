"""Every command becomes an event of the catalogue, and everything in the catalogue can be said."""

import json
from datetime import timedelta
from typing import get_args

import pytest
from pydantic import ValidationError

from schemas.access import Role
from schemas.codec import SiteEvent, decode, encode
from schemas.envelope import Intent
from services.checkin.domain.bodies import objection
from services.checkin.domain.commands import Command
from services.checkin.domain.events import event_of
from tests.unit.checkin.said import ALL, BODIES, BY_NAME, NOW, SITE, asked, thing


def made(command: Command, *, key: str = "key-1", seconds: int = 0, **more: object) -> SiteEvent:
    body = command.body.model_validate_json(json.dumps({**BODIES[command.name], **more}), extra="forbid")
    return event_of(command, asked(key, NOW + timedelta(seconds=seconds)), thing(command), body)


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_each_command_becomes_an_event_that_everyone_can_read(command: Command) -> None:
    event = made(command)
    key, value = encode(event)
    assert decode(value, key, extra="forbid") == event
    assert (event.type, event.site, event.actor, event.time, event.recordedtime) == (
        command.event_type, SITE, "token:desk-1", NOW, NOW,
    )  # fmt: skip
    assert event.intent is Intent.COMMAND


def test_everything_in_the_catalogue_can_be_said() -> None:
    catalogue = {event.model_fields["type"].default for event in get_args(get_args(SiteEvent)[0])}
    assert {command.event_type for command in ALL} == catalogue


def test_no_two_commands_share_an_address_or_a_name() -> None:
    assert len({command.path for command in ALL}) == len(ALL) == len({command.name for command in ALL})


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_a_field_that_is_not_known_is_refused(command: Command) -> None:
    with pytest.raises(ValidationError):
        made(command, patient_name="x")


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_the_same_command_again_later_is_the_same_event(command: Command) -> None:
    first, again = made(command), made(command, seconds=60)
    assert (first.id, first.subject, first.fingerprint) == (again.id, again.subject, again.fingerprint)


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_another_key_is_another_event(command: Command) -> None:
    assert made(command).id != made(command, key="key-2").id


def test_other_words_under_the_same_key_have_another_fingerprint() -> None:
    room = BY_NAME["room"]
    assert made(room).fingerprint != made(room, room="r2").fingerprint
    assert made(room).fingerprint != made(room, happened_at="2026-03-02T13:00:00Z").fingerprint


def test_the_same_moment_in_other_words_has_the_same_fingerprint() -> None:
    room = BY_NAME["room"]
    one, other = made(room, happened_at="2026-03-02T13:00:00Z"), made(room, happened_at="2026-03-02T08:00:00-05:00", provider=None)
    assert one.fingerprint == other.fingerprint


def test_what_is_entered_later_is_a_report_of_then() -> None:
    event = made(BY_NAME["room"], happened_at="2026-03-02T13:00:00Z")
    assert (event.intent, event.time, event.recordedtime) == (Intent.REPORT, NOW - timedelta(hours=1), NOW)


def test_an_undo_names_the_event_it_undoes() -> None:
    assert made(BY_NAME["undo"]).data.model_dump(exclude_none=True) == {"undoes": "e-1"}


def test_a_correction_is_a_command_of_now_with_the_new_time_inside() -> None:
    event = made(BY_NAME["correct"])
    assert (event.intent, event.time) == (Intent.COMMAND, NOW)
    assert event.data.model_dump(exclude_none=True) == {"corrects": "e-1", "happened_at": NOW - timedelta(hours=1)}


@pytest.mark.parametrize(("name", "field"), [("room-status", "room"), ("provider-status", "provider"), ("supply-level", "supply")])
def test_what_it_is_about_stands_in_the_address_and_in_the_event(name: str, field: str) -> None:
    event = made(BY_NAME[name])
    assert event.subject == getattr(event.data, field) == f"{field}-1"


def test_a_walk_in_gets_a_visit_of_its_own() -> None:
    assert made(BY_NAME["walk-in"]).subject != made(BY_NAME["walk-in"], key="key-2").subject


def test_a_profile_is_about_the_clinic_of_its_address() -> None:
    event = made(BY_NAME["change-profile"])
    assert (event.subject, event.data.model_dump()["site"]) == (SITE, SITE)


@pytest.mark.parametrize("name", ["room", "correct"])
def test_a_time_that_has_not_come_is_objected_to(name: str) -> None:
    command = BY_NAME[name]
    soon, later = (NOW + timedelta(seconds=seconds) for seconds in (30, 120))
    assert objection(command.body.model_validate({**BODIES[name], "happened_at": soon}), NOW) is None
    assert objection(command.body.model_validate({**BODIES[name], "happened_at": later}), NOW)


def test_everyone_may_do_their_own_work_and_no_more() -> None:
    def may(role: Role) -> set[str]:
        return {command.name for command in ALL if role in command.roles}

    floor = {"call", "recall", "room", "move", "provider-seen", "left-room", "undo", "room-status", "undo-room-status",
             "provider-status"}  # fmt: skip
    assert may(Role.CLINICAL) == floor | {"supply-level", "acknowledge"}
    assert may(Role.DESK) == set(BY_NAME) - {"change-profile"}
    assert may(Role.ADMIN) == set(BY_NAME)
    assert not any(may(role) for role in (Role.DISPLAY, Role.INTEGRATION, Role.AUDITOR, Role.MANAGER))

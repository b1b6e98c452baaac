"""An error says what is wrong and repeats nothing of what was sent."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.checkin.domain.commands import Command
from services.checkin.requests import errors_of
from services.runtime.problems import field_problems
from tests.unit.checkin.said import ALL, BODIES
from tests.unit.checkin.test_batch import MARK, PLANTED


def words(command: Command, said: Mapping[str, object]) -> str:
    """All that is said about what is wrong with it, here and in an exception's text."""
    try:
        command.body.model_validate(said, extra="forbid")
    except ValidationError as problem:
        return f"{field_problems(errors_of(problem, command.body))}"
    return ""


@given(st.sampled_from(ALL), st.data())
def test_no_error_repeats_a_value_or_an_unknown_name(command: Command, data: st.DataObject) -> None:
    names = st.sampled_from([*command.body.model_fields, MARK])
    said = data.draw(st.dictionaries(names, PLANTED, max_size=6))
    assert MARK not in words(command, said)


@pytest.mark.parametrize(
    ("name", "wrong", "problem"),
    [
        (
            "room",
            {"room": "r 1"},
            {"field": "room", "problem": "has a form that is not allowed", "kind": "string_pattern_mismatch"},
        ),
        ("room", {"rooom": "r1"}, {"field": "(a field)", "problem": "is not known here", "kind": "extra_forbidden"}),
        (
            "priority",
            {"priority": 12},
            {"field": "priority", "problem": "input should be less than or equal to 9", "kind": "less_than_equal"},
        ),
        ("move", {"room": "r1"}, {"field": "", "problem": "say either a room or a service point", "kind": "value_error"}),
        (
            "change-profile",
            {"rooms": [{"id": "r1", "nam": "x"}]},
            {"field": "rooms.0.name", "problem": "is missing", "kind": "missing"},
        ),
        (
            "change-profile",
            {"timezone": "Mars/Olympus"},
            {
                "field": "timezone",
                "problem": "no such timezone; use an IANA name such as America/New_York",
                "kind": "value_error",
            },
        ),
    ],
)
def test_a_mistake_is_named_in_plain_words(name: str, wrong: dict[str, object], problem: dict[str, str]) -> None:
    [command] = [command for command in ALL if command.name == name]
    with pytest.raises(ValidationError) as refused:
        command.body.model_validate({**BODIES[name], **wrong}, extra="forbid")
    assert problem in field_problems(errors_of(refused.value, command.body))

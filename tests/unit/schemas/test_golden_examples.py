"""The golden examples of every release: what stands on the log must be read by every later release."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

import schemas
from schemas import codec
from schemas.catalogue import KINDS
from schemas.codec import SITE_EVENT
from schemas.dead_letters import DeadLetterReason
from schemas.envelope import Frozen
from schemas.json_schema import schema_of
from schemas.topics import VISITS

FOLDER = Path(schemas.__file__).parent / "examples"
RELEASES = sorted((path.name for path in FOLDER.iterdir()), key=lambda name: [int(part) for part in name[1:].split(".")])
NEWEST = RELEASES[-1]
EXAMPLES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json"))
NEWEST_EXAMPLES = [name for name in EXAMPLES if name.startswith(f"{NEWEST}/")]
EVENTS = [name for name in NEWEST_EXAMPLES if f"/{VISITS.suffix}/" in name]

ONE_OF_THE_TWO = {("visit.moved", "room")}
"""Fields that can't stand beside another one of the same record."""


def kind_of(name: str) -> type[Frozen]:
    _, suffix, file = name.split("/")
    return KINDS[suffix][file.removesuffix(".json")]


def raw(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def as_written(record: Frozen) -> Any:
    return json.loads(record.model_dump_json(by_alias=True, exclude_none=True))


def test_the_newest_release_has_one_example_of_every_kind() -> None:
    assert {name.removeprefix(f"{NEWEST}/") for name in NEWEST_EXAMPLES} == {
        f"{suffix}/{name}.json" for suffix, kinds in KINDS.items() for name in kinds
    }


def test_every_type_of_the_design_is_in_the_catalogue() -> None:
    assert len(KINDS[VISITS.suffix]) == 36


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_any_release_is_read_by_this_one(name: str) -> None:
    kind_of(name).model_validate_json(raw(name))


@pytest.mark.parametrize("name", NEWEST_EXAMPLES)
def test_an_example_is_read_strictly_and_written_as_it_was(name: str) -> None:
    record = kind_of(name).model_validate_json(raw(name), extra="forbid")
    assert as_written(record) == json.loads(raw(name))


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_goes_through_the_codec_unchanged(name: str) -> None:
    event = codec.decode(raw(name), json.loads(raw(name))["site"].encode(), extra="forbid")
    assert not isinstance(event, DeadLetterReason)
    key, value = codec.encode(event)
    assert (json.loads(value), key) == (json.loads(raw(name)), event.site.encode())
    assert codec.decode(value, key, extra="forbid") == event


@pytest.mark.parametrize("name", NEWEST_EXAMPLES)
def test_an_example_shows_every_field(name: str) -> None:
    shown = json.loads(raw(name))
    short = Path(name).stem
    models = [(kind_of(name), shown)]
    if isinstance(data := models[0][0].model_fields.get("data"), object) and data is not None:
        assert isinstance(data.annotation, type)
        models.append((data.annotation, shown["data"]))
    for model, fields in models:
        wanted = {field.alias or own_name for own_name, field in model.model_fields.items()}
        assert {field for field in wanted - fields.keys() if (short, field) not in ONE_OF_THE_TWO} == set()


@pytest.mark.parametrize("place", ["the event", "its data"])
@pytest.mark.parametrize("name", EVENTS)
def test_an_unknown_field_is_ignored_by_consumers_and_refused_where_we_are_strict(name: str, place: str) -> None:
    newer = json.loads(raw(name))
    (newer if place == "the event" else newer["data"])["of_a_newer_release"] = {"any": ["thing"]}
    value, key = json.dumps(newer).encode(), newer["site"].encode()
    assert codec.decode(value, key) == codec.decode(raw(name), key)
    assert codec.decode(value, key, extra="forbid") is DeadLetterReason.INVALID
    with pytest.raises(ValidationError, match="of_a_newer_release"):
        SITE_EVENT.validate_json(value, extra="forbid")


@pytest.mark.parametrize("name", NEWEST_EXAMPLES)
def test_an_example_fits_its_json_schema(name: str) -> None:
    jsonschema_rs.validator_for(schema_of(kind_of(name)), validate_formats=True).validate(json.loads(raw(name)))


@pytest.mark.parametrize("name", NEWEST_EXAMPLES)
def test_an_error_never_shows_the_value_it_rejects(name: str) -> None:
    model = kind_of(name)
    for field in json.loads(raw(name)):
        spoilt = json.dumps({**json.loads(raw(name)), field: [["Planted Name"]]})
        with pytest.raises(ValidationError) as refused:
            model.model_validate_json(spoilt)
        assert "Planted" not in str(refused.value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_people_in_examples_are_invented_and_say_so(name: str) -> None:
    text = raw(name).decode()
    assert all("(invented)" in value for value in re.findall(r'"name": "((?!Room|Laboratory|Main|Insurance|Waiting)[^"]*)"', text))
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", phone) for phone in re.findall(r"\+\d{7,15}", text))

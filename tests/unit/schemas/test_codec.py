"""The codec: any bytes at all give an event or a reason, and never an exception."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

import schemas
from schemas import codec
from schemas.dead_letters import DeadLetterReason
from schemas.envelope import EARLIEST, LATEST, UtcTime

EXAMPLES = [path.read_bytes() for path in sorted((Path(schemas.__file__).parent / "examples").glob("v*/visits.v1/*.json"))]
ROOMED = next(value for value in EXAMPLES if b"visit.roomed" in value)
PROFILE = next(value for value in EXAMPLES if b"profile-changed" in value)
SITE = json.loads(ROOMED)["site"].encode()


def changed(value: bytes, **fields: Any) -> bytes:
    return json.dumps({**json.loads(value), **fields}).encode()


def profile(**fields: Any) -> bytes:
    return changed(PROFILE, data={**json.loads(PROFILE)["data"], **fields})


def nested(depth: int) -> bytes:
    return b'{"type":' * depth


CASES: dict[str, tuple[bytes | None, bytes | None, DeadLetterReason]] = {
    "a tombstone": (None, SITE, DeadLetterReason.EMPTY),
    "no bytes": (b"", SITE, DeadLetterReason.EMPTY),
    "HL7 by mistake": (b"MSH|^~\\&|SENDER", SITE, DeadLetterReason.NOT_JSON),
    "cut off": (ROOMED[:-3], SITE, DeadLetterReason.NOT_JSON),
    "two events in one record": (ROOMED + ROOMED, SITE, DeadLetterReason.NOT_JSON),
    "another encoding": (ROOMED.decode().encode("utf-16"), SITE, DeadLetterReason.NOT_JSON),
    "half a surrogate": (changed(ROOMED, actor="\ud800"), SITE, DeadLetterReason.NOT_JSON),
    "nested without end": (nested(100_000), SITE, DeadLetterReason.NOT_JSON),
    "a number of 10,000 digits": (ROOMED.replace(b'"A12"', b"9" * 10_000), SITE, DeadLetterReason.NOT_JSON),
    "a list": (b"[]", SITE, DeadLetterReason.INVALID),
    "no type": (b"{}", SITE, DeadLetterReason.INVALID),
    "a type of a later release": (changed(ROOMED, type="clinicflow.visit.teleported.v1"), SITE, DeadLetterReason.NEWER_VERSION),
    "a later version of a type": (changed(ROOMED, type="clinicflow.visit.roomed.v2"), SITE, DeadLetterReason.NEWER_VERSION),
    "another CloudEvents version": (changed(ROOMED, specversion="2.0"), SITE, DeadLetterReason.INVALID),
    "a name where an id belongs": (changed(ROOMED, subject="Test Patient (invented)"), SITE, DeadLetterReason.INVALID),
    "a line break at the end of an id": (changed(ROOMED, subject="v-1\n"), SITE, DeadLetterReason.INVALID),
    "a site with an accent": (changed(ROOMED, site="clínica"), "clínica".encode(), DeadLetterReason.INVALID),
    "an id of a megabyte": (changed(ROOMED, id="x" * 1_000_000), SITE, DeadLetterReason.INVALID),
    "a time without an offset": (changed(ROOMED, time="2026-03-02T15:07:12"), SITE, DeadLetterReason.INVALID),
    "the year 1, east of Greenwich": (changed(ROOMED, time="0001-01-01T00:00:00+05:00"), SITE, DeadLetterReason.INVALID),
    "the year 1": (changed(ROOMED, time="0001-01-01T00:00:00Z"), SITE, DeadLetterReason.INVALID),
    "the year 9999, west of Greenwich": (changed(ROOMED, time="9999-12-31T23:59:59-05:00"), SITE, DeadLetterReason.INVALID),
    "the year 9999": (changed(ROOMED, recordedtime="9999-12-31T23:59:59Z"), SITE, DeadLetterReason.INVALID),
    "the 31st of February": (changed(ROOMED, time="2026-02-31T12:00:00Z"), SITE, DeadLetterReason.INVALID),
    "opening hours with and without offset": (
        profile(hours=[{"weekday": 0, "opens": "08:00Z", "closes": "17:00"}]), SITE, DeadLetterReason.INVALID),
    "opening hours in seconds": (profile(hours=[{"weekday": 0, "opens": 28800, "closes": 61200}]), SITE, DeadLetterReason.INVALID),
    "a timezone that is a path": (profile(timezone="../../etc/passwd"), SITE, DeadLetterReason.INVALID),
    "a timezone that is a folder": (profile(timezone="America"), SITE, DeadLetterReason.INVALID),
    "a timezone of a null byte": (profile(timezone="\0"), SITE, DeadLetterReason.INVALID),
    "the key of another site": (ROOMED, b"hillside-test", DeadLetterReason.WRONG_SITE),
    "no key": (ROOMED, None, DeadLetterReason.WRONG_SITE),
    "a key in capitals": (ROOMED, SITE.upper(), DeadLetterReason.WRONG_SITE),
}  # fmt: skip

FROM_FLOW = {
    DeadLetterReason.UNKNOWN_SITE,
    DeadLetterReason.TIME_IN_FUTURE,
    DeadLetterReason.VISIT_CLOSED,
    DeadLetterReason.UNFOLDABLE,
}
"""Reasons that need the state, the partition's time or a fold to find."""


@pytest.mark.parametrize("case", CASES)
def test_a_record_that_cannot_be_used_gets_its_reason(case: str) -> None:
    value, key, reason = CASES[case]
    assert codec.decode(value, key) is reason
    assert codec.decode(value, key, extra="forbid") is reason


def test_every_reason_that_the_codec_can_give_has_a_case() -> None:
    assert {reason for _, _, reason in CASES.values()} | FROM_FLOW == set(DeadLetterReason)
    assert {reason for _, _, reason in CASES.values()} & FROM_FLOW == set()


def answers(value: bytes, key: bytes | None = SITE) -> None:
    """Ask the codec; an event it gives can be written and is read as the same."""
    event = codec.decode(value, key)
    if not isinstance(event, DeadLetterReason):
        assert codec.decode(*reversed(codec.encode(event)), extra="forbid") == event


@given(st.binary(max_size=400), st.none() | st.binary(max_size=50))
def test_any_bytes_are_answered(value: bytes, key: bytes | None) -> None:
    answers(value, key)


@given(st.data(), st.sampled_from(EXAMPLES))
def test_an_event_cut_off_anywhere_is_no_event(data: st.DataObject, value: bytes) -> None:
    whole = value.rstrip()
    assert isinstance(codec.decode(whole[: data.draw(st.integers(0, len(whole) - 1))], SITE), DeadLetterReason)


@given(st.data(), st.sampled_from(EXAMPLES))
def test_an_event_with_damaged_bytes_is_answered(data: st.DataObject, value: bytes) -> None:
    damaged = bytearray(value)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        if not damaged:
            return
    answers(bytes(damaged))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["x" * 100_000, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-02T12:00:00", "../UTC"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


def spoil(data: st.DataObject, thing: Any) -> Any:
    """The same document with something else at one place."""
    inside = list(thing) if isinstance(thing, dict) else list(range(len(thing))) if isinstance(thing, list) else []
    if not inside or data.draw(st.integers(0, 5)) == 0:
        return data.draw(JSON)
    at = data.draw(st.sampled_from(inside))
    thing[at] = spoil(data, thing[at])
    return thing


@given(st.data(), st.sampled_from(EXAMPLES))
def test_an_event_with_something_else_in_some_place_is_answered(data: st.DataObject, value: bytes) -> None:
    answers(json.dumps(spoil(data, json.loads(value))).encode(errors="replace"))


PLAIN: TypeAdapter[datetime] = TypeAdapter(Annotated[AwareDatetime, Field(ge=EARLIEST, lt=LATEST)])
OURS: TypeAdapter[datetime] = TypeAdapter(UtcTime)

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
WRITTEN = (
    st.datetimes(timezones=st.just(UTC) | OFFSETS).map(lambda at: at.isoformat().replace("+00:00", "Z"))
    | st.datetimes().map(datetime.isoformat)
    | st.from_regex(r"\A2[01][0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{0,9})?)?(Z|z|[+-]0[0-9]:?00)?\Z")
    | st.sampled_from(["1999-12-31T23:59:59.999999Z", "2000-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z", "2200-01-01T00:00:00Z"])
)  # fmt: skip


def read(adapter: TypeAdapter[datetime], text: str) -> datetime | None:
    try:
        return adapter.validate_json(text)
    except ValidationError:
        return None


@given(WRITTEN)
def test_an_instant_is_read_as_pydantic_reads_it_and_kept_in_utc(written: str) -> None:
    ours, plain = read(OURS, json.dumps(written)), read(PLAIN, json.dumps(written))
    assert ours == plain
    assert ours is None or ours.tzinfo is UTC
    assert ours is None or read(OURS, OURS.dump_json(ours).decode()) == ours


@given(st.integers(-(10**15), 10**15) | st.floats())
@example(946684800)
def test_a_bare_number_is_no_instant(number: float) -> None:
    """Pydantic would read it as seconds since 1970; who types one may mean a telephone."""
    assert read(OURS, json.dumps(number)) is None


@given(st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2199, 12, 30), timezones=OFFSETS))  # noqa: DTZ001 Hypothesis adds the offset
def test_an_instant_from_python_is_kept_in_utc(at: datetime) -> None:
    kept = OURS.validate_python(at)
    assert (kept, kept.tzinfo) == (at, UTC)


def test_a_wrong_time_is_refused_in_plain_words() -> None:
    with pytest.raises(ValidationError) as refused:
        OURS.validate_json('"2026-03-02 at noon"')
    assert [error["msg"] for error in refused.value.errors()] == [
        "Should be a time with its offset, such as 2026-03-02T14:05:00Z, in the years 2000 to 2199"
    ]

"""Items of a feed: each is judged alone, whatever it is, and nothing of a bad one is repeated."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import SiteEvent, decode, encode
from schemas.envelope import Intent
from schemas.sites import SiteClock
from services.checkin.domain.batch import TYPES, BatchItem, Feed, item_event
from services.checkin.feeds import read_item
from tests.unit.checkin.said import NOW, profile
from tests.unit.checkin.test_identity import JSON

WALL, LOG = (Feed(profile(clock), "token:feed-1", NOW) for clock in (SiteClock.WALL, SiteClock.LOG))
AN_HOUR_AGO = "2026-03-02T13:00:00Z"


def item(**more: Any) -> dict[str, Any]:
    return {"type": "checked-in", "visit": "visit-1", "time": AN_HOUR_AGO, **more}


def event(said: dict[str, Any], feed: Feed = WALL) -> SiteEvent:
    found = item_event(BatchItem.model_validate(said), feed)
    assert not isinstance(found, str), found
    return found


def test_a_good_item_is_a_report_recorded_now() -> None:
    found = event(item(data={"queue": "B"}))
    key, value = encode(found)
    assert decode(value, key, extra="forbid") == found
    assert (found.type, found.subject, found.intent) == ("clinicflow.visit.checked-in.v1", "visit-1", Intent.REPORT)
    assert (found.time, found.recordedtime, found.actor) == (NOW - timedelta(hours=1), NOW, "token:feed-1")


def test_a_clinic_that_follows_its_log_is_recorded_by_it() -> None:
    assert event(item(), LOG).recordedtime == NOW - timedelta(hours=1)
    assert event(item(recorded_at="2026-03-02T13:30:00Z"), LOG).recordedtime == NOW - timedelta(minutes=30)


def test_a_type_may_be_short_where_that_is_clear() -> None:
    assert {TYPES[name] for name in ("checked-in", "visit.checked-in", "clinicflow.visit.checked-in.v1")} == {
        "clinicflow.visit.checked-in.v1"
    }
    assert TYPES["room.status-changed"] != TYPES["provider.status-changed"]
    assert "status-changed" not in TYPES
    assert not any("profile" in name for name in TYPES)


def test_a_room_or_a_provider_is_what_its_data_says() -> None:
    changed = item(type="room.status-changed", visit=None, data={"room": "r1", "status": "ready"})
    assert event(changed).subject == "r1"
    away = item(type="provider.status-changed", visit=None, data={"provider": "lee", "status": "away"})
    assert event(away).subject == "lee"


def test_the_same_item_again_is_the_same_event() -> None:
    assert event(item()).id == event(item(type="clinicflow.visit.checked-in.v1", time="2026-03-02T08:00:00-05:00")).id
    assert event(item()).id != event(item(time=NOW.isoformat())).id
    first, other = event(item(key="k")), event(item(key="k", time=NOW.isoformat()))
    assert first.id == other.id
    assert first.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (item(type="teleported"), "type: is none of the known types"),
        (item(type="clinicflow.site.profile-changed.v1"), "type: is none of the known types"),
        (item(visit=None), "visit: is missing"),
        (item(key="with space"), "key: needs 1 to 128 visible characters, no spaces"),
        (item(recorded_at=AN_HOUR_AGO), "recorded_at: is only for a clinic that follows its log"),
        (
            item(time="2026-03-02T13:00:00"),
            "time: should be a time with its offset, such as 2026-03-02T14:05:00Z, in the years 2000 to 2199",
        ),
        (item(data={"queue": "Maria"}), "data.queue: has a form that is not allowed"),
        (item(data={"Maria": 1}), "data.(a field): is not known here"),
        (item(Maria=1), "(a field): is not known here"),
        (item(visit="Maria Lopez"), "visit: has a form that is not allowed"),
        (item(type="room.status-changed", data={}), "data.room: is missing; data.status: is missing"),
        ({}, "type: is missing; time: is missing"),
        (7, "the item: input should be a valid dictionary or instance of BatchItem"),
    ],
)
def test_a_bad_item_is_told_what_is_wrong(bad: object, problem: str) -> None:
    assert read_item(bad, WALL) == problem


MARK = "Mària-Plänted"
FIELDS = st.sampled_from(["type", "visit", "time", "data", "key", "recorded_at", "queue", "room", "status", "reason"]) | st.just(
    MARK
)
PLANTED = st.recursive(
    st.just(MARK) | JSON | st.sampled_from(sorted(TYPES)) | st.just(AN_HOUR_AGO),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(FIELDS, PLANTED, max_size=6) | PLANTED)
def test_any_item_is_an_event_or_a_plain_reason_without_a_word_of_it(said: object) -> None:
    found = read_item(json.loads(json.dumps(said)), WALL)
    if isinstance(found, str):
        assert found
        assert MARK not in found
    else:
        key, value = encode(found)
        assert decode(value, key, extra="forbid") == found


@given(st.sampled_from(sorted(TYPES)), st.dictionaries(FIELDS, PLANTED, max_size=6))
def test_any_data_of_any_type_is_an_event_or_a_plain_reason_without_a_word_of_it(name: str, data: dict[str, object]) -> None:
    found = read_item(item(type=name, data=data), WALL)
    if isinstance(found, str):
        assert MARK not in found
    else:
        key, value = encode(found)
        assert decode(value, key, extra="forbid") == found

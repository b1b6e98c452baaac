"""What there is to bill of a visit: all that a biller needs, nothing of who the patient is, and each content told from another."""

import json
from datetime import timedelta
from typing import Any

import pytest

from schemas.billing import BilledVisit
from schemas.deliveries import DeliveryProblem
from schemas.people import BillingCodes, Person
from schemas.summaries import VisitSummary
from services.billing.domain.content import billed, hash_of
from tests.builders_billing import CODES, NOON, ann, complete

KEY = b"k" * 32


def content(summary: VisitSummary | None = None, person: Person | None = None) -> BilledVisit:
    found = billed(summary or complete(), person or ann())
    assert isinstance(found, BilledVisit)
    return found


def test_a_complete_visit_is_told_with_its_payer_codes_and_times() -> None:
    said = json.loads(content(complete(checklist={"insurance": "done"}, disposition="home")).model_dump_json(exclude_none=True))
    assert said == {
        "site": "harbor", "visit": "v1", "person": "p-ann", "identifiers": {"ehr": "MRN-1"}, "payer": "Example Health (invented)",
        "member_number": "M-0001", "codes": {"diagnoses": ["J02.9", "R50.9"], "procedures": ["99213"]}, "visit_type": "follow-up",
        "provider": "dr-test", "end": "departed", "checked_in_at": "2026-03-02T16:00:00Z", "checked_out_at": "2026-03-02T16:55:00Z",
        "completed_at": "2026-03-02T17:00:00Z", "cycle_seconds": 3300, "checklist": {"insurance": "done"}, "disposition": "home",
    }  # fmt: skip


def test_nothing_says_who_the_patient_is() -> None:
    said = content().model_dump_json()
    assert [word for word in ("Ann", "5555550123", "1970-01-02", "needles") if word in said] == []


def test_every_field_of_what_is_told_comes_from_the_visit_or_the_patient() -> None:
    instants: dict[str, Any] = dict.fromkeys(
        ("scheduled_at", "checked_in_at", "roomed_at", "provider_seen_at", "left_room_at", "checked_out_at"), NOON
    )
    seconds: dict[str, Any] = dict.fromkeys(
        ("waiting_room_seconds", "exam_room_seconds", "provider_seconds", "service_seconds", "cycle_seconds"), 60
    )
    whole = complete(**instants, **seconds, checklist={"insurance": "done"}, disposition="home")
    assert content(whole).model_fields_set == set(BilledVisit.model_fields)
    assert None not in dict(content(whole)).values()


def test_of_a_visit_whose_patient_nobody_knows_the_rest_is_told() -> None:
    found = billed(complete(person=None, codes=None), None)
    assert isinstance(found, BilledVisit)
    assert (found.person, found.payer, found.codes, found.provider) == (None, None, None, "dr-test")


def test_a_visit_without_codes_is_told_without() -> None:
    assert content(complete(codes=None)).codes is None


@pytest.mark.parametrize("person", [None, ann("another"), ann("v1", codes={})])
def test_codes_that_are_named_and_not_there_are_waited_for(person: Person | None) -> None:
    assert billed(complete(), person) is DeliveryProblem.NO_CODES


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"provider": "dr-other"}, {}),
    ({"disposition": "home"}, {}),
    ({"checked_out_at": NOON + timedelta(minutes=1)}, {}),
    ({"completed_at": NOON + timedelta(minutes=1)}, {}),
    ({"cycle_seconds": 3301}, {}),
    ({"checklist": {"insurance": "missing"}}, {}),
    ({}, {"payer": "Other Health (invented)"}),
    ({}, {"member_number": "M-0002"}),
    ({}, {"identifiers": {"ehr": "MRN-2"}}),
    ({}, {"codes": {"codes-v1": BillingCodes(diagnoses=("R50.9", "J02.9"), procedures=("99213",))}}),
    ({}, {"person": "p-ben"}),
]


@pytest.mark.parametrize(("visit", "person"), CHANGES)
def test_whatever_a_biller_would_see_makes_another_content(visit: dict[str, Any], person: dict[str, Any]) -> None:
    assert hash_of(content(complete(**visit), ann(**person)), KEY) != hash_of(content(), KEY)


def test_what_a_biller_does_not_see_makes_no_other_content() -> None:
    same = content(complete(ticket="A12", room="r1", source_offset=99), ann(name="Ann Other (invented)", phone=None, notes={}))
    assert hash_of(same, KEY) == hash_of(content(), KEY)


def test_the_order_of_what_has_none_makes_no_other_content() -> None:
    one, other = ({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    assert hash_of(content(person=ann(identifiers=one)), KEY) == hash_of(content(person=ann(identifiers=other)), KEY)


def test_without_the_key_nobody_can_try_out_which_codes_a_content_has() -> None:
    assert hash_of(content(), b"l" * 32) != hash_of(content(), KEY)
    assert CODES.diagnoses[0] not in hash_of(content(), KEY)

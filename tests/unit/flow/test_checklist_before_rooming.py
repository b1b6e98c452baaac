"""What a clinic asks for before a patient goes in: missing, it stops the command until it is there, waived, or somebody says why."""

from typing import Any

import pytest

from schemas.outcomes import Refusal
from tests.builders import Clinic, Record
from tests.unit.flow.folding import Flow

CONSENT = {"id": "consent", "name": "Consent", "blocks": True, "visit_types": ["surgery"]}
INSURANCE = {"id": "insurance", "name": "Insurance"}


def here(**more: Any) -> Clinic:
    """A clinic in which somebody waits for surgery, without a consent."""
    clinic = Clinic(checklist=[CONSENT, INSURANCE])
    clinic.check_in("ann", "10:00", **({"visit_type": "surgery"} | more))
    return clinic


def test_a_patient_does_not_go_in_without_what_is_asked_for() -> None:
    clinic = here()
    refused = clinic.room("ann", "10:10", "r1")
    assert Flow(clinic).refused(refused) == Refusal.CHECKLIST_MISSING


@pytest.mark.parametrize("state", ["done", "waived"])
def test_once_it_is_there_or_waived_they_do(state: str) -> None:
    clinic = here()
    clinic.check_off("ann", "10:05", "consent", state)
    record = clinic.room("ann", "10:10", "r1")
    assert Flow(clinic).applied(record)


def test_asked_for_is_not_there() -> None:
    clinic = here()
    clinic.check_off("ann", "10:05", "consent", "requested")
    record = clinic.room("ann", "10:10", "r1")
    assert Flow(clinic).refused(record) == Refusal.CHECKLIST_MISSING


@pytest.mark.parametrize(
    "goes_in",
    [
        lambda clinic: clinic.room("ann", "10:10", "r1", override="urgent"),
        lambda clinic: clinic.move("ann", "10:10", room="r1", override="urgent"),
        lambda clinic: clinic.see("ann", "10:10", override="urgent"),
    ],
    ids=["roomed", "moved", "seen"],
)
def test_with_a_reason_they_go_in_all_the_same(goes_in: Any) -> None:
    clinic = here()
    record = goes_in(clinic)
    assert Flow(clinic).applied(record)


@pytest.mark.parametrize(
    "step",
    [lambda clinic: clinic.move("ann", "10:10", room="r1"), lambda clinic: clinic.see("ann", "10:10")],
    ids=["moved", "seen"],
)
def test_no_other_way_in_goes_past_it(step: Any) -> None:
    clinic = here()
    record = step(clinic)
    assert Flow(clinic).refused(record) == Refusal.CHECKLIST_MISSING


def test_to_the_laboratory_they_may_go() -> None:
    clinic = here()
    record = clinic.move("ann", "10:10", service="lab")
    assert Flow(clinic).applied(record)


def test_what_is_for_other_visits_or_only_shown_stops_nobody() -> None:
    clinic = here(visit_type="check-up")
    record = clinic.room("ann", "10:10", "r1")
    assert Flow(clinic).applied(record)


def test_who_was_inside_before_is_stopped_by_nothing_that_is_missing_now() -> None:
    clinic = here()
    clinic.room("ann", "10:10", "r1", override="urgent")
    back: list[Record] = [clinic.move("ann", "10:20", service="lab"), clinic.move("ann", "10:40", room="r2")]
    flow = Flow(clinic)
    assert [flow.applied(step) for step in back] == [True, True]


def test_a_report_is_a_fact_and_never_refused() -> None:
    clinic = here()
    record = clinic.feed().room("ann", "10:10", "r1")
    assert Flow(clinic).applied(record)

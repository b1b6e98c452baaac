"""What the billing system was told is shown to a clinic's administrators, and tried again when they say so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem, DeliveryState, RetryAsked, retry_key
from schemas.topics import DELIVERIES
from tests.integration.checkin_alone import OTHER, SITE, CheckinAlone, checkin_alone
from tests.integration.test_checkin_api import Desk, problem
from tests.waiting import wait_until

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckinAlone]:
    with checkin_alone(tmp_path_factory.mktemp("deliveries")) as running:
        yield running


@pytest.fixture
def admin(installation: CheckinAlone) -> Desk:
    return installation.hire(f"admin-{uuid4().hex[:6]}", "admin")


def told(installation: CheckinAlone, minutes: int = 0, **more: Any) -> Delivery:
    """An entry of the ledger, as billing has written it."""
    given: dict[str, Any] = {
        "site": SITE, "visit": str(uuid4()), "delivery": str(uuid4()), "revision": 1, "kind": DeliveryKind.COMPLETED,
        "state": DeliveryState.FAILED, "content": "a" * 64, "completed_at": NOON, "begun_at": NOON + timedelta(minutes=minutes),
        "attempts": 1, "attempted_at": NOON, "status": 422, "problem": DeliveryProblem.REFUSED,
    }  # fmt: skip
    entry = Delivery.model_validate(given | more)
    installation.put(DELIVERIES, entry.visit, entry.model_dump_json(exclude_none=True).encode())
    return entry


def listed(desk: Desk, query: str = "") -> dict[str, dict[str, Any]]:
    answered = desk.get(f"/deliveries{query}")
    assert answered.status_code == 200, answered.text
    return {entry["visit"]: entry for entry in answered.json()["deliveries"]}


def asked(installation: CheckinAlone, visit: str) -> list[RetryAsked]:
    records = [record for record in installation.records(DELIVERIES) if record.key == retry_key(visit).encode()]
    return [RetryAsked.model_validate_json(record.value, extra="forbid") for record in records]


def test_an_administrator_sees_how_it_stands_and_what_to_do_and_nothing_of_what_is_told(
    installation: CheckinAlone, admin: Desk
) -> None:
    failed = told(installation, minutes=2)
    waiting = told(
        installation, minutes=1, state=DeliveryState.PENDING, problem=DeliveryProblem.BROKEN, status=503, next_attempt_at=NOON
    )
    sent = told(installation, state=DeliveryState.SENT, problem=None, status=200)
    others = told(installation, site=OTHER)
    wait_until(lambda: {failed.visit, waiting.visit, sent.visit} <= listed(admin).keys())
    found = listed(admin)
    assert [visit for visit in found if visit in {failed.visit, waiting.visit, sent.visit}] == [
        failed.visit,
        waiting.visit,
        sent.visit,
    ]
    assert others.visit not in found
    assert (found[failed.visit]["problem"], found[failed.visit]["status"], found[failed.visit]["may_be_retried"]) == (
        "refused",
        422,
        True,
    )
    assert found[failed.visit]["means"]
    assert found[failed.visit]["remedy"]
    assert (found[sent.visit]["means"], found[sent.visit]["may_be_retried"]) == (None, False)
    assert set(listed(admin, "?state=sent")) & {failed.visit, waiting.visit, sent.visit} == {sent.visit}
    assert "a" * 64 not in admin.get("/deliveries").text


def test_what_failed_is_asked_for_once_however_often_that_is_said_and_is_on_the_audit_trail(
    installation: CheckinAlone, admin: Desk
) -> None:
    entry = told(installation)
    wait_until(lambda: entry.visit in listed(admin))
    for _ in range(2):
        answered = admin.say(f"/deliveries/{entry.visit}/retry")
        assert (answered.status_code, answered.json()) == (202, {"visit": entry.visit, "delivery": entry.delivery}), answered.text
    found = asked(installation, entry.visit)
    assert {(one.delivery, one.site) for one in found} == {(entry.delivery, SITE)}
    assert len({one.id for one in found}) == 1
    trail = [(act.action, act.outcome) for act in installation.audited() if act.visit == entry.visit]
    assert trail == [("retried-delivery", "done")] * 2


def test_what_was_sent_is_not_there_or_is_another_clinics_is_not_tried_again(installation: CheckinAlone, admin: Desk) -> None:
    sent, others = told(installation, state=DeliveryState.SENT, problem=None, status=200), told(installation, site=OTHER)
    wait_until(lambda: sent.visit in listed(admin))
    assert problem(admin.say(f"/deliveries/{sent.visit}/retry")) == (409, "delivered")
    assert problem(admin.say(f"/deliveries/{others.visit}/retry")) == (404, "unknown-delivery")
    assert problem(admin.say(f"/deliveries/{uuid4()}/retry")) == (404, "unknown-delivery")
    assert asked(installation, sent.visit) == asked(installation, others.visit) == []
    assert ("retried-delivery", "refused") in {
        (act.action, act.outcome) for act in installation.audited() if act.visit == sent.visit
    }


def test_what_cannot_be_read_is_left_out(installation: CheckinAlone, admin: Desk) -> None:
    installation.put(DELIVERIES, "v-marked", b"MARKED-NAME")
    entry = told(installation)
    wait_until(lambda: entry.visit in listed(admin))
    assert "MARKED-NAME" not in admin.get("/deliveries").text
    assert "MARKED-NAME" not in installation.log()


@pytest.mark.parametrize("role", ["desk", "clinical", "manager", "auditor"])
def test_nobody_else_sees_it_or_has_it_tried_again(installation: CheckinAlone, role: str) -> None:
    entry, somebody = told(installation), installation.hire(f"{role}-{uuid4().hex[:6]}", role)
    assert problem(somebody.get("/deliveries"))[0] == 403
    assert problem(somebody.say(f"/deliveries/{entry.visit}/retry"))[0] == 403

"""A provider is ill: a whole day of booked visits is moved, given to another or called off in one action, and undone in one."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk

PROVIDERS = [{"id": "dr-lee", "name": "Dr Lee (invented)"}, {"id": "dr-roy", "name": "Dr Roy (invented)"}]
BOOKED = 24
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(hour=13, minute=0, second=0, microsecond=0)
"""09:00 or 08:00 in New York."""
SLOT = timedelta(minutes=15)


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Iterator[FrontDesk]:
    desk = FrontDesk(stack, "absences").open(providers=PROVIDERS, codes=["ill"])
    with contextlib.closing(desk.client):
        yield desk


def book(desk: FrontDesk, at: datetime, provider: str = "dr-lee") -> str:
    answer = desk.send("POST", "visits", {"scheduled_at": at.isoformat(), "minutes": 15, "provider": provider})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["visit"])


def when_and_whom(desk: FrontDesk, visits: list[str]) -> list[tuple[str, int, str]]:
    shown = desk.visits()
    return [(shown[visit]["stage"], shown[visit]["scheduled_ms"], shown[visit]["booked_provider"]) for visit in visits]


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def absence(**more: Any) -> dict[str, Any]:
    return {"from_at": TOMORROW.isoformat(), "until_at": (TOMORROW + timedelta(hours=8)).isoformat(), "reason": "ill"} | more


def test_a_day_of_booked_visits_is_moved_in_one_action_and_back_in_one(desk: FrontDesk) -> None:
    visits = [book(desk, TOMORROW + number * SLOT) for number in range(BOOKED)]
    before = when_and_whom(desk, visits)
    next_day = TOMORROW + timedelta(days=1)
    reviewed: list[dict[str, Any]] = [
        {"visit": visit, "scheduled_at": (TOMORROW + at * SLOT).isoformat(), "provider": "dr-roy"}
        for at, visit in enumerate(visits[:10])
    ]
    reviewed += [{"visit": visit, "scheduled_at": (next_day + at * SLOT).isoformat()} for at, visit in enumerate(visits[10:20])]
    reviewed += [{"visit": visit, "cancel": True} for visit in visits[20:]]

    planned = desk.send("POST", "providers/dr-lee/absences/plan", absence(visits=reviewed))
    assert planned.status_code == 201, planned.text
    assert [each["status"] for each in planned.json()["visits"]] == ["applied"] * BOOKED
    after = when_and_whom(desk, visits)
    assert after[:10] == [("expected", ms(TOMORROW + at * SLOT), "dr-roy") for at in range(10)]
    assert after[10:20] == [("expected", ms(next_day + at * SLOT), "dr-lee") for at in range(10)]
    assert {stage for stage, _, _ in after[20:]} == {"cancelled"}
    refused = desk.send("POST", "visits", {"scheduled_at": TOMORROW.isoformat(), "minutes": 15, "provider": "dr-lee"})
    assert (refused.status_code, refused.json()["code"]) == (409, "provider-away")

    undone = desk.send("POST", "providers/dr-lee/absences/undo-plan", {"event": planned.json()["absence"]})
    assert undone.status_code == 201, undone.text
    assert [each["status"] for each in undone.json()["visits"]] == ["applied"] * BOOKED
    assert when_and_whom(desk, visits) == before


def test_what_somebody_else_has_taken_meanwhile_stays_where_it_was_and_is_named(desk: FrontDesk) -> None:
    at = TOMORROW + timedelta(days=3)
    mine, taken = book(desk, at), book(desk, at, "dr-roy")
    body = absence(from_at=at.isoformat(), until_at=(at + timedelta(hours=1)).isoformat())
    body["visits"] = [{"visit": mine, "scheduled_at": at.isoformat(), "provider": "dr-roy"}]
    planned = desk.send("POST", "providers/dr-lee/absences/plan", body).json()
    [became] = planned["visits"]
    assert (became["status"], became["code"], became["holder"]) == ("refused", "slot-held", taken)
    assert when_and_whom(desk, [mine]) == [("expected", ms(at), "dr-lee")]


def test_the_same_plan_sent_again_is_one_plan(desk: FrontDesk) -> None:
    at = TOMORROW + timedelta(days=5)
    visit = book(desk, at)
    body = absence(
        from_at=at.isoformat(), until_at=(at + timedelta(hours=1)).isoformat(), visits=[{"visit": visit, "cancel": True}]
    )
    first, again = (desk.send("POST", "providers/dr-lee/absences/plan", body, key="one-plan").json() for _ in range(2))
    assert first == again


def test_what_was_moved_on_since_is_not_moved_back(desk: FrontDesk) -> None:
    at = TOMORROW + timedelta(days=7)
    visit = book(desk, at)
    body = absence(from_at=at.isoformat(), until_at=(at + timedelta(hours=1)).isoformat())
    body["visits"] = [{"visit": visit, "scheduled_at": at.isoformat(), "provider": "dr-roy"}]
    planned = desk.send("POST", "providers/dr-lee/absences/plan", body).json()
    later = at + timedelta(hours=3)
    assert desk.step(visit, "reschedule", scheduled_at=later.isoformat()).status_code == 201
    undone = desk.send("POST", "providers/dr-lee/absences/undo-plan", {"event": planned["absence"]}).json()
    assert undone["visits"] == []
    assert when_and_whom(desk, [visit]) == [("expected", ms(later), "dr-roy")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"visits": [{"visit": "not-made-by-us", "cancel": True}]},
        {"visits": [{"visit": "0d4f3e1c-6a52-5c1b-9a3e-6f2b1d7c8e90"}]},
        {"until_at": "2020-01-01T00:00:00Z"},
        {"reason": "Mrs Planted"},
    ],
    ids=["an id of nobody", "neither moved nor cancelled", "over before it begins", "a reason that is on no list"],
)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(desk: FrontDesk, wrong: dict[str, Any]) -> None:
    answer = desk.send("POST", "providers/dr-lee/absences/plan", absence(**wrong))
    assert answer.status_code == 422, answer.text
    assert "Planted" not in answer.text

"""What a patient is told on their own phone."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.live import LiveVisit
from schemas.self_check_in import Due, Said
from schemas.sites import Provider, ServicePoint, SiteClock
from schemas.summaries import Stage
from services.board.domain import phone as domain
from services.board.domain.lines import lines
from services.board.domain.phone import CLOSING_MS, Phone, answered, link_lives, phone_of, places
from tests.builders_live import a_clinic, a_visit

MINUTE = 60_000
NINE = int(datetime(2026, 3, 2, 14, 0, tzinfo=UTC).timestamp() * 1000)
"""Nine in the morning in New York, on a Monday."""


def told(visit: LiveVisit, *others: LiveVisit, when: Due = Due.NOW, **profile: Any) -> Phone:
    here = {other.visit: other for other in (*others, visit)}
    standing = places(here.values(), {}, NINE)
    return phone_of(visit, standing.get(visit.visit), a_clinic(**profile), when, silent=False)


def expected(**more: Any) -> LiveVisit:
    booked: dict[str, Any] = {"visit": "v1", "stage": Stage.EXPECTED, "person": "p1", "scheduled_ms": NINE + 330 * MINUTE}
    return LiveVisit(**booked | more)


# --- in line


def test_a_patient_in_line_is_told_their_ticket_and_their_place() -> None:
    ahead = [a_visit(f"A{number}", NINE + number * MINUTE) for number in range(1, 5)]
    phone = told(a_visit("A9", NINE + 9 * MINUTE), *ahead)
    assert phone == {
        "ticket": "A9", "stage": "waiting", "what": "wait_here", "place": 5, "range": None, "called": None, "where": None,
        "booked": None, "silent": False,
    }  # fmt: skip


def test_somebody_who_is_let_go_first_moves_everybody_elses_place() -> None:
    mine, urgent = a_visit("A1", NINE), a_visit("A2", NINE + MINUTE, priority=1)
    assert (told(mine)["place"], told(mine, urgent)["place"], told(urgent, mine)["place"]) == (1, 2, 1)


def test_who_lets_others_pass_sees_the_place_that_they_have() -> None:
    mine, later = a_visit("A1", NINE, priority=8), a_visit("A2", NINE + MINUTE)
    assert told(mine, later)["place"] == 2


def test_who_was_called_or_waits_in_another_queue_is_not_ahead() -> None:
    called, elsewhere = a_visit("A1", NINE, called_ms=NINE), a_visit("B1", NINE)
    assert told(a_visit("A2", NINE + MINUTE), called, elsewhere)["place"] == 1


def test_as_many_at_the_head_as_the_clinic_says_are_told_to_stay_near() -> None:
    line = [a_visit(f"A{number}", NINE + number * MINUTE) for number in range(1, 4)]
    assert [told(visit, *line, next_up=2)["what"] for visit in line] == ["next_up", "next_up", "wait_here"]
    assert told(line[0], next_up=0)["what"] == "wait_here"


def test_the_range_is_that_of_the_place_and_is_missing_where_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "ranges", lambda _pace, _waiting, _now_ms: [(0, 5), (10, 25)])
    line = [a_visit(f"A{number}", NINE + number * MINUTE) for number in range(1, 4)]
    assert [told(visit, *line)["range"] for visit in line] == [(0, 5), (10, 25), None]


def test_the_place_is_the_one_that_the_wall_shows() -> None:
    visits = [a_visit(f"A{number}", NINE - number * MINUTE, priority=number % 3) for number in range(1, 9)]
    line = [visit.visit for visit in lines(visits)["A"]]
    assert [places(visits, {}, NINE)[visit].place for visit in line] == list(range(1, 9))


# --- called, in care, over


def test_a_called_patient_is_told_where_to_go_and_no_place() -> None:
    phone = told(a_visit("A1", NINE, called_ms=NINE, called_to="r2"))
    assert (phone["stage"], phone["what"], phone["called"]) == ("called", "called_to", {"to": "Room 2"})
    assert (phone["place"], phone["range"], phone["where"]) == (None, None, None)


@pytest.mark.parametrize("to", [None, "r99"])
def test_a_call_to_no_room_or_to_one_that_nobody_knows_is_to_the_desk(to: str | None) -> None:
    phone = told(a_visit("A1", NINE, called_ms=NINE, called_to=to))
    assert (phone["what"], phone["called"]) == ("called_desk", {"to": None})


def test_a_call_from_the_laboratory_back_to_a_room_is_told() -> None:
    phone = told(a_visit("A1", NINE, Stage.AT_SERVICE, service="lab", called_ms=NINE, called_to="r1"))
    assert (phone["stage"], phone["what"], phone["where"]) == ("called", "called_to", None)


@pytest.mark.parametrize(
    ("stage", "there", "where"),
    [
        (Stage.IN_ROOM, {"room": "r1"}, "Room 1"),
        (Stage.WITH_PROVIDER, {"room": "r1"}, "Room 1"),
        (Stage.WITH_PROVIDER, {}, None),
        (Stage.AT_SERVICE, {"room": "r1", "service": "lab"}, "Laboratory"),
        (Stage.AT_SERVICE, {}, None),
    ],
)
def test_who_is_in_care_is_told_where_they_are(stage: Stage, there: dict[str, str], where: str | None) -> None:
    phone = told(a_visit("A1", NINE, stage, **there), service_points=(ServicePoint(id="lab", name="Laboratory"),))
    assert (phone["stage"], phone["what"], phone["where"]) == (stage.value, stage.value, where)


def test_the_room_of_somebody_who_waits_again_is_not_told() -> None:
    assert told(a_visit("A1", NINE, room="r1"))["where"] is None


@pytest.mark.parametrize(
    ("stage", "what"),
    [
        (Stage.DEPARTED, "departed"), (Stage.LEFT, "left"), (Stage.CANCELLED, "cancelled"), (Stage.UNCLOSED, "over"),
        (Stage.NO_SHOW, "no_show"),
    ],
)  # fmt: skip
def test_a_visit_that_is_over_has_a_closing_word(stage: Stage, what: str) -> None:
    phone = told(a_visit("A1", NINE, stage, room="r1", called_ms=NINE), when=Due.LATE)
    assert (phone["stage"], phone["what"], phone["place"], phone["called"], phone["where"]) == ("over", what, None, None, None)


# --- expected


def test_a_booked_patient_may_check_in_on_the_day_and_is_told_the_time_of_the_clinics_own_clock() -> None:
    phone = told(expected())
    assert (phone["stage"], phone["what"], phone["ticket"]) == ("expected", "expected_check_in", None)
    assert phone["booked"] == {"day": 2, "month": 3, "time": "14:30"}


@pytest.mark.parametrize(("when", "what"), [(Due.EARLY, "expected_later"), (Due.LATE, "go_to_desk")])
def test_on_another_day_there_is_nothing_to_check_in_to(when: Due, what: str) -> None:
    assert told(expected(), when=when)["what"] == what


def test_who_is_not_known_by_name_goes_to_the_desk() -> None:
    assert told(expected(person=None))["what"] == "go_to_desk"


def test_a_clinic_that_replays_a_log_offers_no_self_check_in() -> None:
    assert told(expected(), clock=SiteClock.LOG)["what"] == "go_to_desk"


def test_who_was_given_up_may_still_check_in_on_the_day() -> None:
    phone = told(expected(stage=Stage.NO_SHOW, since_ms=NINE))
    assert (phone["stage"], phone["what"]) == ("expected", "expected_check_in")


# --- after a try to check in


def test_a_wrong_date_leaves_the_form_and_says_so() -> None:
    assert answered(told(expected()), Said.WRONG) == (told(expected()), Said.WRONG)


def test_who_has_checked_in_does_not_see_the_form_again_while_the_ticket_is_on_its_way() -> None:
    phone, said = answered(told(expected()), Said.CHECKED_IN)
    assert (phone["what"], said) == ("checked_in", Said.CHECKED_IN)


@pytest.mark.parametrize("said", [Said.TOO_MANY, Said.NO_RECORD, Said.NOT_EXPECTED])
def test_who_cannot_check_in_here_is_sent_to_the_desk(said: Said) -> None:
    assert answered(told(expected()), said)[0]["what"] == "go_to_desk"


def test_where_the_patient_stands_now_overtakes_what_was_said() -> None:
    waiting, seen = told(a_visit("A1", NINE)), told(a_visit("A1", NINE, Stage.WITH_PROVIDER))
    assert answered(waiting, Said.CHECKED_IN) == (waiting, Said.CHECKED_IN)
    assert answered(waiting, Said.WRONG) == (waiting, None)
    assert answered(seen, Said.CHECKED_IN) == (seen, None)


# --- how long a link lives


@pytest.mark.parametrize("stage", [Stage.EXPECTED, Stage.WAITING, Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.AT_SERVICE])
def test_a_link_lives_as_long_as_the_visit_goes_on(stage: Stage) -> None:
    assert link_lives(a_visit("A1", NINE, stage), a_clinic(), NINE + 1000 * CLOSING_MS)


@pytest.mark.parametrize(
    "ended", [{"stage": Stage.DEPARTED, "checked_out_ms": NINE}, {"stage": Stage.CANCELLED, "since_ms": NINE}], ids=str
)
def test_a_link_ends_an_hour_after_the_visit(ended: dict[str, Any]) -> None:
    visit = LiveVisit(visit="v1", **ended)
    assert link_lives(visit, a_clinic(), NINE + CLOSING_MS - 1)
    assert not link_lives(visit, a_clinic(), NINE + CLOSING_MS)


def test_the_link_of_who_was_given_up_lives_until_the_day_is_over() -> None:
    visit = expected(stage=Stage.NO_SHOW, since_ms=NINE)
    assert link_lives(visit, a_clinic(), NINE + 8 * CLOSING_MS)
    assert not link_lives(visit, a_clinic(), NINE + 24 * CLOSING_MS)


def test_a_visit_whose_end_is_not_known_has_no_link() -> None:
    assert not link_lives(LiveVisit(visit="v1", stage=Stage.UNCLOSED), a_clinic(), NINE)


# --- nobody is named


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("called_ms", [None, NINE])
def test_nothing_that_could_name_somebody_or_say_why_they_came_is_told(stage: Stage, called_ms: int | None) -> None:
    visit = LiveVisit(
        visit="PLANTED-visit", person="PLANTED-person", provider="PLANTED-provider", visit_type="planted-type", stage=stage,
        priority=7, ticket="A1", queue="A", language="es", scheduled_ms=NINE, checked_in_ms=NINE, since_ms=NINE,
        called_ms=called_ms, room="r1", called_to="r1", service="r1",
    )  # fmt: skip
    phone = told(visit, a_visit("A2", NINE), providers=(Provider(id="PLANTED-provider", name="PLANTED Dr Who"),))
    assert "planted" not in json.dumps(phone).lower()
    assert not {7, "es", "r1", "A2", NINE} & _leaves(phone)


def _leaves(value: object) -> set[object]:
    if isinstance(value, dict):
        return {leaf for part in value.values() for leaf in _leaves(part)}
    if isinstance(value, list | tuple):
        return {leaf for part in value for leaf in _leaves(part)}
    return {value}

"""Some days of the book: when the clinic and each provider are there, who is booked, and what is missing of the visits to come."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from schemas.live import LiveAbsence, LiveProvider, LiveVisit
from schemas.opening_hours import OpeningHours
from schemas.sites import Hours, SiteProfile
from schemas.summaries import Stage
from services.checkin.domain.day_book import Days, booked, hours_of, lacking, openings_of, provider_of, row_of
from tests.unit.checkin.book_files import CLINIC, NEW_YORK

MONDAY = date(2026, 3, 2)
DAYS = Days(MONDAY, 2, NEW_YORK)
CHECKLIST = [
    {"id": "insurance", "name": "Insurance", "due_days": 2}, {"id": "consent", "name": "Consent", "visit_types": ["surgery"]},
    {"id": "form", "name": "Form"},
]  # fmt: skip


def clinic(**more: Any) -> SiteProfile:
    return SiteProfile.model_validate(CLINIC.model_dump(mode="json") | more)


def at(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK).timestamp() * 1000)


def a_visit(scheduled: int | None, visit: str = "v-1", **more: Any) -> LiveVisit:
    return LiveVisit.model_validate({"visit": visit, "stage": Stage.EXPECTED, "scheduled_ms": scheduled, **more})


def in_the_book(*visits: LiveVisit) -> list[str]:
    return [visit.visit for visit in booked(visits, CLINIC, DAYS)]


def hours(*spans: tuple[int, str, str]) -> list[dict[str, Any]]:
    return [{"weekday": day, "opens": opens, "closes": closes} for day, opens, closes in spans]


def shown(opening: dict[str, Any]) -> tuple[str, str]:
    first, last = (datetime.fromtimestamp(opening[name] / 1000, NEW_YORK).strftime("%H:%M") for name in ("from_ms", "until_ms"))
    return first, last


# --- openings -----------------------------------------------------------------------------------------------------


def test_each_day_has_its_openings_with_a_gap_for_the_break_and_a_day_off_has_none() -> None:
    profile = clinic(hours=hours((0, "13:00", "17:00"), (0, "08:00", "12:00")))
    monday, tuesday = openings_of(hours_of(profile)[""], DAYS)
    assert (monday["date"], [shown(one) for one in monday["openings"]]) == ("2026-03-02", [("08:00", "12:00"), ("13:00", "17:00")])
    assert tuesday == {"date": "2026-03-03", "openings": []}


def test_a_provider_without_hours_is_there_when_the_clinic_is_and_one_with_hours_when_they_say() -> None:
    lee, roy = ({"id": name, "name": name, "hours": spans} for name, spans in (("lee", []), ("roy", hours((0, "10:00", "11:00")))))
    found = hours_of(clinic(hours=hours((0, "08:00", "17:00")), providers=[lee, roy]))
    monday = {name: openings_of(found[name], DAYS)[0]["openings"] for name in ("lee", "roy")}
    assert [shown(one) for name in ("lee", "roy") for one in monday[name]] == [("08:00", "17:00"), ("10:00", "11:00")]


@pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (MONDAY, 24)])
def test_a_clinic_without_hours_is_open_all_day_however_long_the_day_is(day: date, length: int) -> None:
    [found] = openings_of(OpeningHours((), NEW_YORK), Days(day, 1, NEW_YORK))
    [opening] = found["openings"]
    assert opening["until_ms"] - opening["from_ms"] == length * 3_600_000


def test_on_the_day_the_clocks_change_an_opening_is_as_long_as_it_really_is() -> None:
    night = OpeningHours((Hours.model_validate({"weekday": 6, "opens": "01:00", "closes": "06:00"}),), NEW_YORK)
    [opening] = openings_of(night, Days(date(2026, 3, 8), 1, NEW_YORK))[0]["openings"]
    assert opening["until_ms"] - opening["from_ms"] == 4 * 3_600_000


def test_only_absences_that_touch_these_days_are_told() -> None:
    away = [
        LiveAbsence(event=name, from_ms=at(first, 9), until_ms=at(last, 9))
        for name, first, last in (("a", 1, 2), ("b", 4, 5), ("c", 3, 9))
    ]
    known = LiveProvider(provider="dr-lee", absences=tuple(away))
    found = provider_of("dr-lee", known, OpeningHours((), NEW_YORK), DAYS)
    assert [absence["event"] for absence in found["absences"]] == ["a", "c"]
    assert provider_of("dr-roy", None, OpeningHours((), NEW_YORK), DAYS)["absences"] == []


# --- visits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visit", "there"),
    [
        (a_visit(at(2, 0)), True), (a_visit(at(3, 23, 59)), True), (a_visit(at(4, 0)), False), (a_visit(at(1, 23)), False),
        (a_visit(at(1, 23), minutes=90), True), (a_visit(at(1, 23, 45), buffer_after=10), True), (a_visit(at(4, 0), buffer_before=5), True),
        (a_visit(None), False), (a_visit(at(3, 9), stage=Stage.CANCELLED), True),
    ],
    ids=["at midnight", "at the end", "the day after", "the day before", "over midnight", "with what comes after", "with what comes before",
         "a walk-in", "cancelled"],
)  # fmt: skip
def test_a_visit_is_in_the_book_of_the_days_that_it_touches(visit: LiveVisit, *, there: bool) -> None:
    assert in_the_book(visit) == (["v-1"] if there else [])


def test_a_row_says_what_was_booked_and_names_nobody() -> None:
    row = row_of(
        a_visit(at(2, 9), person="p-1", booked_provider="dr-lee", provider="dr-roy", booked_room="r1", buffer_after=5, plan="e-1",
                planned_by="e-2", delay_minutes=10, confirmed=True, ticket="A1", checklist={"form": "done"}, offsets=(1, 2)), CLINIC,
    )  # fmt: skip
    assert row == {
        "visit": "v-1", "stage": "expected", "person": "p-1", "provider": "dr-lee", "room": "r1", "scheduled_ms": at(2, 9),
        "minutes": CLINIC.slot_minutes, "buffer_after": 5, "plan": "e-1", "planned_by": "e-2", "delay_minutes": 10, "confirmed": True,
        "ticket": "A1", "checklist": {"form": "done"}, "priority": 5,
    }  # fmt: skip


# --- what is missing ----------------------------------------------------------------------------------------------


def missing(*visits: LiveVisit, today: date = MONDAY, number: int = 14) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    found = lacking(visits, clinic(checklist=CHECKLIST), Days(today, number, NEW_YORK), today)
    return [(row["visit"], [(item["item"], item["due_on"], item["overdue"]) for item in row["items"]]) for row in found]


def test_a_visit_lacks_what_is_for_its_kind_and_neither_there_nor_waived() -> None:
    visit = a_visit(at(9, 9), visit_type="check-up", checklist={"form": "done", "insurance": "requested"})
    assert missing(visit) == [("v-1", [("insurance", "2026-03-07", False)])]
    assert missing(visit.model_copy(update={"visit_type": "surgery"}))[0][1][1] == ("consent", "2026-03-09", False)
    assert missing(a_visit(at(9, 9), checklist={"form": "done", "insurance": "waived"})) == []


def test_what_should_have_been_there_by_yesterday_is_overdue_and_today_is_in_time() -> None:
    assert missing(a_visit(at(3, 9)), today=date(2026, 3, 1))[0][1] == [
        ("insurance", "2026-03-01", False),
        ("form", "2026-03-03", False),
    ]
    assert missing(a_visit(at(3, 9)))[0][1][0] == ("insurance", "2026-03-01", True)


def test_what_is_due_first_comes_first() -> None:
    far, near = a_visit(at(9, 9), "far"), a_visit(at(10, 9), "near", checklist={"insurance": "done"})
    assert [visit for visit, _ in missing(near, far)] == ["far", "near"]


def test_only_who_is_expected_within_these_days_is_listed() -> None:
    gone = a_visit(at(3, 9), "gone", stage=Stage.DEPARTED)
    assert missing(gone, a_visit(at(20, 9), "later")) == []
    assert [visit for visit, _ in missing(a_visit(at(2, 23)), number=1)] == ["v-1"]


def test_the_day_of_a_visit_is_the_clinics_own() -> None:
    late = a_visit(int(datetime(2026, 3, 10, 1, 0, tzinfo=UTC).timestamp() * 1000), checklist={"insurance": "done"})
    assert missing(late) == [("v-1", [("form", "2026-03-09", False)])]

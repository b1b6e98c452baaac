"""Visits as `clinicflow visits` prints them."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from schemas.live import LiveVisit
from schemas.summaries import SOURCE_OFFSET_HEADER, Stage, VisitSummary
from services.cli.departed import latest
from services.cli.visit_row import VisitRow

NINE = int(datetime(2026, 3, 2, 14, tzinfo=UTC).timestamp() * 1000)


def test_open_visit_has_empty_cells_for_what_is_not_known() -> None:
    live = LiveVisit(
        visit="v1", stage=Stage.IN_ROOM, ticket="A01", checked_in_ms=NINE, roomed_ms=NINE + 600_000, waiting_room_seconds=600
    )
    assert VisitRow.of_live(live).cells("America/New_York") == (
        "v1", "A01", "in_room", "2026-03-02T09:00:00-05:00", "2026-03-02T09:10:00-05:00", "", "", "600", "", "", "",
    )  # fmt: skip


def test_who_left_was_not_checked_out() -> None:
    live = LiveVisit(visit="v1", stage=Stage.LEFT, checked_in_ms=NINE, checked_out_ms=NINE + 60_000)
    assert VisitRow.of_live(live).cells("UTC")[3:7] == ("2026-03-02T14:00:00+00:00", "", "", "")


def test_departed_visit_reads_alike_live_or_from_its_summary() -> None:
    live = LiveVisit(
        visit="v1", stage=Stage.DEPARTED, ticket="A01", checked_in_ms=NINE, checked_out_ms=NINE + 60_500, cycle_seconds=60
    )
    assert VisitRow.of_live(live).cells("America/New_York") == VisitRow.of_summary(
        a_summary("v1", 7, checked_out_at="2026-03-02T14:01:00.500Z", cycle_seconds=60)
    ).cells("America/New_York")


def test_fractions_of_a_second_are_kept() -> None:
    live = LiveVisit(visit="v1", stage=Stage.WAITING, checked_in_ms=NINE + 5)
    assert VisitRow.of_live(live).cells("UTC")[3] == "2026-03-02T14:00:00.005+00:00"


def test_visits_are_sorted_by_arrival_and_who_has_not_arrived_comes_last() -> None:
    found = [
        LiveVisit(visit="booked", stage=Stage.EXPECTED),
        LiveVisit(visit="b", stage=Stage.WAITING, checked_in_ms=2),
        LiveVisit(visit="c", stage=Stage.WAITING, checked_in_ms=1),
        LiveVisit(visit="a", stage=Stage.WAITING, checked_in_ms=2),
    ]
    assert [row.visit for row in sorted(map(VisitRow.of_live, found), key=VisitRow.order)] == ["c", "a", "b", "booked"]


def a_summary(visit: str, offset: int, site: str = "demo", **more: Any) -> VisitSummary:
    said = {"ticket": "A01", "checked_in_at": "2026-03-02T14:00:00Z", "end": "departed"}
    return VisitSummary.model_validate({**said, "site": site, "visit": visit, "source_offset": offset, **more})


def record(summary: VisitSummary) -> SimpleNamespace:
    return SimpleNamespace(key=summary.visit.encode(), value=summary.model_dump_json().encode(), headers=[])


def tombstone(visit: str, offset: int) -> SimpleNamespace:
    return SimpleNamespace(key=visit.encode(), value=None, headers=[(SOURCE_OFFSET_HEADER, str(offset).encode())])


def test_highest_source_offset_counts_whatever_came_last() -> None:
    late, early = a_summary("v1", 9, cycle_seconds=90), a_summary("v1", 3, cycle_seconds=30)
    assert latest([record(late), record(early)], "demo") == [late]


def test_summary_that_was_taken_back_is_gone() -> None:
    assert latest([record(a_summary("v1", 3)), tombstone("v1", 5)], "demo") == []
    again = a_summary("v1", 8)
    assert latest([tombstone("v1", 5), record(again), record(a_summary("v1", 3))], "demo") == [again]


def test_other_sites_and_what_cannot_be_read_are_left_out() -> None:
    broken = SimpleNamespace(key=b"v3", value=b"{", headers=[])
    assert latest([record(a_summary("v2", 1, site="other")), broken], "demo") == []

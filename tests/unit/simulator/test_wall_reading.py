"""The wall as a screen receives it, and how soon it shows what the desk did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.simulator.domain.screen import Screen
from services.simulator.domain.sightings import Sightings, percentile
from services.simulator.domain.sse import Message, Reader
from services.simulator.domain.wall_view import Sight, WallView, changes

WALL = {
    "queues": {"A": "Waiting", "B": "Walk-in"},
    "calling": [{"ticket": "A01", "to": "Room 1", "called_ms": 1}],
    "waiting": {"A": [{"ticket": "A02", "checked_in_ms": 2}, {"ticket": "A03", "checked_in_ms": 3}], "B": []},
}


def a_screen() -> Screen:
    screen = Screen()
    assert screen.take("snapshot", "5-100", {"wall": WALL})
    return screen


def test_snapshot_is_shown() -> None:
    assert a_screen().view() == WallView({"A01": "Room 1"}, {"A": ("A02", "A03")})


def test_change_is_spliced_in() -> None:
    screen = a_screen()
    change = {
        "calling": {"at": 0, "remove": 1, "insert": [{"ticket": "A02", "to": None, "called_ms": 4}]},
        "waiting": {"A": {"at": 0, "remove": 1, "insert": []}, "B": {"at": 0, "remove": 0, "insert": [{"ticket": "B01"}]}},
    }
    assert screen.take("change", "6-110", {"before": "5-100", "change": change})
    assert screen.view() == WallView({"A02": None}, {"A": ("A03",), "B": ("B01",)})


def test_queue_that_is_no_more_is_dropped() -> None:
    screen = a_screen()
    assert screen.take("change", "6-110", {"before": "5-100", "change": {"queues": {"B": "Walk-in"}}})
    assert screen.view().waiting == {}


def test_change_that_does_not_follow_asks_for_a_snapshot() -> None:
    screen = a_screen()
    assert not screen.take("change", "8-120", {"before": "7-115", "change": {}})
    assert screen.view() == WallView({"A01": "Room 1"}, {"A": ("A02", "A03")})


def test_beat_changes_nothing() -> None:
    screen = a_screen()
    assert screen.take("beat", "", {"server_ms": 1})
    assert screen.last_id == "5-100"


def test_stream_is_read_line_by_line() -> None:
    reader = Reader()
    lines = ["retry: 1000", "event: snapshot", "id: 5-1", "data: {", "data: }", "", ": a comment", "", "event: beat", "data: x", ""]
    assert [message for line in lines if (message := reader.line(line))] == [
        Message("snapshot", "{\n}", "5-1"), Message("beat", "x", "5-1"),
    ]  # fmt: skip


def test_only_what_is_seen_otherwise_is_a_change() -> None:
    before = WallView({"A01": "Room 1"}, {"A": ("A02", "A03")})
    after = WallView({"A02": "Room 2"}, {"A": ("A03", "A04")})
    assert changes(before, after) == {"A01": Sight.GONE, "A02": Sight.CALLING, "A04": Sight.WAITING}


def test_sight_before_the_answer_counts_from_the_sending() -> None:
    sightings = Sightings()
    sightings.shown("A01", Sight.WAITING, 10.03)
    sightings.expect("A01", frozenset({Sight.WAITING}), 10.0)
    assert sightings.seconds == [pytest.approx(0.03)]


def test_sight_after_the_answer_is_waited_for() -> None:
    sightings = Sightings()
    sightings.expect("A01", frozenset({Sight.GONE}), 10.0)
    sightings.shown("A01", Sight.CALLING, 10.1)
    assert sightings.seconds == []
    sightings.shown("A01", Sight.GONE, 10.4)
    assert sightings.seconds == [pytest.approx(0.4)]


def test_what_was_seen_before_the_command_shows_nothing() -> None:
    sightings = Sightings()
    sightings.shown("A01", Sight.CALLING, 9.0)
    sightings.expect("A01", frozenset({Sight.CALLING}), 10.0)
    assert sightings.seconds == []


def test_what_is_never_shown_counts_against_the_wall() -> None:
    sightings = Sightings()
    sightings.expect("A01", frozenset({Sight.GONE}), 10.0)
    assert sightings.close(15.0) == 1
    assert sightings.seconds == [5.0]


def test_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.99) is None


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0.01, 1))
def test_percentile_is_not_exceeded_by_its_share(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9

"""A screen that takes the changes shows what a fresh snapshot would."""

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.live import LiveQueue, LiveRoom, LiveVisit
from schemas.rooms import RoomStatus
from schemas.sites import SiteProfile, Sound, Voice, WaitingArea
from schemas.summaries import Stage
from services.board.domain.wall import Shown, Wall, wall_of
from services.board.domain.wall_change import change_between
from tests.builders_live import a_clinic, a_visit
from tests.wall_screen import after

NINE = 1_790_000_000_000
instants = st.integers(NINE, NINE + 5)
ROOMS = ("r1", "r2", "r3", "elsewhere")


@st.composite
def visits(draw: st.DrawFn) -> LiveVisit:
    letter, number = draw(st.sampled_from("ABZ")), draw(st.integers(1, 4))
    return LiveVisit(
        visit=f"v{draw(st.integers(1, 9))}",
        ticket=draw(st.sampled_from([f"{letter}{number}", None])),
        queue=draw(st.sampled_from([letter, None])),
        priority=draw(st.sampled_from([1, 5])),
        stage=draw(st.sampled_from([Stage.WAITING, Stage.WAITING, Stage.IN_ROOM, Stage.WITH_PROVIDER, Stage.DEPARTED])),
        checked_in_ms=draw(st.none() | instants),
        called_ms=draw(st.none() | instants),
        called_to=draw(st.none() | st.sampled_from(ROOMS)),
        roomed_ms=draw(st.none() | instants),
        room=draw(st.none() | st.sampled_from(ROOMS)),
    )


profiles = st.sampled_from(
    [
        a_clinic(),
        a_clinic(queues={"A": "Doctor", "B": "Blood"}),
        a_clinic(queues={"B": "Blood"}, languages=("es",), rooms=()),
        a_clinic(
            queues={"A": "Doctor", "B": "Blood"},
            areas=(WaitingArea(id="lab", name="Laboratory", queues=("B",)),),
            wall_messages=({"en": "Open until eight today."},),
            sound=Sound(voice=Voice.OFF),
        ),
    ]
)
PACES = st.dictionaries(st.sampled_from("AB"), st.integers(1, 1000))
rooms = st.builds(
    LiveRoom, room=st.sampled_from(ROOMS), status=st.sampled_from(RoomStatus), visits=st.sampled_from([(), ("v1",), ("v1", "v2")])
)


@st.composite
def walls(draw: st.DrawFn) -> Wall:
    profile: SiteProfile = draw(profiles)
    present = {visit.visit: visit for visit in draw(st.lists(visits(), max_size=12))}
    fitted = {room.room: room for room in draw(st.lists(rooms, max_size=4))}
    paces = {letter: LiveQueue(queue=letter, pace_seconds=pace, taken_ms=NINE) for letter, pace in draw(PACES).items()}
    shown = Shown(profile, present, fitted, paces, silent=draw(st.booleans()), at_ms=NINE)
    return wall_of(shown, ["en", "es"], draw(st.sampled_from([None, "lab", "gone"])))


def of(visits: Iterable[LiveVisit]) -> Wall:
    return wall_of(Shown(a_clinic(), {visit.visit: visit for visit in visits}, {}, {}, silent=False, at_ms=NINE), ["en"])


def sent(value: object) -> Any:
    return json.loads(json.dumps(value))


@given(st.lists(walls(), min_size=1, max_size=6))
def test_a_snapshot_and_its_changes_equal_a_fresh_snapshot(days: list[Wall]) -> None:
    shown = sent(days[0])
    for old, new in pairwise(days):
        shown = after(shown, sent(change_between(old, new)))
        assert shown == sent(new)
        assert list(shown["queues"]) == list(new["queues"])


@given(walls())
def test_a_wall_that_stays_the_same_changes_nothing(wall: Wall) -> None:
    assert change_between(sent(wall), sent(wall)) == {}


def test_one_call_in_a_long_queue_is_a_short_change() -> None:
    queue = [a_visit(f"A{number}", NINE + number) for number in range(500)]
    called = queue[0].model_copy(update={"called_ms": NINE + 600})
    change = change_between(of(queue), of([called, *queue[1:]]))
    assert change == {
        "calling": {"at": 0, "remove": 0, "insert": [of([called])["calling"][0]]},
        "waiting": {"A": {"at": 0, "remove": 1, "insert": []}},
    }


def test_of_two_entries_that_look_the_same_one_can_go() -> None:
    twins = [LiveVisit(visit=name, ticket="A1", queue="A", stage=Stage.WAITING) for name in ("today", "yesterday")]
    both, one = (of(visits) for visits in (twins, twins[:1]))
    assert after(sent(both), sent(change_between(both, one))) == sent(one)
    assert after(sent(one), sent(change_between(one, both))) == sent(both)

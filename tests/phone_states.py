"""Every state that a patient's own page can be in, each as the visit that brings it about."""

from typing import Any, NamedTuple

from schemas.live import LiveQueue, LiveVisit
from schemas.sites import Room, ServicePoint, SiteProfile
from schemas.summaries import Stage
from services.runtime.clock import Clock
from tests.builders_live import FlowStandIn, a_clinic, a_visit

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
LONG_NAME = "Ultrasound and Diagnostic Imaging, second floor, left wing"


class State(NamedTuple):
    """A visit, and what stands in the address of its page besides."""

    visit: LiveVisit
    said: str = ""


def a_clinic_of_long_names() -> SiteProfile:
    """A clinic whose own words are as long as they may be."""
    rooms = (Room(id="r2", name="Room 2"), Room(id="long", name=LONG_NAME))
    return a_clinic(
        name="Maple Street Family Medicine and Pediatrics", queues={"A": "Family medicine"}, rooms=rooms,
        service_points=(ServicePoint(id="lab", name="Laboratory"),), next_up=2,
    )  # fmt: skip


def states() -> dict[str, State]:
    """All states, by a name for each. Those who wait stand in line behind each other."""
    now = Clock().now_ms()
    booked: dict[str, Any] = {"person": "p1", "scheduled_ms": now + 30 * MINUTE}
    return {
        "expected": State(_expected("expected", **booked)),
        "wrong-date": State(_expected("wrong-date", **booked), "wrong"),
        "try-again": State(_expected("try-again", **booked), "try-again"),
        "too-many": State(_expected("too-many", **booked), "too-many"),
        "no-record": State(_expected("no-record", **booked), "no-record"),
        "just-checked-in": State(_expected("just-checked-in", **booked), "checked-in"),
        "another-day": State(_expected("another-day", person="p1", scheduled_ms=now + 3 * DAY)),
        "to-the-desk": State(_expected("to-the-desk", scheduled_ms=now + 30 * MINUTE)),
        "next": State(a_visit("A101", now - 30 * MINUTE)),
        "waiting": State(a_visit("A104", now - 10 * MINUTE)),
        "has-checked-in": State(a_visit("A105", now - MINUTE), "checked-in"),
        "called": State(a_visit("A106", now, called_ms=now, called_to="r2")),
        "called-far": State(a_visit("A107", now, called_ms=now, called_to="long")),
        "called-to-desk": State(a_visit("A108", now, called_ms=now)),
        "in-room": State(a_visit("A109", now, Stage.IN_ROOM, room="r2")),
        "with-provider": State(a_visit("A110", now, Stage.WITH_PROVIDER, room="long")),
        "at-service": State(a_visit("A111", now, Stage.AT_SERVICE, service="lab")),
        "between": State(a_visit("A112", now, Stage.AT_SERVICE)),
        "departed": State(a_visit("A113", now, Stage.DEPARTED, checked_out_ms=now)),
        "left": State(a_visit("A114", now, Stage.LEFT, checked_out_ms=now)),
        "cancelled": State(LiveVisit(visit="visit-cancelled", stage=Stage.CANCELLED, since_ms=now)),
        "given-up": State(LiveVisit(visit="visit-given-up", stage=Stage.NO_SHOW, since_ms=now, scheduled_ms=now - DAY)),
        "unclosed": State(a_visit("A115", now, Stage.UNCLOSED, since_ms=now)),
    }


def show_all(flow: FlowStandIn) -> dict[str, State]:
    """Have a clinic show visits in every state."""
    every = states()
    others = [a_visit(f"A{number}", Clock().now_ms() - 20 * MINUTE) for number in (102, 103)]
    pace = LiveQueue(queue="A", pace_seconds=400, taken_ms=Clock().now_ms())
    flow.show(pace, *others, *(state.visit for state in every.values()))
    return every


def _expected(name: str, **more: Any) -> LiveVisit:
    return LiveVisit(visit=f"visit-{name}", stage=Stage.EXPECTED, **more)

"""The live state: what is shown, changed by what effects name, is always what would be shown anew; and only what the schema knows."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from schemas.live import LiveAlert, LiveOpenItems, LiveProvider, LiveQueue, LiveRoom, LiveSupply, LiveVisit
from schemas.sites import SiteProfile
from services.flow.domain import show
from services.flow.domain.effects import Effects
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from tests.builders import Clinic, milliseconds
from tests.unit.flow.folding import Flow, plain
from tests.unit.flow.histories import AFTER, Told, often, reports, told

SHOWN: dict[str, type[BaseModel]] = {
    "visit": LiveVisit,
    "room": LiveRoom,
    "provider": LiveProvider,
    "supply": LiveSupply,
    "queue": LiveQueue,
    "open": LiveOpenItems,
    "alert": LiveAlert,
    "profile": SiteProfile,
}


def shown(site: Site) -> dict[str, Any]:
    fields = {name: show.field(site, name) for name in show.names(site)}
    return {name: value for name, value in fields.items() if value is not None}


def check(fields: dict[str, Any]) -> None:
    """Every field is one of the contract's, holds nothing beyond it, and stands under its own name."""
    for name, value in fields.items():
        kind, _, key = name.partition(":")
        model = SHOWN[kind].model_validate_json(plain(value), extra="forbid")
        assert kind == "profile" or getattr(model, "visit" if kind == "open" else kind) == key


def visit_shown(flow: Flow, visit: str) -> LiveVisit:
    return LiveVisit.model_validate_json(plain(show.field(flow.site, f"visit:{visit}")), extra="forbid")


class Screen:
    """Holds fields as a reader of changes does."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}

    def take(self, site: Site, effects: Effects) -> None:
        for name in effects.changed.get(site.id, ()):
            value = show.field(site, name)
            if value is None:
                self.fields.pop(name, None)
            else:
                self.fields[name] = value


@often
@given(tellings=reports, commands=st.lists(st.booleans(), min_size=20, max_size=20))
def test_a_screen_that_applies_every_change_shows_what_a_fresh_one_shows(tellings: list[Told], commands: list[bool]) -> None:
    clinic = Clinic(retention_hours=2)
    clinics = [clinic, clinic.feed()]
    for tell, command in zip(tellings, commands, strict=False):
        told(clinics[0] if command else clinics[1], [tell])
    state, screen = PartitionState(), Screen()
    for record in clinic.records:
        effects = Effects()
        state.fold(record, effects)
        screen.take(state.sites["demo"], effects)
        assert plain(screen.fields) == plain(shown(state.sites["demo"]))
    effects = Effects()
    state.tick(milliseconds(AFTER), effects)
    screen.take(state.sites["demo"], effects)
    assert plain(screen.fields) == plain(shown(state.sites["demo"]))
    check(screen.fields)


def test_a_visit_shows_its_times_and_nothing_that_is_unknown() -> None:
    clinic = Clinic()
    clinic.book("ann", "08:00", scheduled="10:00", person="p1", provider="dr-lee", visit_type="follow-up")
    clinic.check_in("ann", "09:55", language="es")
    clinic.call("ann", "10:05", room="r1")
    flow = Flow(clinic)
    assert show.field(flow.site, "visit:ann") == {
        "visit": "ann", "stage": "waiting", "ticket": "A01", "queue": "A", "priority": 5, "person": "p1", "provider": "dr-lee",
        "visit_type": "follow-up", "language": "es", "called_to": "r1", "scheduled_ms": clinic.ms("10:00"), "checked_in_ms": clinic.ms("09:55"),
        "called_ms": clinic.ms("10:05"), "since_ms": clinic.ms("09:55"), "booked_provider": "dr-lee", "offsets": [1, 2, 3],
    }  # fmt: skip


def test_a_visit_shows_where_its_events_stand_first_and_no_refused_ones() -> None:
    clinic = Clinic()
    arrived = clinic.check_in("ann", "10:00")
    clinic.check_in("bob", "10:01")
    clinic.check_in("ann", "10:02")
    roomed = clinic.room("ann", "10:05", "r1")
    clinic.log.repeat(arrived)
    undo = clinic.undo(roomed, "10:06")
    flow = Flow(clinic)
    assert visit_shown(flow, "ann").offsets == (arrived.offset, roomed.offset, undo.offset)


def test_a_visit_shows_where_its_checklist_stands_by_the_last_word_on_each_item() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00")
    clinic.check_off("ann", "10:02", "insurance", "requested")
    done = clinic.check_off("ann", "10:05", "insurance", "done")
    clinic.check_off("ann", "10:06", "consent", "missing")
    clinic.feed().check_off("ann", "10:01", "insurance", "missing", recorded="10:07")
    flow = Flow(clinic)
    assert visit_shown(flow, "ann").checklist == {"consent": "missing", "insurance": "done"}
    clinic.undo(done, "10:08")
    assert visit_shown(flow.read(), "ann").checklist == {"consent": "missing", "insurance": "requested"}


def test_of_two_words_on_an_item_at_one_moment_the_one_with_the_higher_id_counts() -> None:
    for order in (("a", "b"), ("b", "a")):
        clinic = Clinic().feed()
        clinic.check_in("ann", "10:00")
        for event in order:
            clinic.check_off("ann", "10:05", "consent", {"a": "done", "b": "waived"}[event], id=event)
        assert visit_shown(Flow(clinic), "ann").checklist == {"consent": "waived"}


def test_who_checked_in_on_their_own_phone_is_shown_so_while_that_arrival_stands() -> None:
    clinic = Clinic()
    arrived = clinic.check_in("ann", "10:00", channel="page")
    clinic.check_in("bob", "10:00", channel="desk")
    clinic.call("ann", "10:04")
    flow = Flow(clinic)
    assert [visit_shown(flow, visit).arrived_by for visit in ("ann", "bob")] == ["page", None]
    clinic.undo(arrived, "10:05")
    clinic.check_in("ann", "10:06")
    assert visit_shown(flow.read(), "ann").arrived_by is None


def test_a_departed_visit_shows_its_durations_and_faults() -> None:
    clinic = Clinic().feed()
    clinic.room("ann", "10:00", "r1")
    clinic.check_in("ann", "10:05")
    clinic.see("ann", "10:10")
    clinic.check_out("ann", "10:30")
    flow = Flow(clinic)
    field = show.field(flow.site, "visit:ann")
    assert field is not None
    check({"visit:ann": field})
    said = LiveVisit.model_validate_json(plain(field))
    assert (said.waiting_room_seconds, said.exam_room_seconds, said.provider_seconds, said.cycle_seconds) == (None, 600, 1200, 1500)
    assert (said.faults, said.checked_out_ms, said.room) == (("roomed-before-check-in",), clinic.ms("10:30"), None)


def test_every_room_of_the_clinic_is_shown_and_another_only_while_somebody_is_in_it() -> None:
    clinic = Clinic().feed()
    clinic.room("ann", "10:00", "cellar")
    flow = Flow(clinic)
    rooms = [name for name in show.names(flow.site) if name.startswith("room:")]
    assert rooms == ["room:cellar", "room:r1", "room:r2", "room:r3"]
    assert show.field(flow.site, "room:cellar") == {"room": "cellar", "status": "ready", "visits": ("ann",)}
    clinic.leave_room("ann", "10:10")
    flow.read()
    assert show.field(flow.site, "room:cellar") is None
    assert show.field(flow.site, "room:r1") == {"room": "r1", "status": "ready", "visits": ()}


def test_a_room_that_the_clinic_gives_up_goes_and_a_new_one_comes() -> None:
    clinic = Clinic()
    flow = Flow(clinic)
    screen = Screen()
    screen.take(flow.site, flow.fresh())
    clinic.changes_profile(at="10:00", rooms=[{"id": "r1", "name": "Room 1"}, {"id": "new", "name": "New"}])
    flow.read()
    screen.take(flow.site, flow.fresh())
    assert sorted(name for name in screen.fields if name.startswith("room:")) == ["room:new", "room:r1"]
    assert plain(screen.fields) == plain(shown(flow.site))


def test_an_alert_shows_since_when_it_stands() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    flow = Flow(clinic).tick("10:20")
    [name] = flow.standing()
    assert show.field(flow.site, f"alert:{name}") == {
        "alert": name, "kind": "wait-warning", "visit": "ann", "since_ms": clinic.ms("10:15"),
    }  # fmt: skip
    assert show.field(flow.site, "alert:wait-warning/ann/1") is None
    assert show.field(flow.site, "alert:wait-warning/zoe/1") is None


def test_the_time_of_a_corrected_call_is_shown_anew() -> None:
    clinic = Clinic(next_up=0)
    clinic.check_in("ann", "10:00")
    call = clinic.call("ann", "10:10")
    flow = Flow(clinic)
    screen = Screen()
    screen.take(flow.site, flow.fresh())
    clinic.correct(call, "10:12", to="10:09")
    flow.read()
    screen.take(flow.site, flow.fresh())
    assert screen.fields[f"alert:called/ann/{call.id}"]["since_ms"] == clinic.ms("10:09")

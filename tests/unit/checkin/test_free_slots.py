"""The first free times are those that flow would accept, and none before them was left out."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from schemas.live import LiveProvider, LiveVisit
from schemas.summaries import Stage
from services.checkin.domain.day_book import MINUTE_MS, Days
from services.checkin.domain.free_slots import Free, Occupied, Wanted, free_slots, local, wanted_for
from services.flow.domain import show
from services.flow.domain.site import Site
from tests.builders import Clinic, milliseconds
from tests.unit.flow.folding import Flow, plain
from tests.unit.flow.histories import often

MONDAY = date(2026, 3, 2)
NEW_YORK = ZoneInfo("America/New_York")
HOURS = [{"weekday": 0, "opens": "08:00", "closes": "09:30"}, {"weekday": 0, "opens": "10:00", "closes": "11:30"}]
SURGERY = {
    "code": "surgery", "name": "Surgery", "minutes": 30, "buffer_before": 5, "buffer_after": 10, "equipment": ["light"],
    "room_is_booked": True,
}  # fmt: skip
CLINIC: dict[str, Any] = {
    "hours": HOURS,
    "slot_minutes": 20,
    "providers": [
        {"id": "dr-lee", "name": "Dr Lee (invented)"},
        {"id": "dr-roy", "name": "Dr Roy (invented)", "hours": [{"weekday": 0, "opens": "09:00", "closes": "10:40"}]},
    ],
    "rooms": [{"id": "r1", "name": "Room 1"}, {"id": "theatre", "name": "Theatre", "equipment": ["light"]}],
    "visit_types": [SURGERY, {"code": "check-up", "name": "Check-up", "minutes": 15}],
}


def a_clinic(**more: Any) -> Clinic:
    return Clinic(opens="06:00", **(CLINIC | more))


def found(site: Site, wanted: Wanted) -> list[Free]:
    """Every free time, of the live state as it is shown."""
    shown = {name: plain(value) for name in show.names(site) if (value := show.field(site, name)) is not None}
    visits = [LiveVisit.model_validate_json(value) for name, value in shown.items() if name.startswith("visit:")]
    providers = {
        name.partition(":")[2]: LiveProvider.model_validate_json(value)
        for name, value in shown.items()
        if name.startswith("provider:")
    }
    return list(free_slots(site.profile, Occupied(visits, providers, site.profile), wanted))


def wanted_of(site: Site, kind: str | None, at: str = "06:30", **more: Any) -> Wanted:
    kinds = {one.code: one for one in site.profile.visit_types}
    now = milliseconds(Clinic(opens=None).moment(at))
    return wanted_for(site.profile, Days(MONDAY, 1, NEW_YORK), now, kinds.get(kind or ""), None)._replace(**more)


def accepts(flow: Flow, wanted: Wanted, one: Free, number: int) -> bool:
    """Whether flow would take the booking of this free time, as things stand."""
    other = deepcopy(flow)
    said = {
        "provider": one.provider, "room": one.room, "minutes": wanted.minutes, "buffer_before": wanted.before or None,
        "buffer_after": wanted.after or None, "visit_type": wanted.kind.code if wanted.kind else None,
    }  # fmt: skip
    at = datetime.fromtimestamp(one.start / 1000, UTC)
    record = other.clinic.book(f"new-{number}", "06:30", scheduled=at, **said)
    return other.read().applied(record)


_quarters = st.integers(0, 15).map(lambda at: f"{8 + at // 4:02d}:{at % 4 * 15:02d}")
_bookings = st.lists(
    st.tuples(_quarters, st.sampled_from(("dr-lee", "dr-roy")), st.sampled_from((None, "theatre")), st.sampled_from((10, 25, 40))),
    max_size=6,
)
_absences = st.lists(st.tuples(st.sampled_from(("dr-lee", "dr-roy")), _quarters), max_size=2)


@often
@given(bookings=_bookings, absences=_absences, kind=st.sampled_from((None, "surgery", "check-up")))
def test_what_is_offered_is_accepted_and_what_is_accepted_was_offered(
    bookings: list[tuple[str, str, str | None, int]], absences: list[tuple[str, str]], kind: str | None
) -> None:
    clinic = a_clinic()
    for number, (at, provider, room, minutes) in enumerate(bookings):
        clinic.book(
            f"v{number}",
            "06:10",
            scheduled=at,
            provider=provider,
            room=room,
            minutes=minutes,
            override="urgent" if number % 3 == 0 else None,
        )
    for provider, at in absences:
        clinic.is_away(provider, "06:20", since=at, until="11:00" if at < "11:00" else "12:00")
    flow = Flow(clinic)
    wanted = wanted_of(flow.site, kind)
    offered = found(flow.site, wanted)
    assert [accepts(flow, wanted, one, number) for number, one in enumerate(offered)] == [True] * len(offered)
    starts = {(one.start, one.provider) for one in offered}
    room = "theatre" if kind == "surgery" else None
    grid = clinic.profile.slot_minutes * MINUTE_MS
    for provider, opens, closes in (("dr-lee", "08:00", "09:30"), ("dr-lee", "10:00", "11:30"), ("dr-roy", "09:00", "10:40")):
        for start in range(clinic.ms(opens), clinic.ms(closes), grid):
            assert accepts(flow, wanted, Free(start, provider, room), start) == ((start, provider) in starts), (
                local(start, wanted.days),
                provider,
            )


def test_the_first_free_time_comes_first_and_the_provider_whom_the_profile_names_first() -> None:
    site = Flow(a_clinic()).site
    first, *_ = offered = found(site, wanted_of(site, "check-up"))
    assert (local(first.start, wanted_of(site, None).days), first.provider) == ("2026-03-02T08:00", "dr-lee")
    assert offered == sorted(offered, key=lambda one: (one.start, one.provider))


def test_nothing_that_is_over_is_offered() -> None:
    site = Flow(a_clinic()).site
    wanted = wanted_of(site, "check-up", at="10:07")
    assert local(found(site, wanted)[0].start, wanted.days) == "2026-03-02T10:10"


def test_at_once_after_another_booking_however_odd_its_end_is() -> None:
    clinic = a_clinic()
    clinic.book("ann", "06:10", scheduled="08:00", provider="dr-lee", minutes=17)
    site = Flow(clinic).site
    wanted = wanted_of(site, "check-up", provider="dr-lee")
    assert local(found(site, wanted)[0].start, wanted.days) == "2026-03-02T08:17"


def test_a_visit_longer_than_every_opening_is_offered_nowhere() -> None:
    site = Flow(a_clinic()).site
    assert found(site, wanted_of(site, None, minutes=101)) == []


def test_a_clinic_without_hours_is_always_open_and_a_provider_without_hours_is_there_with_it() -> None:
    site = Flow(a_clinic(hours=[], providers=[{"id": "dr-lee", "name": "Dr Lee (invented)"}])).site
    wanted = wanted_of(site, "check-up")
    offered = found(site, wanted)
    assert local(offered[0].start, wanted.days) == "2026-03-02T06:30"
    assert local(offered[-1].start, wanted.days) == "2026-03-02T23:40"


def test_a_time_is_held_by_a_patient_who_came_too_early_and_of_whom_nobody_said_that_they_left() -> None:
    every_day = [{"weekday": day, "opens": "08:00", "closes": "11:30"} for day in range(7)]
    clinic = a_clinic(hours=every_day, providers=[{"id": "dr-lee", "name": "Dr Lee (invented)"}])
    tomorrow = clinic.moment("08:00") + timedelta(days=1)
    clinic.book("ann", "07:10", scheduled=tomorrow, provider="dr-lee", minutes=30)
    clinic.check_in("ann", "08:10")
    flow = Flow(clinic)
    flow.tick(tomorrow - timedelta(hours=1))
    assert flow.view("ann").stage is Stage.UNCLOSED
    wanted = wanted_of(flow.site, None)._replace(days=Days(MONDAY + timedelta(days=1), 1, NEW_YORK))
    assert local(found(flow.site, wanted)[0].start, wanted.days) == "2026-03-03T08:30"


def test_where_no_room_has_what_is_needed_nothing_is_offered() -> None:
    site = Flow(a_clinic(rooms=[{"id": "r1", "name": "Room 1"}])).site
    assert found(site, wanted_of(site, "surgery")) == []


def test_on_the_day_the_clocks_go_forward_no_time_is_offered_that_does_not_exist() -> None:
    sunday = [{"weekday": 6, "opens": "00:00", "closes": "06:00"}]
    site = Flow(a_clinic(hours=sunday, providers=[{"id": "dr-lee", "name": "Dr Lee (invented)"}])).site
    wanted = wanted_of(site, "check-up")._replace(days=Days(date(2026, 3, 8), 1, NEW_YORK))
    offered = [local(one.start, wanted.days) for one in found(site, wanted)]
    assert not [at for at in offered if at.startswith("2026-03-08T02")]
    assert len(offered) == len(set(offered)) == 5 * 3

"""A provider is away: each visit is offered another provider at the same time, else the next free time, and no time twice."""

from datetime import date

from schemas.live import LiveVisit
from services.checkin.domain.day_book import Days, Span
from services.checkin.domain.free_slots import Occupied, local
from services.checkin.domain.replanning import concerned, proposals
from services.flow.domain import show
from tests.builders import Clinic
from tests.unit.checkin.test_free_slots import NEW_YORK, a_clinic
from tests.unit.flow.folding import Flow, plain

ONE_DAY = Days(date(2026, 3, 2), 1, NEW_YORK)
EVERY_DAY = [{"weekday": day, "opens": "08:00", "closes": "10:00"} for day in range(7)]


def proposed(clinic: Clinic, until: str = "12:00") -> list[tuple[str, str | None, str | None]]:
    """By visit, the time and the provider that are proposed while Dr Lee is away from six o'clock on."""
    site = Flow(clinic).site
    visits = [LiveVisit.model_validate_json(plain(show.field(site, f"visit:{name}"))) for name in site.visits]
    away = Span(clinic.ms("06:00"), clinic.ms(until))
    hit = concerned(visits, site.profile, "dr-lee", away)
    occupied = Occupied([visit for visit in visits if visit not in hit], {}, site.profile)
    occupied.leave("dr-lee", away)
    found = proposals(site.profile, hit, occupied, clinic.ms("06:30"))
    return [
        (one.visit.visit, local(one.free.start, ONE_DAY) if one.free else None, one.free.provider if one.free else None)
        for one in found
    ]


def test_another_provider_at_the_same_time_comes_first_then_the_next_free_time_and_none_is_given_twice() -> None:
    clinic = a_clinic(hours=EVERY_DAY, providers=[{"id": name, "name": f"{name} (invented)"} for name in ("dr-lee", "dr-roy")])
    for visit in ("ann", "bob"):
        clinic.book(visit, "06:10", scheduled="08:00", provider="dr-lee", minutes=20, override="urgent")
    clinic.book("cy", "06:10", scheduled="09:50", provider="dr-lee", minutes=10)
    clinic.book("dee", "06:10", scheduled="09:50", provider="dr-roy", minutes=10)
    assert proposed(clinic) == [
        ("ann", "2026-03-02T08:00", "dr-roy"), ("bob", "2026-03-02T08:20", "dr-roy"), ("cy", "2026-03-03T08:00", "dr-lee"),
    ]  # fmt: skip


def test_who_is_here_already_or_booked_with_another_is_not_concerned() -> None:
    clinic = a_clinic(hours=EVERY_DAY)
    clinic.book("ann", "06:10", scheduled="08:00", provider="dr-lee")
    clinic.check_in("ann", "06:20")
    clinic.book("bob", "06:10", scheduled="09:00", provider="dr-roy")
    assert proposed(clinic) == []


def test_where_nothing_is_free_nothing_is_proposed() -> None:
    clinic = a_clinic(providers=[{"id": "dr-lee", "name": "Dr Lee (invented)", "hours": EVERY_DAY}])
    clinic.book("ann", "06:10", scheduled="08:00", provider="dr-lee", minutes=130, override="urgent")
    assert proposed(clinic) == [("ann", None, None)]

"""The plan of a clinic's days."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

from hypothesis import given
from hypothesis import strategies as st

from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.simulator import rates
from services.simulator.domain.arrivals import HourlyRates, arrivals, busy_hours
from services.simulator.domain.chance import chance
from services.simulator.domain.day import PlannedVisit, plan
from services.simulator.domain.durations import Duration
from services.simulator.domain.habits import Habits
from services.simulator.domain.left_over import not_in_the_book

START = datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
PROVIDERS = tuple(f"p{number:02d}" for number in range(1, 11))


def first(count: int, seed: int = 1) -> list[PlannedVisit]:
    return list(islice(plan(seed, START, rates.published(58), PROVIDERS, Habits()), count))


@given(st.integers())
def test_same_seed_makes_same_plan(seed: int) -> None:
    assert first(40, seed) == first(40, seed)


def test_another_seed_makes_another_plan() -> None:
    assert first(40, seed=1) != first(40, seed=2)


@given(st.integers(0, 500))
def test_patients_come_one_after_the_other_and_never_before_the_start(seed: int) -> None:
    times = [visit.arrives for visit in first(60, seed)]
    assert times == sorted(times)
    assert times[0] >= START


def test_some_wait_at_the_door_so_the_wall_lives_at_once() -> None:
    early = [visit for visit in first(40) if visit.arrives < START + timedelta(minutes=2)]
    assert len(early) >= Habits().at_the_door


def test_the_first_two_and_a_half_hours_fill_the_book() -> None:
    soon = takewhile(
        lambda visit: visit.arrives < START + timedelta(hours=2.5), plan(1, START, rates.published(58), PROVIDERS, Habits())
    )
    assert sum(visit.appointment is not None for visit in soon) >= 60


@given(st.integers(0, 200))
def test_no_provider_is_booked_twice_for_a_time(seed: int) -> None:
    booked = [(visit.appointment.at, visit.appointment.provider) for visit in first(150, seed)
              if visit.appointment is not None and visit.appointment.provider is not None]  # fmt: skip
    assert len(booked) == len(set(booked))


def test_the_mix_has_everything_a_clinic_knows() -> None:
    visits = first(1000)
    assert 0.5 < sum(visit.appointment is not None for visit in visits) / len(visits) < 0.75
    assert any(not visit.shows for visit in visits)
    assert any(visit.course.wrong_call for visit in visits)
    assert any(visit.course.wrong_check_out for visit in visits)
    assert any(visit.course.recall for visit in visits)
    assert any(visit.course.patience is not None for visit in visits)
    assert {visit.language for visit in visits} == {"en", "es"}


def test_walk_ins_always_show_up() -> None:
    assert all(visit.shows for visit in first(500) if visit.appointment is None)


def test_arrivals_follow_the_rate_of_their_hour() -> None:
    profile = HourlyRates((60.0, 0.0, 30.0))
    times = list(takewhile(lambda seconds: seconds < 300 * 3600, arrivals(profile, chance(7))))
    by_hour = [sum(int(seconds // 3600) % 3 == hour for seconds in times) / 100 for hour in range(3)]
    assert by_hour[1] == 0
    assert abs(by_hour[0] - 60) < 3
    assert abs(by_hour[2] - 30) < 3


def test_published_profile_is_scaled_to_its_busiest_hour() -> None:
    profile = rates.published(58)
    assert max(profile.per_hour) == 58
    assert min(profile.per_hour) > 20
    assert busy_hours({8: 1.0, 9: 4.0}, 8, 10, 100).per_hour == (25.0, 100.0)


def test_durations_have_their_mean_and_spread() -> None:
    exam, rng = Duration(18.0, 13.5), chance("exam")
    drawn = [exam.seconds(rng) / 60 for _ in range(50_000)]
    mean = sum(drawn) / len(drawn)
    spread = (sum((minutes - mean) ** 2 for minutes in drawn) / len(drawn)) ** 0.5
    assert abs(mean - 18.0) < 0.3
    assert abs(spread - 13.5) < 0.8
    assert min(drawn) > 0


def test_second_run_leaves_the_hours_alone_that_the_first_has_filled() -> None:
    planned = first(200)
    filled = START + timedelta(hours=2)
    found = [LiveVisit(visit="one", stage=Stage.EXPECTED, scheduled_ms=int(filled.timestamp() * 1000))]
    left = list(not_in_the_book(planned, found))
    assert all(visit.appointment is None or visit.appointment.at > filled for visit in left)
    assert [visit for visit in left if visit.appointment is None] == [visit for visit in planned if visit.appointment is None]
    assert list(not_in_the_book(planned, [])) == planned

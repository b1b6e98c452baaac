"""A date of birth is compared as it was meant, and not tried out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkin.domain import birth_date
from services.checkin.domain.tries import HOUR, MINUTE, SITE_TRIES, WRONG_TRIES, Tries

BORN = date(1985, 3, 2)
START = 1000.0


@pytest.mark.parametrize(
    ("day", "month", "year", "said"),
    [
        ("2", "3", "1985", BORN),
        ("02", "03", " 1985 ", BORN),
        ("٢", "٣", "١٩٨٥", BORN),
        ("31", "2", "1985", None),
        ("", "3", "1985", None),
        ("2", "March", "1985", None),
        ("2", "3", "85", date(85, 3, 2)),
        ("2", "3", "9" * 30, None),
        ("-2", "3", "1985", None),
    ],
)
def test_a_date_is_read_as_it_was_said(day: str, month: str, year: str, said: date | None) -> None:
    assert birth_date.said({"day": day, "month": month, "year": year}) == said


def test_a_form_without_a_date_says_none() -> None:
    assert birth_date.said({}) is None
    assert birth_date.said({"day": "2", "year": "1985"}) is None


@given(st.dates(), st.dates())
def test_only_the_same_day_is_the_same(one: date, other: date) -> None:
    assert birth_date.same(one, other) == (one == other)


def test_no_date_is_nobodys_birthday() -> None:
    assert not birth_date.same(None, BORN)
    assert not birth_date.same(None, date.min)


def test_after_five_wrong_tries_a_visit_takes_none_for_an_hour() -> None:
    tries = Tries()
    for number in range(WRONG_TRIES):
        assert not tries.closed("maple", "v1", START + number)
        tries.wrong("maple", "v1", START + number)
    last = START + WRONG_TRIES - 1
    assert tries.closed("maple", "v1", last)
    assert tries.closed("maple", "v1", last + HOUR - 1)
    assert not tries.closed("maple", "v1", last + HOUR)


def test_wrong_tries_of_hours_apart_do_not_add_up() -> None:
    tries = Tries()
    for number in range(3 * WRONG_TRIES):
        tries.wrong("maple", "v1", START + number * HOUR / (WRONG_TRIES - 1))
        assert not tries.closed("maple", "v1", START + number * HOUR / (WRONG_TRIES - 1))


def test_another_visit_and_another_clinic_are_not_held_to_account() -> None:
    tries = Tries()
    for _ in range(WRONG_TRIES):
        tries.wrong("maple", "v1", START)
    assert not tries.closed("maple", "v2", START)
    assert not tries.closed("oak", "v1", START)


def test_a_clinic_takes_thirty_tries_a_minute_and_goes_on_in_the_next() -> None:
    tries = Tries()
    assert [tries.take("maple", START + number) for number in range(SITE_TRIES + 1)] == [True] * SITE_TRIES + [False]
    assert tries.take("oak", START)
    assert tries.take("maple", START + MINUTE)
    assert not tries.take("maple", START + MINUTE)


def test_what_is_long_over_is_forgotten() -> None:
    tries = Tries()
    for number in range(5000):
        tries.wrong("maple", f"v{number}", START + number * 2)
    assert len(tries) <= 2 * HOUR / 2

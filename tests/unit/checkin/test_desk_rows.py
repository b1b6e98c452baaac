"""What a console is sent of a site: what is of now, and what became different."""

from typing import Any

from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.checkin.domain.desk import book_stamp, is_of_now

NOW = 1_790_000_000_000
HOUR = 60 * 60 * 1000
KEPT = 48 * HOUR


def a_visit(stage: Stage, **more: Any) -> LiveVisit:
    return LiveVisit(visit="v-1", stage=stage, **more)


def test_what_is_booked_for_later_is_in_the_book_and_not_on_the_console() -> None:
    assert is_of_now(a_visit(Stage.EXPECTED, scheduled_ms=NOW + 30 * HOUR), NOW, KEPT)
    assert not is_of_now(a_visit(Stage.EXPECTED, scheduled_ms=NOW + 49 * HOUR), NOW, KEPT)
    assert not is_of_now(a_visit(Stage.CANCELLED, scheduled_ms=NOW + 49 * HOUR), NOW, KEPT)


def test_who_comes_early_for_a_later_booking_is_shown_at_once() -> None:
    assert is_of_now(a_visit(Stage.WAITING, scheduled_ms=NOW + 100 * HOUR), NOW, KEPT)


def test_who_left_long_ago_and_has_a_referral_open_is_not_among_those_of_today() -> None:
    assert is_of_now(a_visit(Stage.DEPARTED, checked_out_ms=NOW - 47 * HOUR), NOW, KEPT)
    assert not is_of_now(a_visit(Stage.DEPARTED, checked_out_ms=NOW - 49 * HOUR), NOW, KEPT)


def test_the_book_is_stamped_with_the_last_word_on_anything_that_is_in_it() -> None:
    booked = [a_visit(Stage.EXPECTED, scheduled_ms=NOW, offsets=(4, at)) for at in (9, 7)]
    walk_in = a_visit(Stage.WAITING, offsets=(12,))
    assert book_stamp([*booked, walk_in]) == 9
    assert book_stamp([]) == 0

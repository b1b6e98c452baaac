"""What the records that follow say about an alert."""

from schemas.alerts import RetractionReason
from services.notify.domain.ahead import NOTHING_AHEAD, Ahead, look_ahead
from tests.builders_alerts import raised, retracted

CALL = raised()
OTHER = raised(visit="v2")
ELSEWHERE = raised(site="lakeside")


def test_an_undo_that_is_read_already_is_seen_from_the_call() -> None:
    assert look_ahead([CALL, OTHER, retracted(CALL)]) == [Ahead(ended=RetractionReason.UNDONE), NOTHING_AHEAD, NOTHING_AHEAD]


def test_an_end_that_is_read_already_takes_nothing_back() -> None:
    assert look_ahead([CALL, retracted(CALL, RetractionReason.OVER)])[0] == Ahead(ended=RetractionReason.OVER)


def test_a_call_that_stands_again_is_not_undone() -> None:
    assert look_ahead([CALL, retracted(CALL), CALL]) == [Ahead(raised_again=True), Ahead(raised_again=True), NOTHING_AHEAD]


def test_the_last_word_counts() -> None:
    assert look_ahead([CALL, retracted(CALL), CALL, retracted(CALL)])[0] == Ahead(raised_again=True, ended=RetractionReason.UNDONE)


def test_the_same_id_at_another_site_is_another_alert() -> None:
    assert look_ahead([CALL, ELSEWHERE, retracted(ELSEWHERE)])[0] == NOTHING_AHEAD


def test_nothing_read_is_nothing_ahead() -> None:
    assert look_ahead([]) == []

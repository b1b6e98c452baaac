"""A release that keeps its state in another format folds the log beside the old one, and takes over without a word twice."""

import pytest

from schemas import redis_keys
from schemas.live import LIVE_FORMAT
from tests.integration.flow.circumstances import NEXT_FORMAT
from tests.integration.flow.installation import Installation


def test_a_new_format_stands_by_while_the_old_one_serves_and_takes_over(
    clinics: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_keys, "LIVE_FORMAT", LIVE_FORMAT)  # put back at the end
    clinics.happens(900)
    old = clinics.flow("old")
    old.wait_ready()
    standby = clinics.flow("new", "next-format", flow_standby=True)
    with clinics.busy():
        standby.wait_ready()
    clinics.assert_right(old)
    assert clinics.outputs.said_twice() == []

    old.ask_to_stop()
    assert old.exit_code(within=20) == 0, old.last_words
    clinics.happens(300)
    standby.ask_to_stop()
    assert standby.exit_code(within=20) == 0, standby.last_words
    clinics.look_at_format(NEXT_FORMAT)
    clinics.assert_right(clinics.flow("new", "next-format"))
    assert clinics.outputs.said_twice() == []


@pytest.mark.slow
def test_sabotage_a_standby_that_does_not_hold_back_says_everything_twice(
    clinics: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_keys, "LIVE_FORMAT", LIVE_FORMAT)
    clinics.happens(900)
    clinics.flow("old").wait_ready()
    clinics.wait_folded()
    standby = clinics.flow("new", "next-format")
    standby.wait_ready()
    clinics.happens(900)
    clinics.look_at_format(NEXT_FORMAT)
    clinics.wait_folded()
    clinics.outputs.catch_up()
    assert clinics.outputs.said_twice()

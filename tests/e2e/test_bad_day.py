"""The bad day: Kafka is away, the day goes on by hand, and once it is entered nobody can tell it from a day without the outage."""

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.e2e.bad_day import (
    FIVE_MINUTES_MS,
    LAST_MINUTE,
    GoodDay,
    enter,
    last_board_stays,
    live_state,
    on_paper,
    refused_while_away,
    where_it_is_noon,
    whole_minute,
)
from tests.e2e.conftest import OpenPage
from tests.e2e.consoles import Clinic, press
from tests.waiting import comes_about

AWAY = timedelta(minutes=20)
LOOK_SECONDS = 30
COUNT_TOUCHES = "window.touched = 0; addEventListener('pointerdown', () => { window.touched += 1; }, { capture: true });"


@pytest.fixture
def zone() -> str:
    return where_it_is_noon()


@pytest.fixture
def lucky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Another installation, whose Kafka stays."""
    settings = StackSettings(data=tmp_path_factory.mktemp("lucky") / "data", ports="free", show_logs=False)
    with Stack(settings, parts=["checkin", "flow"]) as stack:
        yield stack


def at_the_console(clinic: Clinic) -> Page:
    """The coordinator's page, which from here on nobody touches but by its keys."""
    page = clinic.console("anna")
    page.add_init_script(COUNT_TOUCHES)
    clinic.open_console(page)
    expect(page.locator(".visits tbody tr")).to_have_count(1)
    return page


def one_has_come(clinic: Clinic, at: datetime) -> str:
    return str(clinic.api.walk_in(queue="A", happened_at=at.isoformat()).json()["visit"])


def wait_at_the_desk(page: Page, until: datetime) -> None:
    """Be there, so that the console stays open, and read the last board now and then."""
    while datetime.now(UTC) < until:
        press(page, "3")
        last_board_stays(page)
        comes_about(lambda: datetime.now(UTC) >= until, LOOK_SECONDS)


def kafka_is_back(stack: Stack, page: Page) -> None:
    stack.start_part("kafka")
    stack.wait_ready("checkin", 120)
    expect(page.get_by_role("alert").filter(has_text="Not live since")).to_have_count(0, timeout=120_000)


def entered(page: Page, began: datetime, zone: str) -> None:
    """Enter all of the paper without a touch."""
    took = enter(page, on_paper(), began, zone)
    sys.stdout.write(f"{len(on_paper())} missed steps entered by scripted keyboard in {took:.1f} s\n")
    assert took < FIVE_MINUTES_MS / 1000
    assert page.evaluate("window.touched") == 0


@pytest.mark.timeout(600)
def test_thirty_missed_steps_entered_by_keyboard_equal_a_day_without_the_outage(
    stack: Stack, open_page: OpenPage, zone: str
) -> None:
    began = whole_minute(-LAST_MINUTE - 1)
    with (
        closing(Clinic(stack, "bad-day", open_page, timezone=zone)) as bad,
        closing(Clinic(stack, "good-day", open_page, timezone=zone)) as good,
    ):
        _, first = (one_has_come(clinic, began - timedelta(minutes=1)) for clinic in (bad, good))
        page = at_the_console(bad)
        stack.stop_part("kafka")
        try:
            refused_while_away(page)
            last_board_stays(page)
        finally:
            kafka_is_back(stack, page)
        entered(page, began, zone)
        day = GoodDay(good, first)
        for line in on_paper():
            day.happens(line, happened_at=(began + timedelta(minutes=line.minute)).isoformat())
        comes_about(lambda: live_state(bad) == live_state(good), 30)
        assert live_state(bad) == live_state(good)
        assert len(good.api.visits()) == 8


@pytest.mark.slow
@pytest.mark.timeout(AWAY.total_seconds() + 1200)
def test_after_twenty_minutes_without_kafka_the_day_equals_the_one_lived_elsewhere_meanwhile(
    stack: Stack, lucky: Stack, open_page: OpenPage, zone: str
) -> None:
    with (
        closing(Clinic(stack, "bad-day-long", open_page, timezone=zone)) as bad,
        closing(Clinic(lucky, "good-day", open_page, timezone=zone)) as good,
    ):
        began = whole_minute(1)
        _, first = (one_has_come(clinic, began - timedelta(minutes=2)) for clinic in (bad, good))
        page = at_the_console(bad)
        stack.stop_part("kafka")
        gone_at = datetime.now(UTC)
        try:
            refused_while_away(page)
            day = GoodDay(good, first)
            for line in on_paper():
                wait_at_the_desk(page, began + timedelta(minutes=line.minute))
                day.happens(line)
            wait_at_the_desk(page, gone_at + AWAY)
        finally:
            kafka_is_back(stack, page)
        sys.stdout.write(f"Kafka was away for {(datetime.now(UTC) - gone_at).total_seconds():.0f} s\n")
        entered(page, began, zone)
        comes_about(lambda: live_state(bad) == live_state(good), 30)
        assert live_state(bad) == live_state(good)
        assert len(good.api.visits()) == 8

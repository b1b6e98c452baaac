"""The phone's page is complete as it is sent: it needs no JavaScript, names nobody, and asks nobody else for anything."""

import re
from dataclasses import replace
from typing import Any, cast, get_args

import pytest

from schemas.languages import LANGUAGES
from schemas.live import LiveVisit
from schemas.self_check_in import Due, Said
from schemas.summaries import Stage
from services.board.domain.phone import GONE, Phone, ToDo
from services.board.pages import FOLDER
from services.board.phone_desk import Found
from services.board.phone_page import PhonePages
from services.runtime.live.screen_time import ScreenTime
from services.runtime.web.pages import Pages
from tests.builders_live import a_clinic

PAGES = PhonePages(Pages(FOLDER), "https://desk.example.org/api")
FOUND = Found(a_clinic(), "t" * 22, LiveVisit(visit="v1", stage=Stage.WAITING), Due.NOW)
TIME: ScreenTime = {
    "server_ms": 1_790_000_000_000, "speed": 1.0, "zone": "America/New_York", "offset_ms": -14_400_000, "day_began_ms": 1_789_963_200_000, "age_ms": 400, "version": "1-1",
}  # fmt: skip
WAITING: Phone = {**GONE, "ticket": "A17", "stage": "waiting", "what": "wait_here", "place": 3, "range": (10, 20)}
EXPECTED: Phone = {**GONE, "stage": "expected", "what": "expected_check_in", "booked": {"day": 2, "month": 3, "time": "14:30"}}


def shown(phone: Phone, said: Said | None = None, language: str = "en", **time: Any) -> str:
    return PAGES.page(FOUND, phone, cast("ScreenTime", {**TIME, **time}), said, language)


def seen(html: str) -> str:
    """What is read on the page, hidden parts left out."""
    body = html.split("<body")[1]
    without_hidden = re.sub(r"<(\w+)[^>]*\shidden>.*?</\1>", "", body, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", without_hidden).split())


def test_the_page_reads_without_javascript() -> None:
    said = seen(shown(WAITING))
    for part in ("Maple Street Clinic", "Your ticket A17", "Waiting", "Place in line 3", "10 to 20 min", "Updated 10:13:19"):
        assert part in said
    assert "Booked" not in said
    assert "out of date" not in said


def test_a_turn_that_may_come_at_once_is_not_said_to_take_zero_minutes() -> None:
    assert "Estimated wait up to 5 min" in seen(shown({**WAITING, "range": (0, 5)}))


def test_without_javascript_it_comes_again_by_itself_but_never_while_somebody_types() -> None:
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in shown(WAITING)
    assert "http-equiv" not in shown(EXPECTED)
    assert 'content="5"' in shown(EXPECTED, Said.CHECKED_IN)


@pytest.mark.parametrize(("age_ms", "stale"), [(8000, False), (8001, True), (None, True)])
def test_old_data_say_so_from_the_start(age_ms: int | None, stale: bool) -> None:
    said = seen(shown(WAITING, age_ms=age_ms))
    assert ("This page may be out of date. Please ask at the desk." in said) == stale
    assert ("No data yet" in said) == (age_ms is None)


def test_a_clinic_of_which_nothing_is_heard_makes_the_page_doubtful() -> None:
    assert "out of date" in seen(shown({**WAITING, "silent": True}))


def test_the_form_asks_for_the_day_the_month_by_its_name_and_the_year() -> None:
    html = shown(EXPECTED)
    action = f'action="https://desk.example.org/api/v1/phone/maple/{"t" * 22}/check-in"'
    assert f'<form method="post" {action}' in html
    assert re.findall(r'<(select|input) id="(\w+)"', html) == [("select", "day"), ("select", "month"), ("input", "year")]
    assert '<option value="3">March</option>' in html
    assert html.count("<option") == 1 + 31 + 1 + 12
    assert PAGES.form_action == "'self' https://desk.example.org"
    assert "<form" not in shown(WAITING)


def test_what_was_said_of_a_try_is_shown_once_and_the_form_only_where_it_helps() -> None:
    wrong = shown(EXPECTED, Said.WRONG)
    assert 'aria-describedby="said"' in wrong
    assert "That is not the date of birth we have." in seen(wrong)
    assert "<form" in wrong
    often = shown(EXPECTED, Said.TOO_MANY)
    assert "<form" not in often
    assert "Please check in at the desk." in seen(often)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", get_args(ToDo))
def test_every_state_has_its_words_in_every_language(what: ToDo, language: str) -> None:
    called: Phone = {**WAITING, "what": what, "called": {"to": "Room 2"}}
    html = shown(called, language=language)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert not re.search(r"\{\w+\}", seen(html))
    assert ("Room 2" in seen(html)) == (what == "called_to")


def test_there_is_no_inline_script_or_style_and_nobody_else_is_named() -> None:
    for html in (shown(WAITING), PAGES.apart("unknown", "en"), PAGES.apart("away", "ar")):
        assert [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag and "application/json" not in tag] == []
        assert not re.search(r"<style|\sstyle=|\son\w+=|https?://", html)


def test_what_the_clinic_is_called_cannot_become_markup() -> None:
    odd = replace(FOUND, profile=a_clinic(name="<b>Maple</b> & </script>"))
    html = PAGES.page(odd, {**WAITING, "what": "called_to", "called": {"to": "<i>Room</i>"}}, TIME, None, "en")
    assert not re.search(r"<b>Maple|<i>Room|& </script", html)


def test_the_page_that_leads_nowhere_says_what_to_do() -> None:
    assert "This link is not valid any more. Please ask at the desk." in seen(PAGES.apart("unknown", "en"))
    assert "Please try again in a moment" in seen(PAGES.apart("away", "en"))

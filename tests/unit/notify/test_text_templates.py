"""Every text in every language."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import AlertKind
from schemas.sites import Room, ServicePoint
from services.notify.domain.catalogue import WORDINGS
from services.notify.domain.gsm7 import gsm7_length, is_one_segment
from services.notify.domain.templates import (
    BY_ALERT,
    CALLED,
    CHECKED_IN,
    NEXT_UP,
    PLEASE_DISREGARD,
    TEMPLATES,
    Template,
    choose_language,
    word,
)
from tests.builders_alerts import site

EVERY = [(template, language) for template in TEMPLATES for language in WORDINGS]
LONGEST_NAME = "W" * 60
LONGEST_ROOM = "R" * 60
LINK = "https://wall.harbor-clinic.example/v/harbor/abcdefghijklmnopqrstuv"
LONGEST_LINK = f"https://{'b' * 20}.example/v/{'h' * 40}/abcdefghijklmnopqrstuv"


@pytest.mark.parametrize("language", WORDINGS)
def test_a_language_has_words_for_every_template_and_no_others(language: str) -> None:
    assert set(WORDINGS[language]) == {template.name for template in TEMPLATES}


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_the_words_themselves_need_no_letter_outside_gsm7(template: Template, language: str) -> None:
    assert all(gsm7_length(wording.replace("{", "").replace("}", "")) for wording in WORDINGS[language][template.name])


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_the_words_use_only_site_ticket_room_and_link(template: Template, language: str) -> None:
    for wording in WORDINGS[language][template.name]:
        fields = {field for _, field, _, _ in string.Formatter().parse(wording) if field}
        assert {"site", "ticket"} <= fields <= {"site", "ticket", "room", "link"}


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_the_longest_names_there_may_be_still_fit_one_segment_with_the_site_named(template: Template, language: str) -> None:
    clinic = site(LONGEST_NAME, rooms=[Room(id="r3", name=LONGEST_ROOM)])
    text = word(template, clinic, language, "Z999999", "r3", link=LINK)
    assert text.startswith(f"{LONGEST_NAME}: ")
    assert (gsm7_length(text) or 999) <= 160


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_an_ordinary_clinic_gets_the_fullest_words(template: Template, language: str) -> None:
    fullest = WORDINGS[language][template.name][0]
    text = word(template, site(), language, "A12", "r3", link=LINK)
    assert text == fullest.format(site="Harbor Clinic", ticket="A12", room="Room 3", link=LINK)


@given(
    name=st.text(min_size=1, max_size=60), room=st.text(min_size=1, max_size=60), where=st.sampled_from(EVERY),
    link=st.none() | st.sampled_from((LINK, LONGEST_LINK, f"https://{'b' * 160}.example")),
)  # fmt: skip
def test_whatever_a_site_is_called_the_text_is_one_segment(
    name: str, room: str, where: tuple[Template, str], link: str | None
) -> None:
    template, language = where
    clinic = site(name, site="h" * 40, rooms=[Room(id="r3", name=room)])
    text = word(template, clinic, language, "A999999", "r3", link=link)
    assert is_one_segment(text)
    assert name in text or "h" * 40 in text
    assert "A999999" in text


def test_a_name_outside_gsm7_keeps_its_accents() -> None:
    text = word(CALLED, site("Clínica San José"), "es", "A12", None)
    assert text == "Clínica San José: Turno A12, es su turno."


def test_a_name_too_long_in_its_own_letters_gives_way_to_the_sites_id() -> None:
    text = word(CALLED, site("Clínica de Nuestra Señora de la Inmaculada Concepción Norte"), "es", "A12", "r3")
    assert text == "harbor: Turno A12, es su turno. Por favor, pase a: Room 3."


@pytest.mark.parametrize("language", WORDINGS)
@pytest.mark.parametrize("name", ["Harbor Clinic", LONGEST_NAME, "Clínica de Nuestra Señora de la Inmaculada Concepción Norte"])
@pytest.mark.parametrize("link", [LINK, LONGEST_LINK])
def test_whoever_checks_in_gets_the_link_wherever_it_fits(language: str, name: str, link: str) -> None:
    text = word(CHECKED_IN, site(name), language, "A12", None, link=link)
    assert text.endswith(link)
    assert "A12" in text
    assert gsm7_length(text)


def test_a_name_that_leaves_no_room_for_the_link_gives_way_to_it() -> None:
    assert word(CHECKED_IN, site("Clínica San José"), "es", "A12", None, link=LINK) == (
        f"harbor: Turno A12, hemos registrado su llegada. Vea su lugar en la fila: {LINK}"
    )


@pytest.mark.parametrize("link", [None, f"https://{'b' * 160}.example"])
def test_where_patients_have_no_page_or_its_address_is_too_long_the_text_goes_without(link: str | None) -> None:
    text = word(CHECKED_IN, site(), "en", "A12", None, link=link)
    assert text == "Harbor Clinic: Ticket A12, you are checked in. Please have a seat in the waiting room."


@pytest.mark.parametrize("room", [None, "r9"])
def test_a_call_to_no_known_room_names_the_desk(room: str | None) -> None:
    assert word(CALLED, site(), "en", "A12", room) == "Harbor Clinic: Ticket A12, it is your turn. Please come to the front desk."


def test_a_call_to_a_service_point_names_it() -> None:
    clinic = site(service_points=[ServicePoint(id="lab", name="the lab")])
    assert word(CALLED, clinic, "en", "A12", "lab").endswith("Please come to the lab.")


@pytest.mark.parametrize(
    ("wished", "offered", "chosen"),
    [
        ("es", ("en",), "es"),
        (None, ("es", "en"), "es"),
        ("fr", ("es",), "es"),
        ("ar", ("ar",), "en"),
        (None, ("ar", "es"), "es"),
    ],
)
def test_the_patients_language_comes_first_then_the_sites(wished: str | None, offered: tuple[str, ...], chosen: str) -> None:
    assert choose_language(CALLED, wished, offered) == chosen


def test_patients_are_texted_of_their_own_alerts_and_never_of_the_staffs() -> None:
    assert BY_ALERT == {AlertKind.CALLED: CALLED, AlertKind.NEXT_UP: NEXT_UP, AlertKind.CHECKED_IN: CHECKED_IN}
    assert PLEASE_DISREGARD.alert is None

"""Every language says everything that the board's pages say."""

from typing import get_args

import pytest

from schemas.languages import LANGUAGES
from schemas.self_check_in import Said
from services.board.domain.phone import StageWord, ToDo
from services.board.pages import FOLDER
from tests.web_texts import by_key, catalogues, holes, missing, sources, unused

TEXTS = catalogues(FOLDER)
ENGLISH = TEXTS["en"]
SAME_IN_SPANISH = {"wait_minutes", "wait_hours", "estimate"}
BY_CODE = {
    "phone": [
        *(f"stage_{stage}" for stage in get_args(StageWord)),
        *(f"do_{what}" for what in get_args(ToDo)),
        *(f"said_{said.replace('-', '_')}" for said in Said),
        *(f"month_{month}" for month in range(1, 13)),
        "unknown", "away",
    ]
}  # fmt: skip
"""By section, the texts that a page names by a code which it is told."""


def test_every_language_of_the_screens_has_a_catalogue() -> None:
    assert sorted(TEXTS) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_same_texts_with_the_same_holes_as_english(language: str) -> None:
    def shape(name: str) -> dict[tuple[str, str], set[str]]:
        return {(section, key): holes(words) for section, key, words in by_key(TEXTS[name])}

    assert shape(language) == shape("en")


@pytest.mark.parametrize("section", ENGLISH)
def test_a_page_has_the_texts_that_it_names_and_no_others(section: str) -> None:
    codes = BY_CODE.get(section, [])
    said = "\n".join([sources(FOLDER, section), *(f"{{{{ words.{code} }}}}" for code in codes)])
    assert missing(ENGLISH[section], said) == set()
    assert unused(ENGLISH[section], said) == set()


def test_a_text_that_is_missing_is_found() -> None:
    assert missing({"title": "x"}, '{{ words.title }} text("titel")') == {"titel"}
    assert unused({"title": "x", "old": "y"}, "{{ words.title }} {{ words.older }}") == {"old"}


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_text_is_empty_or_left_in_english(language: str) -> None:
    assert all(words.strip() for _, _, words in by_key(TEXTS[language]))
    same = {key for section, key, words in by_key(TEXTS[language]) if words == ENGLISH[section][key]}
    assert same <= SAME_IN_SPANISH

"""Every language says everything that the pages for staff say."""

from itertools import product
from typing import get_args

import pytest

from schemas.access import Role
from schemas.alerts import AlertKind
from schemas.audit import AuditRecord
from schemas.catalogue import KINDS
from schemas.dead_letters import DeadLetterReason
from schemas.languages import LANGUAGES
from schemas.outcomes import Refusal
from schemas.rooms import RoomStatus
from schemas.screens import Hearing
from schemas.sites import Limits, SessionPolicy, SiteProfile, Sound, Voice
from schemas.summaries import Fault, Stage
from schemas.topics import VISITS
from services.checkin import (
    absences,
    book_files,
    deliveries,
    feeds,
    history,
    people_desk,
    people_merger,
    people_search,
    screens,
    self_check_in,
    set_aside,
)
from services.checkin.domain.audit import VIEWED_AUDIT, VIEWED_NAME, VIEWED_PERSON
from services.checkin.domain.commands import CHANGE_PROFILE, COMMANDS
from services.checkin.happenings import Happening
from services.checkin.importing.bookings import IMPORTED
from services.checkin.importing.desk import TRIED
from services.checkin.pages import FOLDER
from services.checkin.set_aside_desk import Became
from services.runtime.staff import ROLES
from tests.web_texts import by_key, catalogues, holes, missing, sources, unused

TEXTS = catalogues(FOLDER)
ENGLISH = TEXTS["en"]
PAGES = [section for section in ENGLISH if section != "kit"]
FOR_PATIENTS = {AlertKind.CHECKED_IN, AlertKind.NEXT_UP, AlertKind.CALLED}
SAME = {"minutes", "hours", "pin", "room_said", "no", "moved_to", "state_of", "type_takes", "of_item", "supply_said"}
"""What is the same in English and in another language."""
ACTS = {
    VIEWED_NAME, VIEWED_PERSON, VIEWED_AUDIT, CHANGE_PROFILE.name, feeds.BATCH, people_search.SEARCHED, people_desk.ADDED, people_desk.CHANGED, people_merger.MERGED, people_merger.PARTED,
    book_files.EXPORTED, IMPORTED, TRIED,
    history.VIEWED_HISTORY, absences.PLANNED, absences.UNPLANNED, set_aside.RETRIED, deliveries.RETRIED, screens.PAIRED, screens.TAKEN_BACK, self_check_in.ACTION,
}  # fmt: skip
"""What stands on the audit trail besides commands and sessions."""
ENDS = get_args(AuditRecord.model_fields["outcome"].annotation)


def every(*sections: str) -> dict[str, str]:
    return {key: words for section in sections for key, words in ENGLISH[section].items()}


def test_every_language_of_the_screens_has_a_catalogue() -> None:
    assert sorted(TEXTS) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_same_texts_with_the_same_holes_as_english(language: str) -> None:
    def shape(name: str) -> dict[tuple[str, str], set[str]]:
        return {(section, key): holes(words) for section, key, words in by_key(TEXTS[name])}

    assert shape(language) == shape("en")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_texts_that_it_names(page: str) -> None:
    assert missing(every("kit", page), sources(FOLDER, page) + sources(FOLDER, "kit")) == set()
    assert unused(ENGLISH[page], sources(FOLDER, page)) == set()


def test_no_text_of_all_pages_is_unused() -> None:
    assert unused(ENGLISH["kit"], "".join(sources(FOLDER, section) for section in ENGLISH)) == set()


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_text_is_empty_or_left_in_english(language: str) -> None:
    assert all(words.strip() for _, _, words in by_key(TEXTS[language]))
    same = {key for section, key, words in by_key(TEXTS[language]) if words == ENGLISH[section][key]}
    assert same <= SAME


def test_what_an_administrator_may_be_told_has_words_on_their_page() -> None:
    words = every("kit", "admin")
    others = [kind for kind in KINDS[VISITS.suffix] if not kind.startswith("visit.")]
    acts = {*(command.name for command in COMMANDS), *Happening, *ACTS}
    said = [
        *product(["means", "remedy"], DeadLetterReason), *product(["became"], Became), *product(["fault"], {*Fault, "unclosed"}),
        *product(["hearing"], Hearing), *product(["voice"], Voice), *product(["role"], Role), *product(["may"], ROLES),
        *product(["limits", "limit_means"], Limits.model_fields), *product(["sessions"], SessionPolicy.model_fields),
        *product(["sound"], Sound.model_fields), *product(["outcome"], ENDS), *product(["act"], acts),
        *product(["kind"], [kind.replace(".", "-") for kind in others]),
        *product(["field"], set(SiteProfile.model_fields) - {"site", "limits", "sound", "sessions"}),
    ]  # fmt: skip
    assert {f"{kind}_{code}".replace("-", "_") for kind, code in said} - set(words) == set()


def test_what_the_system_may_say_has_words_on_the_console() -> None:
    words = every("kit", "desk")
    steps = [kind.removeprefix("visit.") for kind in KINDS[VISITS.suffix] if kind.startswith("visit.")]
    said = [
        *product(["refusal"], Refusal), *product(["alert"], set(AlertKind) - FOR_PATIENTS), *product(["stage"], Stage),
        *product(["room"], RoomStatus), *product(["role"], Role), *product(["step"], steps), *product(["language"], LANGUAGES),
    ]  # fmt: skip
    assert {f"{kind}_{code}".replace("-", "_") for kind, code in said} - set(words) == set()

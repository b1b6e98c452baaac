"""What stands on the topic of dead letters, what is said about it, and what opens it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.dead_letters import DEAD_LETTER_RECORD, DeadLetter, DeadLetterReason, DeadLetterRetried
from services.runtime.dead_letters.advice import ADVICE
from services.runtime.dead_letters.box import Box, Wanted
from services.runtime.dead_letters.unsealing import Opener, SealedError
from services.runtime.settings import ServiceSettings
from tests.builders_dead_letters import NOON, Stored, an_installation, letter, retried


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return an_installation(tmp_path)


@pytest.mark.parametrize("reason", DeadLetterReason)
def test_every_reason_is_said_in_plain_words_with_what_to_do(reason: DeadLetterReason) -> None:
    for sentence in ADVICE[reason]:
        assert re.fullmatch(r"[A-Z][^.]*(\.[^ ][^.]*)*\.", sentence), "one sentence each"


def test_no_reason_is_explained_that_there_is_not() -> None:
    assert set(ADVICE) == set(DeadLetterReason)


def test_the_list_begins_with_the_newest_and_has_each_once(settings: ServiceSettings) -> None:
    stored = [letter(settings, 7), letter(settings, 9, at=NOON + timedelta(hours=1)), letter(settings, 7), letter(settings, 8)]
    assert [entry.id for entry in Box.of(stored).entries] == ["3/9", "3/8", "3/7"]


def test_a_retry_belongs_to_its_letter_and_what_came_back_is_another_one(settings: ServiceSettings) -> None:
    box = Box.of([letter(settings, 7), retried(7, 12), letter(settings, 12)])
    assert {entry.id: [retry.retried_offset for retry in entry.retries] for entry in box.entries} == {"3/7": [12], "3/12": []}


def test_a_retry_without_its_letter_and_bytes_of_no_kind_are_no_letters(settings: ServiceSettings) -> None:
    box = Box.of(
        [retried(7, 12), Stored(None, None), Stored(None, b"{}"), Stored(None, b'{"type":"clinicflow.dead-letter-burnt.v1"}')]
    )
    assert (box.entries, box.unreadable) == ((), 3)


def test_a_letter_and_a_retry_are_told_apart_by_the_type_that_only_the_retry_has(settings: ServiceSettings) -> None:
    kinds = [type(DEAD_LETTER_RECORD.validate_json(stored.value or b"")) for stored in (letter(settings), retried(7, 12))]
    assert kinds == [DeadLetter, DeadLetterRetried]


def test_letters_are_chosen_by_site_reason_and_time(settings: ServiceSettings) -> None:
    box = Box.of([
        letter(settings, 1, under=b"harbor"), letter(settings, 2, key=b"harbor"), letter(settings, 3, key=b"hillside"),
        letter(settings, 4, key=b"Jo Planted"), letter(settings, 5, reason="invalid", at=NOON + timedelta(hours=1)),
    ])  # fmt: skip
    site_of = Opener(settings).site

    def chosen(wanted: Wanted) -> set[int]:
        return {entry.letter.source_offset for entry in box.entries if wanted.holds(entry, site_of)}

    assert chosen(Wanted(site="harbor")) == {1, 2, 5}
    assert chosen(Wanted(site="harbor", reason="unknown-site")) == {1, 2}
    assert chosen(Wanted(since=NOON + timedelta(minutes=1))) == {5}
    assert site_of(box.entries[-1]) == "harbor"
    [named] = [entry for entry in box.entries if entry.letter.source_offset == 4]
    assert site_of(named) is None, "a key that can't be a site is nobody's to list"


def test_a_letter_opens_only_where_it_was_sealed_for_and_with_its_own_key(settings: ServiceSettings, tmp_path: Path) -> None:
    [moved] = Box.of([letter(settings, 7, stands_at=8)]).entries
    with pytest.raises(SealedError, match="does not open it"):
        Opener(settings).open(moved.letter)
    [other] = Box.of([letter(settings, 7)]).entries
    with pytest.raises(SealedError, match="sealed with the key dead-letters-0"):
        Opener(settings).open(other.letter.model_copy(update={"key_id": "dead-letters-0"}))
    nowhere = ServiceSettings(environment="local", secrets_dir=tmp_path / "none")
    with pytest.raises(SealedError, match=r"dead-letters\.key can't be read"):
        Opener(nowhere).open(other.letter)
    assert not nowhere.secrets_dir.exists()

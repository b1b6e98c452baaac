"""`clinicflow dlq` without a broker: what stands on the topic, what is said about it, and what opens it."""

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner

from schemas.dead_letters import DEAD_LETTER_RECORD, DeadLetter, DeadLetterReason, DeadLetterRetried, RawRecord, sealed_for
from services.cli.dead_letters import shown
from services.cli.dead_letters.advice import ADVICE
from services.cli.dead_letters.box import Box, Wanted
from services.cli.dead_letters.since import Since
from services.cli.dead_letters.unsealing import Opener, SealedError
from services.cli.dlq import dlq
from services.runtime import secret
from services.runtime.settings import ServiceSettings

TOPIC = "clinicflow.visits.v1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Stored(NamedTuple):
    """A record of the dead-letter topic, as the client hands it over."""

    key: bytes | None
    value: bytes | None


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    installation = ServiceSettings(environment="local", secrets_dir=tmp_path / "secrets")
    secret.load(installation, secret.DEAD_LETTERS[0])
    return installation


def base64d(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def letter(
    settings: ServiceSettings, offset: int = 7, *, at: datetime = NOON, reason: str = "unknown-site", key: bytes | None = b"harbor",
    value: bytes | None = b"{}", stands_at: int | None = None, under: bytes | None = None,
) -> Stored:  # fmt: skip
    """A dead letter of partition 3, as flow writes it; with `stands_at` it was moved there from where it was sealed for."""
    file, key_id = secret.DEAD_LETTERS
    raw = RawRecord(key=None if key is None else base64d(key), value=None if value is None else base64d(value), timestamp_ms=1)
    nonce, sealed = secret.Sealer(secret.read(settings, file), key_id).seal(
        raw.model_dump_json().encode(), sealed_for(TOPIC, 3, offset)
    )
    said = DeadLetter(
        reason=DeadLetterReason(reason), source_topic=TOPIC, source_partition=3, recorded_at=at, key_id=key_id, nonce=base64d(nonce),
        source_offset=offset if stands_at is None else stands_at, sealed=base64d(sealed),
    )  # fmt: skip
    return Stored(under, said.model_dump_json().encode())


def retried(offset: int, again: int) -> Stored:
    said = DeadLetterRetried(source_topic=TOPIC, source_partition=3, source_offset=offset, retried_offset=again, retried_at=NOON)
    return Stored(None, said.model_dump_json().encode())


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


def test_a_record_is_shown_as_text_that_no_terminal_obeys_or_as_base64(settings: ServiceSettings) -> None:
    def said(value: bytes | None) -> str:
        [entry] = Box.of([letter(settings, value=value)]).entries
        return shown.letter_as_text(entry, "harbor", Opener(settings).open(entry.letter)).rsplit("\n\n", 1)[1]

    assert said('{"a": "Zoë"}'.encode()) == '{"a": "Zoë"}'
    assert said(b"\x1b]0;you\x07\r") == "\\x1b]0;you\\x07\\r"
    assert said("\u202etxt".encode()) == "\\u202etxt"
    assert said(b"\xff\xfe") == "base64://4="
    assert said(None) == "none"


@pytest.mark.parametrize(
    ("words", "meant"), [("90m", timedelta(minutes=90)), ("24h", timedelta(hours=24)), ("7d", timedelta(days=7)), ("2026-03-02T12:00Z", NOON)]
)  # fmt: skip
def test_since_is_a_length_of_time_or_a_moment(words: str, meant: timedelta | datetime) -> None:
    assert Since().convert(words, None, None) == meant


@pytest.mark.parametrize("words", ["", "yesterday", "7w", "-3h", "9999999d", "0001-01-01T00:00"])
def test_a_time_that_is_none_is_said_so(words: str) -> None:
    with pytest.raises(click.BadParameter):
        Since().convert(words, None, None)


@pytest.mark.parametrize(
    "words", [[], ["3/7", "--all"], ["--all", "--reason", "invalid"], ["3/7", "--site", "harbor"], ["--site", "harbor"]]
)
def test_a_retry_must_say_which(words: list[str]) -> None:
    result = CliRunner().invoke(dlq, ["retry", *words])
    assert (result.exit_code, "Say which" in result.output) == (2, True)

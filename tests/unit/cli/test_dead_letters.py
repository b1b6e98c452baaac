"""`clinicflow dlq` without a broker: how dead letters are shown, and how they are asked for."""

from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from services.cli.dead_letters import shown
from services.cli.dlq import dlq
from services.cli.since import Since
from services.runtime.dead_letters.box import Box
from services.runtime.dead_letters.unsealing import Opener
from services.runtime.settings import ServiceSettings
from tests.builders_dead_letters import NOON, an_installation, letter


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return an_installation(tmp_path)


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

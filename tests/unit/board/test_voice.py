"""The clips that the wall ships with: all are there, are MP3, and are to be heard, as far as can be told without playing them."""

import string
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import board
from services.board.domain.spoken_call import LANGUAGES, clips_of, sentence_of

HERE = Path(str(board.__file__)).parent
VOICE = HERE / "static" / "voice"
WORDS = tomllib.loads((Path(__file__).parents[3] / "deploy" / "voice" / "words.toml").read_text("utf-8"))
CLIPS = ["chime", *(f"{language}/{clip}" for language, spec in WORDS.items() for clip in spec["clips"])]
SAID = {
    language: {name: words if isinstance(words, str) else words["says"] for name, words in spec["clips"].items()}
    for language, spec in WORDS.items()
}
TICKET = {"en": "Ticket ", "es": "Turno ", "ar": "التذكرة رقم "}
PHRASES = {"desk", "look"}
ALL_TOGETHER = 500_000
RATE = 22_050
FRAME_SAMPLES = 576
INFO = slice(13, 17)
"""Where the encoder's own frame, which holds no sound, says so."""
DELAY_AND_PADDING = slice(154, 157)
"""Where that frame says how many samples, 12 bits each, the encoder put before and after the sound."""


def clip(name: str) -> bytes:
    return (VOICE / f"{name}.mp3").read_bytes()


def frames(data: bytes) -> Iterator[bytes]:
    """The frames of an MP3 of one voice at 22.05 kHz (MPEG-2, layer III, mono, no checksum); anything else is refused."""
    at = 0
    while at < len(data):
        header = int.from_bytes(data[at : at + 4])
        assert header >> 16 == 0xFFF3, f"no frame at {at}"
        kbits = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)[header >> 12 & 15]
        assert kbits, "a free bit rate"
        assert header >> 10 & 3 == 0, "not 22.05 kHz"
        assert header >> 6 & 3 == 3, "not mono"
        size = 72_000 * kbits // RATE + (header >> 9 & 1)
        assert at + size <= len(data), "the last frame is cut off"
        yield data[at : at + size]
        at += size


def seconds(data: bytes) -> float:
    info, *sound = frames(data)
    assert info[INFO] == b"Info"
    silent = int.from_bytes(info[DELAY_AND_PADDING])
    return (len(sound) * FRAME_SAMPLES - (silent >> 12) - (silent & 0xFFF)) / RATE


def is_heard(frame: bytes) -> bool:
    """Whether a frame holds any sound: its side information counts the bits and the pairs of spectral lines that tell of it."""
    side = int.from_bytes(frame[4:13])
    bits, pairs = side >> 51 & 0xFFF, side >> 42 & 0x1FF
    return bits > 0 and pairs > 0


def share_heard(data: bytes) -> float:
    _, *sound = frames(data)
    return sum(map(is_heard, sound)) / len(sound)


def muted(data: bytes) -> bytes:
    """The same clip with nothing in its frames."""
    return b"".join(frame[:4] + bytes(len(frame) - 4) for frame in frames(data))


def test_every_clip_has_words_and_all_words_have_a_clip() -> None:
    assert sorted(path.relative_to(VOICE).with_suffix("").as_posix() for path in VOICE.rglob("*.*")) == sorted(CLIPS)


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_language_says_every_letter_every_digit_and_where_to_go(language: str) -> None:
    assert set(SAID[language]) == {*string.ascii_lowercase, *string.digits, "ticket", "room", "desk", "look"}
    assert all(words.strip() for words in SAID[language].values())


def test_every_language_of_the_pages_is_spoken() -> None:
    assert {path.stem for path in (HERE / "texts").glob("*.json")} <= set(WORDS) == set(LANGUAGES)


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_is_as_long_as_what_it_says(name: str) -> None:
    assert 0.15 <= seconds(clip(name)) <= (2.8 if Path(name).name in PHRASES else 1.6)


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_is_heard(name: str) -> None:
    assert share_heard(clip(name)) > 0.5


def test_no_two_clips_of_a_language_are_the_same() -> None:
    assert len({clip(name) for name in CLIPS}) == len(CLIPS)


def test_the_voice_is_small() -> None:
    assert sum(len(clip(name)) for name in CLIPS) < ALL_TOGETHER


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("to", ["Room 1234567890", "Ultrasound", None])
def test_whatever_is_called_there_is_a_clip_for_it(language: str, to: str | None) -> None:
    for letter in string.ascii_uppercase:
        assert set(clips_of(f"{letter}01", to, language)) <= set(CLIPS)
        assert sentence_of(f"{letter}01", to, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("char", [*string.ascii_uppercase, *string.digits])
def test_a_display_with_a_voice_of_its_own_says_what_the_clips_say(language: str, char: str) -> None:
    """The words are written with vowel signs for whoever records them; a display reads them without."""
    words = "".join(sign for sign in SAID[language][char.lower()] if unicodedata.category(sign) != "Mn")
    assert words == sentence_of(char, None, language).split(".")[0].removeprefix(TICKET[language])


def test_a_muted_clip_is_found() -> None:
    assert share_heard(muted(clip("en/a"))) == 0


def test_what_is_no_whole_mp3_is_found() -> None:
    good = clip("en/a")
    for bad in (b"RIFF" + good, good[:-1], good[:2] + b"\x00" + good[3:], good + b"TAG"):
        with pytest.raises(AssertionError):
            seconds(bad)

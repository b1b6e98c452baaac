"""PINs are kept so that neither the topic nor the key alone says anything of them."""

import asyncio
from collections.abc import Iterator

import pytest

from services.runtime.pin import Pins, objection

PIN = "493817"


@pytest.fixture
def pins() -> Iterator[Pins]:
    made = Pins(bytes(range(32)))
    yield made
    made.close()


def test_the_right_pin_matches_and_no_other_one(pins: Pins) -> None:
    kept = asyncio.run(pins.keep(PIN))
    assert asyncio.run(pins.matches(PIN, kept))
    assert not asyncio.run(pins.matches("493818", kept))


def test_the_same_pin_is_kept_otherwise_each_time_and_never_in_the_clear(pins: Pins) -> None:
    one, other = asyncio.run(pins.keep(PIN)), asyncio.run(pins.keep(PIN))
    assert one != other
    assert PIN not in one
    assert len(one) < 200


def test_with_another_key_the_right_pin_is_wrong(pins: Pins) -> None:
    kept = asyncio.run(pins.keep(PIN))
    elsewhere = Pins(bytes(32))
    assert not asyncio.run(elsewhere.matches(PIN, kept))
    elsewhere.close()


@pytest.mark.parametrize("kept", [None, "", "scrypt-14-8-1$x$y", "invented-salt$invented-slow-hash"])
def test_where_nothing_is_kept_that_can_be_read_every_pin_is_wrong(pins: Pins, kept: str | None) -> None:
    assert not asyncio.run(pins.matches(PIN, kept))


def test_without_a_kept_pin_as_much_is_worked_out(pins: Pins, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[tuple[str, int]] = []

    def noted(pin: str, salt: bytes) -> bytes:
        worked.append((pin, len(salt)))
        return hashed(pin, salt)

    hashed = pins._slow_hash
    monkeypatch.setattr(pins, "_slow_hash", noted)
    asyncio.run(pins.matches(PIN, None))
    asyncio.run(pins.matches(PIN, asyncio.run(pins.keep(PIN))))
    assert worked == [(PIN, 16)] * 3


@pytest.mark.parametrize("pin", ["493817", "4938170", "49381706", "112233", "123457", "135790"])
def test_a_pin_that_is_not_the_first_guess_may_be_chosen(pin: str) -> None:
    assert objection(pin) is None


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        ("", "6 to 8 digits"), ("12345", "6 to 8 digits"), ("493817062", "6 to 8 digits"), ("49381a", "6 to 8 digits"),
        ("٤٩٣٨١٧", "6 to 8 digits"), ("493817\n", "6 to 8 digits"), ("000000", "again and again"), ("99999999", "again and again"),
        ("123456", "in a row"), ("87654321", "in a row"), ("789012", "in a row"), ("210987", "in a row"),
    ],
)  # fmt: skip
def test_the_first_guesses_may_not_be_chosen(pin: str, words: str) -> None:
    assert words in str(objection(pin))

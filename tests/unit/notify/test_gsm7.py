"""How long a text is on the air."""

import pytest

from services.notify.domain.gsm7 import gsm7_length, is_one_segment


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Ticket A12", 10),
        ("éèñüàìòùÑÉÄÖÜß¿¡", 16),
        ("€", 2),
        ("[A12]", 7),
        ("{}\\^~|", 12),
        ("\n\r\f", 4),
        ("@£$¥ÇØøÅåΔΩ", 11),
    ],
)
def test_letters_of_the_alphabet_are_counted_as_they_are_sent(text: str, length: int) -> None:
    assert gsm7_length(text) == length


@pytest.mark.parametrize("letter", "áíóúçÁÍÓÚ\u2019“”…\u2013`\t\u00a0😀ع\x1b")
def test_a_letter_outside_the_alphabet_makes_it_no_gsm7_text(letter: str) -> None:
    assert gsm7_length(f"abc{letter}") is None


def test_a_segment_is_160_of_gsm7_and_70_of_ucs2() -> None:
    assert is_one_segment("a" * 160)
    assert not is_one_segment("a" * 161)
    assert not is_one_segment("a" * 159 + "€")
    assert is_one_segment("í" * 70)
    assert not is_one_segment("í" * 71)
    assert not is_one_segment("😀" * 36)

"""How long a text is on the air: GSM 03.38, seven bits a character, else UCS-2 (3GPP TS 23.038)."""

GSM7_SEGMENT = 160
UCS2_SEGMENT = 70

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Sent as two characters each, an escape first."""


def gsm7_length(text: str) -> int | None:
    """Return how many of a segment's 160 characters the text takes; None when it has one that GSM-7 lacks."""
    letters = set(text)
    if not letters <= _BASIC | _EXTENDED:
        return None
    return len(text) + sum(text.count(letter) for letter in letters & _EXTENDED)


def is_one_segment(text: str) -> bool:
    """Whether the text goes out as one message in its own alphabet: 160 characters of GSM-7, or 70 of UCS-2."""
    length = gsm7_length(text)
    if length is not None:
        return length <= GSM7_SEGMENT
    return len(text.encode("utf-16-be", "surrogatepass")) // 2 <= UCS2_SEGMENT

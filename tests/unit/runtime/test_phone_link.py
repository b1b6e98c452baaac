"""The link to a patient's own page: the same each time, another for each visit, site and key."""

import re
from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.phone_link import PhoneLinks

KEY = b"k" * 32
LINKS = PhoneLinks(KEY)


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 as RFC 2104 writes it, for a key of less than a block."""
    padded = key.ljust(64, b"\0")
    inner = sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def test_a_token_is_the_first_16_bytes_of_an_hmac_over_site_and_visit() -> None:
    token = LINKS.token("harbor", "v-1")
    assert token == urlsafe_b64encode(mac(KEY, b"harbor/v-1")[:16]).decode()[:22]
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", token)
    assert LINKS.path("harbor", "v-1") == f"/v/harbor/{token}"


def test_each_visit_site_and_key_has_its_own() -> None:
    other_key = PhoneLinks(b"j" * 32)
    tokens = {
        LINKS.token("harbor", "v-1"),
        LINKS.token("harbor", "v-2"),
        LINKS.token("mill", "v-1"),
        other_key.token("harbor", "v-1"),
    }
    assert len(tokens) == 4
    assert LINKS.matches("harbor", "v-1", LINKS.token("harbor", "v-1"))
    assert not any(LINKS.matches("harbor", "v-3", token) for token in tokens)
    assert not other_key.matches("harbor", "v-1", LINKS.token("harbor", "v-1"))


@pytest.mark.parametrize(
    "token", ["", "=", "\u00e9" * 22, "\ud800", LINKS.token("harbor", "v-1")[:-1], LINKS.token("harbor", "v-1") + "="]
)
def test_what_is_no_token_matches_nothing(token: str) -> None:
    assert not LINKS.matches("harbor", "v-1", token)


@given(st.text(max_size=30))
def test_whatever_somebody_asks_for_is_answered(token: str) -> None:
    assert not LINKS.matches("harbor", "v-1", token)

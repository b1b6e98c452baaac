"""Bytes to an alert or a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.reading import Unreadable, read
from tests.builders_alerts import raised, retracted

GOOD = raised().model_dump_json().encode()


@pytest.mark.parametrize("alert", [raised(), retracted(raised())])
def test_what_flow_writes_is_read_as_it_was(alert: object) -> None:
    assert read(raised().model_dump_json().encode(), b"harbor") == raised()
    assert read(retracted(raised()).model_dump_json().encode(), b"harbor") == retracted(raised())


@pytest.mark.parametrize(
    ("value", "key", "reason"),
    [
        (None, b"harbor", Unreadable.EMPTY),
        (b"", b"harbor", Unreadable.EMPTY),
        (b"{", b"harbor", Unreadable.NOT_JSON),
        (b"\xff", b"harbor", Unreadable.NOT_JSON),
        (b"[]", b"harbor", Unreadable.INVALID),
        (b"{}", b"harbor", Unreadable.INVALID),
        (GOOD.replace(b"raised.v1", b"raised.v2"), b"harbor", Unreadable.NEWER_VERSION),
        (GOOD.replace(b'"kind":"called"', b'"kind":"foretold"'), b"harbor", Unreadable.NEWER_VERSION),
        (GOOD.replace(b'"ticket":"A12"', b'"ticket":12'), b"harbor", Unreadable.INVALID),
        (GOOD, b"lakeside", Unreadable.WRONG_SITE),
        (GOOD, None, Unreadable.WRONG_SITE),
        (GOOD.replace(b'"visit":"v1",', b""), b"harbor", Unreadable.INVALID),
        (GOOD.replace(b"called/v1/e1", b"called/v2/e1"), b"harbor", Unreadable.WRONG_ID),
    ],
)
def test_what_is_no_alert_has_a_reason(value: bytes | None, key: bytes | None, reason: Unreadable) -> None:
    assert read(value, key) is reason


def test_a_field_of_a_later_release_is_passed_over() -> None:
    assert read(GOOD.replace(b"{", b'{"mood":"good",', 1), b"harbor") == raised()


@given(st.binary())
def test_any_bytes_are_survived(value: bytes) -> None:
    assert isinstance(read(value, b"harbor"), Unreadable)

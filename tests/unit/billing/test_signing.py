"""What is sent can be verified by whoever keeps to the Standard Webhooks specification: here by its authors' own library."""

import base64
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.billing.domain.signing import headers

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
BODY = '{"type":"visit.completed","data":{"payer":"Ünïcode Health (invented)"}}'.encode()


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_the_signature_is_verified_by_another_implementation() -> None:
    signed = headers([NEW], "d-1", now(), BODY)
    assert Webhook(NEW).verify(BODY, signed)["type"] == "visit.completed"


def test_while_a_key_is_changed_either_of_the_two_verifies() -> None:
    signed = headers([NEW, OLD], "d-1", now(), BODY)
    assert len(signed["webhook-signature"].split(" ")) == 2
    Webhook(OLD).verify(BODY, signed)
    Webhook(NEW).verify(BODY, signed)


@pytest.mark.parametrize(
    ("change", "body", "key"),
    [
        ({}, BODY + b" ", NEW),
        ({"webhook-id": "d-2"}, BODY, NEW),
        ({"webhook-timestamp": str(now() - 60)}, BODY, NEW),
        ({}, BODY, OTHER),
    ],
)
def test_what_was_changed_or_signed_by_another_is_refused(change: dict[str, str], body: bytes, key: bytes) -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(body, headers([NEW], "d-1", now(), BODY) | change)


def test_an_attempt_of_long_ago_is_refused() -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY, headers([NEW], "d-1", now() - 3600, BODY))


def test_the_example_that_the_authors_publish_has_their_signature() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = headers([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_lines_of_the_documentation_verify_what_is_signed_and_nothing_else() -> None:
    page = (Path(__file__).parents[3] / "docs" / "billing.md").read_text(encoding="utf-8")
    lines = page[page.index("    import base64") : page.index("Answer 2xx")]
    said: dict[str, Any] = {}
    exec(textwrap.dedent(lines), said)
    verified = said["verified"]
    signed = headers([NEW, OLD], "d-1", now(), BODY)
    assert verified(NEW, signed, BODY)
    assert verified(OLD, signed, BODY)
    assert not verified(OTHER, signed, BODY)
    assert not verified(NEW, signed, BODY + b" ")
    assert not verified(NEW, headers([NEW], "d-1", now() - 400, BODY), BODY)

"""The headers of the Standard Webhooks specification, by which the other side knows that a message is ours."""

import base64
import hmac
from collections.abc import Sequence


def headers(keys: Sequence[bytes], delivery: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Sign the body of a delivery, tried at `timestamp` (seconds since 1970), with each of the keys."""
    signed = f"{delivery}.{timestamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys]
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }

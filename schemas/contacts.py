"""`clinicflow.contacts.v1`: consent and opt-out of a phone towards a sender. It outlives the person."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.envelope import Code, Frozen, UtcTime


class Consent(StrEnum):
    """Whether this phone may be written to."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class Contact(Frozen):
    """Keyed by the HMAC of sender and phone; the phone itself is not here."""

    contact: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    consent: Consent
    how: Code
    """By which way it was given or withdrawn: text, desk, paper, feed."""
    recorded_at: UtcTime

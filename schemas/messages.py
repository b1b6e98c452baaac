"""`clinicflow.messages.v1`: texts received and conversations, encrypted, keyed by person id."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import EventId, Frozen, SiteId, UtcTime, VisitId


class SealedMessage(Frozen):
    """One text of a conversation, sealed like the person it belongs to."""

    id: EventId
    person: VisitId
    site: SiteId
    visit: VisitId | None = None
    direction: Literal["received", "sent"]
    key_id: Annotated[str, Field(min_length=1, max_length=64)]
    wrapped_key: Annotated[str, Field(min_length=1, max_length=200)]
    nonce: Annotated[str, Field(min_length=16, max_length=16)]
    sealed: str
    recorded_at: UtcTime

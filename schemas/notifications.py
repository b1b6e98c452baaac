"""`clinicflow.notifications.v1`: the ledger of text messages, one entry per dedupe key."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.alerts import AlertId
from schemas.envelope import Code, Frozen, SiteId, UtcTime, VisitId


class TextState(StrEnum):
    """Where a text stands. `unknown`: the gateway's answer was lost; it is not sent again."""

    REQUESTED = "requested"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    RETRACTED = "retracted"


class Notification(Frozen):
    """The last word on one text. The words themselves and the phone are not here."""

    dedupe_key: Annotated[str, Field(min_length=1, max_length=260)]
    """`site/visit/template/milestone`."""
    state: TextState
    site: SiteId
    visit: VisitId
    template: Code
    alert: AlertId
    source_offset: int | None = None
    """Of the alert on which it was decided: the same one said again, by a worker that slept, decides nothing anew."""
    reason: Code | None = None
    gateway_id: Annotated[str, Field(max_length=80)] | None = None
    at: UtcTime

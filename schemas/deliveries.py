"""`clinicflow.deliveries.v1`: the ledger of what the billing system is told, one entry per visit, and what is to be tried again."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from schemas.envelope import EventId, Frozen, SiteId, UtcTime, VisitId


class DeliveryKind(StrEnum):
    """What the other side is told of the visit."""

    COMPLETED = "completed"
    CORRECTED = "corrected"
    VOIDED = "voided"


class DeliveryState(StrEnum):
    """Where a delivery stands. `failed` is the last word on it, unless its content changes or somebody has it tried again."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class DeliveryProblem(StrEnum):
    """Why the last attempt was no success, or there could be none. Closed: nothing that the other side says is kept."""

    REFUSED = "refused"
    """The other side will not take it (a status of 400 to 499 but those of `busy`)."""
    BUSY = "busy"
    """Too much at once, or too early (408, 425, 429)."""
    BROKEN = "broken"
    """Something is wrong over there (500 and above)."""
    REDIRECTED = "redirected"
    """It is elsewhere by now; nothing follows it there."""
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    """Its certificate does not hold."""
    TIMED_OUT = "timed-out"
    CUT_OFF = "cut-off"
    """The connection ended before there was an answer."""
    NO_PERSON = "no-person"
    """There is no record of the patient at this clinic."""
    NO_CODES = "no-codes"
    """The codes that the completion names are not among what is known of the patient."""
    SEALED = "sealed"
    """No key that is here opens the patient's record."""


class Delivery(Frozen):
    """The last word on one visit. It holds no codes and nothing of who the patient is."""

    type: Literal["clinicflow.delivery.v1"] = "clinicflow.delivery.v1"
    site: SiteId
    visit: VisitId
    delivery: EventId
    """UUIDv5 of site, visit, revision, kind and content: the same for every attempt. The other side knows it as `webhook-id`."""
    revision: Annotated[int, Field(ge=1)]
    """Rises with every delivery of the visit, so that the other side can tell the newest."""
    kind: DeliveryKind
    state: DeliveryState
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """HMAC of what is told: a plain hash would give codes away. None where nothing is."""
    held: bool = False
    """Whether the other side may have the visit as one to be billed."""
    completed_at: UtcTime
    begun_at: UtcTime
    attempts: Annotated[int, Field(ge=0)] = 0
    attempted_at: UtcTime | None = None
    next_attempt_at: UtcTime | None = None
    status: Annotated[int, Field(ge=100, le=999)] | None = None
    """The last answer's, where there was one."""
    problem: DeliveryProblem | None = None
    retry: EventId | None = None
    """What was last asked of it by RetryAsked, and is done."""


class RetryAsked(Frozen):
    """Somebody has a delivery tried again, with all its attempts before it. It stands beside the entry, under `retry_key`."""

    type: Literal["clinicflow.delivery.retry-asked.v1"] = "clinicflow.delivery.retry-asked.v1"
    id: EventId
    site: SiteId
    visit: VisitId
    delivery: EventId
    asked_at: UtcTime


DELIVERY_RECORD: TypeAdapter[Delivery | RetryAsked] = TypeAdapter(Annotated[Delivery | RetryAsked, Field(discriminator="type")])
"""Everything that may stand on the topic."""


def retry_key(visit: str) -> str:
    """Under which key it stands that a visit's delivery is to be tried again; no visit's id holds a slash."""
    return f"{visit}/retry"

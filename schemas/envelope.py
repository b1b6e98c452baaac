"""What every event on the log has in common: the CloudEvents 1.0 envelope, in structured JSON."""

from datetime import UTC, datetime
from enum import StrEnum
from operator import methodcaller
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class _Instant:
    """Validates an instant and keeps it in `datetime.UTC`.

    The form our own producers write is read in one step of C (a quarter of the time, on the hottest path there is); every
    other form goes through pydantic's own reader. Both hold the same limits: years 2000 to 2199 in UTC.
    """

    _OURS = r"^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        after = core_schema.no_info_after_validator_function
        aware = core_schema.datetime_schema(tz_constraint="aware", ge=EARLIEST, lt=LATEST)
        any_form = after(methodcaller("astimezone", UTC), aware)
        # A bare number would be read as seconds since 1970, and whoever types one means something else: a telephone, perhaps.
        written = core_schema.chain_schema([core_schema.str_schema(pattern=r"^[0-9]{4}-"), any_form])
        ready = core_schema.chain_schema([core_schema.is_instance_schema(datetime), any_form])
        our_form = after(datetime.fromisoformat, core_schema.str_schema(pattern=cls._OURS))
        either = core_schema.union_schema(
            [our_form, written, ready],
            mode="left_to_right",
            custom_error_type="instant",
            custom_error_message="Should be a time with its offset, such as 2026-03-02T14:05:00Z, in the years 2000 to 2199",
        )
        # The serializer is the strict side's: a datetime's, with nothing to try out.
        return core_schema.lax_or_strict_schema(lax_schema=either, strict_schema=any_form)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "date-time"}


UtcTime = Annotated[datetime, _Instant]
"""An instant with an offset, kept in UTC. A clinic's times lie in this century or the next."""

SiteId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""A clinic, as it stands in addresses: small letters, digits and hyphens, 40 at most."""
VisitId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
"""One patient's one visit: ours or an HMAC, never a record number in the clear."""
ThingId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
"""A room, provider, service point, checklist item or supply: the id that the site's profile gives it."""
EventId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
"""The dedupe key: UUIDv5 of (site, Idempotency-Key) for commands, an HMAC of the sender's id for feeds."""
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""An entry of a list; never free text, so it can't hold personal data."""
Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
"""First 64 bits of the SHA-256 of what the client said, to tell a repeat from a reused key."""


Ticket = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2,6}$")]
"""What a patient is called by: the queue's letter and a number."""
QueueLetter = Annotated[str, Field(pattern=r"^[A-Z]$")]
"""A queue, as it stands in front of its tickets."""
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
"""ISO 639."""


class Intent(StrEnum):
    """`command`: a person now, may be refused. `report`: a fact from elsewhere or from before, never refused."""

    COMMAND = "command"
    REPORT = "report"


class Frozen(BaseModel):
    """A value. Unknown fields are ignored here, so that a newer release can be read; the API and tests forbid them.

    Errors say what is wrong and where, never the value that was rejected.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Event(Frozen):
    """A fact on the log.

    `time` is when it happened, `recordedtime` when our producer recorded it (never a client's word); a correction, undo
    or merge carries the time of the event it names. `subject` is the visit, or the room, provider or site it is about.
    """

    specversion: Literal["1.0"] = "1.0"
    id: EventId
    source: Annotated[str, Field(pattern=r"^/[a-z0-9/-]{1,79}$")]
    type: str
    subject: VisitId
    time: UtcTime
    recordedtime: UtcTime
    site: SiteId
    actor: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
    intent: Intent
    fingerprint: Fingerprint
    datacontenttype: Literal["application/json"] = "application/json"

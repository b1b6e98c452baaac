"""`clinicflow.audit.v1`: who did or looked at what. It holds ids and codes, no personal data."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import Code, EventId, Frozen, SiteId, UtcTime, VisitId


class AuditRecord(Frozen):
    """One act of one actor."""

    id: EventId
    site: SiteId
    actor: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
    action: Code
    outcome: Literal["done", "refused", "denied", "kept"]
    """`refused`: nothing was changed. `denied`: who asked may not. `kept`: on the log, and not decided when it was answered."""
    visit: VisitId | None = None
    person: VisitId | None = None
    event: EventId | None = None
    user: Annotated[str, Field(pattern=r"^user:[a-z0-9][a-z0-9-]{0,39}$")] | None = None
    """Whose access it was about."""
    at: UtcTime

"""Alerts, sites and ledgers for the tests of the texts."""

from datetime import UTC, datetime
from typing import Any

from schemas.alerts import AlertKind, AlertRaised, AlertRetracted, RetractionReason
from schemas.sites import Room, SiteProfile

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def site(name: str = "Harbor Clinic", **fields: Any) -> SiteProfile:
    return SiteProfile.model_validate(
        {"site": "harbor", "name": name, "timezone": "America/New_York", "rooms": [Room(id="r3", name="Room 3")], **fields}
    )


def raised(
    kind: AlertKind = AlertKind.CALLED, visit: str = "v1", milestone: str = "e1", time: datetime = NOON, **fields: Any
) -> AlertRaised:
    given = {"site": "harbor", "ticket": "A12", "room": "r3" if kind is AlertKind.CALLED else None, "source_offset": 1}
    about = {"id": f"{kind}/{visit}/{milestone}", "kind": kind, "visit": visit, "time": time}
    return AlertRaised.model_validate({**given, **about, **fields})


def retracted(of: AlertRaised, reason: RetractionReason = RetractionReason.UNDONE, *, source_offset: int = 2) -> AlertRetracted:
    return AlertRetracted(
        id=of.id, site=of.site, kind=of.kind, visit=of.visit, person=of.person, ticket=of.ticket, language=of.language,
        reason=reason, source_offset=source_offset,
    )  # fmt: skip

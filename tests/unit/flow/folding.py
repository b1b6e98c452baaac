"""Reads a clinic's log as flow does, and says in plain values what came of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from schemas.alerts import AlertKind
from schemas.outcomes import OutcomeStatus
from schemas.sites import SiteProfile
from services.flow.domain.alerting import Standing
from services.flow.domain.decisions import Decision
from services.flow.domain.effects import Effects, Raised, Retracted
from services.flow.domain.partition import PartitionState
from services.flow.domain.site import Site
from services.flow.domain.timeline import View
from tests.builders import Clinic, Record


class Flow:
    """A partition being folded. `effects` gathers everything since the last `fresh()`.

    Alerts are told without the check-ins, since each who waits has one: test_check_in_alerts.py is about them.
    """

    def __init__(self, clinic: Clinic, *, scaled_clock: bool = False, read: bool = True) -> None:
        self.clinic = clinic
        self.state = PartitionState(next_offset=clinic.log.start, scaled_clock=scaled_clock)
        self.effects = Effects()
        if read:
            self.read()

    def read(self) -> "Flow":
        """Fold what stands on the log and was not folded yet."""
        return self.fold(self.clinic.records[self.state.next - self.clinic.log.start :])

    def fold(self, records: Iterable[Record]) -> "Flow":
        for record in records:
            self.state.fold(record, self.effects)
        return self

    def tick(self, at: str | datetime) -> "Flow":
        """Let the wall clock show this, with all of the log folded."""
        self.state.tick(self.clinic.ms(at), self.effects)
        return self

    def fresh(self) -> Effects:
        """Hand over what was gathered and begin anew."""
        gathered, self.effects = self.effects, Effects()
        return gathered

    @property
    def site(self) -> Site:
        return self.state.sites[self.clinic.site]

    def view(self, visit: str) -> View:
        return self.site.visits[visit].view

    def ticket(self, visit: str) -> str | None:
        return self.site.visits[visit].ticket

    def decision(self, record: Record) -> Decision:
        """The last answer that was given to this record's event."""
        return [answer.decision for answer in self.effects.answers if answer.event == record.id][-1]

    def applied(self, record: Record) -> bool:
        return self.decision(record).status is OutcomeStatus.APPLIED

    def refused(self, record: Record) -> str | None:
        """Why the record's command was refused; None: it was not."""
        decision = self.decision(record)
        return decision.reason if decision.status is OutcomeStatus.REFUSED else None

    def alerts(self) -> set[str]:
        """Kind and visit of every alert that stands."""
        return {_short(name) for name in self.standing()}

    def standing(self) -> dict[str, Standing]:
        return {name: alert for name, alert in self.site.standing().items() if alert.kind is not AlertKind.CHECKED_IN}

    def raised(self) -> list[str]:
        return [_short(alert.id) for alert in self.told() if isinstance(alert, Raised)]

    def retracted(self) -> list[tuple[str, str]]:
        return [(_short(alert.id), alert.reason) for alert in self.told() if isinstance(alert, Retracted)]

    def told(self) -> list[Raised | Retracted]:
        return [alert for alert in self.effects.alerts if alert.alert.kind is not AlertKind.CHECKED_IN]

    def dead(self) -> list[tuple[int, str]]:
        return [(dead.offset, dead.reason) for dead in self.effects.dead]


def _short(alert: str) -> str:
    return " ".join(alert.split("/")[:2])


def plain(value: Any) -> bytes:
    """A value as bytes, so that equal states are equal byte for byte."""
    return orjson.dumps(value, default=list, option=orjson.OPT_SORT_KEYS)


def truth(site: Site) -> dict[str, Any]:
    """Everything of a site that must follow from the facts alone (I1): no ticket, no decision, no offset."""
    letters = [letter for letter in site.queues.letters() if site.queues.head(letter, 1)]
    return {
        "visits": {visit.id: visit.view for visit in site.visits.values()},
        "queues": {letter: site.queues.head(letter, 1000) for letter in letters},
        "rooms": {room: [site.rooms.state(room), site.rooms.held_by(room)] for room in site.rooms.known()},
        "providers": site.providers.facts,
        "absences": {provider: site.absences.of(provider) for provider in site.absences.facts},
        "supplies": {supply: site.supplies.of(supply) for supply in site.supplies.levels},
        "paces": {letter: site.paces.of(letter) for letter in site.paces.known()},
        "alerts": site.standing(),
        "acknowledged": site.acknowledged.alerts,
        "clock": site.clock,
        "silent": [site.silence.heard, site.silence.since],
        "goes_on_as": {visit.id: visit.goes_on_as for visit in site.visits.values()},
    }


def whole_truth(site: Site) -> dict[str, Any]:
    """Everything that two folds of the same log must agree on."""
    return truth(site) | {
        "tickets": {visit.id: visit.ticket for visit in site.visits.values()},
        "numbers": site.tickets.last,
        "decisions": site.decisions,
        "profile": [_profile(site.profile), site.profile_offset],
        "applied": site.applied,
        "places": {visit.id: visit.place for visit in site.visits.values()},
        "offsets": {visit.id: site.offsets_of(visit) for visit in site.visits.values()},
    }


def _profile(profile: SiteProfile) -> Any:
    return profile.model_dump(mode="json")

"""A clinic's log in the clinic's own words, for tests: `clinic.check_in("ann", at="10:00")` is one record of visits.v1."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from schemas.codec import SITE_EVENT, SiteEvent, encode
from schemas.envelope import Intent
from schemas.sites import SiteProfile

A_DAY = date(2026, 3, 2)
"""A Monday, far from any change of the clocks."""
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // _MILLISECOND


class Record(NamedTuple):
    """A record as a Kafka client hands it over. `event` is what its bytes say."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    event: SiteEvent

    @property
    def id(self) -> str:
        return self.event.id

    def again(self, offset: int) -> "Record":
        """The same bytes, sent once more."""
        return self._replace(offset=offset)


class Log:
    """One partition's records; offsets rise by one."""

    def __init__(self, start: int = 0) -> None:
        self.start = start
        self.records: list[Record] = []

    def append(self, event: SiteEvent, *, broker_at: datetime | None = None) -> Record:
        """Write the event; the broker gets it when it was recorded, unless said otherwise."""
        key, value = encode(event)
        stamp = milliseconds(broker_at or event.recordedtime)
        self.records.append(Record(self.start + len(self.records), stamp, key, value, event))
        return self.records[-1]

    def repeat(self, record: Record) -> Record:
        """Write a record again, as a retried request does."""
        self.records.append(record.again(self.start + len(self.records)))
        return self.records[-1]


def a_profile(site: str = "demo", **more: Any) -> SiteProfile:
    """A clinic in New York with three rooms, a lab and two queues."""
    given: dict[str, Any] = {
        "site": site,
        "name": "Demo Clinic (invented)",
        "timezone": "America/New_York",
        "rooms": [{"id": f"r{number}", "name": f"Room {number}"} for number in (1, 2, 3)],
        "service_points": [{"id": "lab", "name": "Laboratory"}],
        "queues": {"A": "Waiting", "B": "Blood tests"},
    }
    return SiteProfile.model_validate(given | more)


class Clinic:
    """Writes what happens at one site. Times are "HH:MM[:SS[.mmm]]" on the clinic's day and clock, or aware datetimes.

    What it writes are commands, recorded as they happen; `feed()` is the same clinic seen by another system, which writes
    reports. Every step takes `recorded` and `broker_at` (when our producer recorded it and the broker got it), `id`, `fingerprint`
    and `intent`, where a test is about them.
    """

    def __init__(
        self, site: str = "demo", *, day: date = A_DAY, log: Log | None = None, opens: str | None = "06:00", **profile: Any
    ) -> None:
        self.profile = a_profile(site, **profile)
        self.site, self.day, self.intent = site, day, Intent.COMMAND
        self.log = log if log is not None else Log()
        if opens is not None:
            self.changes_profile(at=opens)

    def feed(self) -> "Clinic":
        """Return the clinic as another system reports on it, to the same log."""
        other = object.__new__(Clinic)
        other.__dict__ |= self.__dict__ | {"intent": Intent.REPORT}
        return other

    @property
    def records(self) -> list[Record]:
        return self.log.records

    def moment(self, at: str | datetime) -> datetime:
        """When the clinic's clock shows this, in UTC."""
        if isinstance(at, datetime):
            return at.astimezone(UTC)
        return datetime.combine(self.day, time.fromisoformat(at), ZoneInfo(self.profile.timezone)).astimezone(UTC)

    def ms(self, at: str | datetime) -> int:
        """When the clinic's clock shows this, in milliseconds since 1970."""
        return milliseconds(self.moment(at))

    # a visit, step by step

    def book(self, visit: str, at: str | datetime, *, scheduled: str | datetime, **more: Any) -> Record:
        return self.happens("visit.booked", visit, at, **self._booking(scheduled, more))

    def reschedule(self, visit: str, at: str | datetime, *, scheduled: str | datetime, **more: Any) -> Record:
        return self.happens("visit.rescheduled", visit, at, **self._booking(scheduled, more))

    def _booking(self, scheduled: str | datetime, more: dict[str, Any]) -> dict[str, Any]:
        return {"scheduled_at": self.moment(scheduled)} | more

    def cancel(self, visit: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("visit.cancelled", visit, at, **more)

    def no_show(self, visit: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("visit.no-show", visit, at, **more)

    def check_in(self, visit: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("visit.checked-in", visit, at, **more)

    def call(self, visit: str, at: str | datetime, room: str | None = None, **more: Any) -> Record:
        return self.happens("visit.called", visit, at, room=room, **more)

    def recall(self, visit: str, at: str | datetime, room: str | None = None, **more: Any) -> Record:
        return self.happens("visit.recalled", visit, at, room=room, **more)

    def room(self, visit: str, at: str | datetime, room: str | None = None, **more: Any) -> Record:
        return self.happens("visit.roomed", visit, at, room=room, **more)

    def move(self, visit: str, at: str | datetime, *, room: str | None = None, service: str | None = None, **more: Any) -> Record:
        return self.happens("visit.moved", visit, at, room=room, service=service, **more)

    def see(self, visit: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("visit.provider-seen", visit, at, **more)

    def leave_room(self, visit: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("visit.left-room", visit, at, **more)

    def leave(self, visit: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("visit.left", visit, at, **more)

    def check_out(self, visit: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("visit.checked-out", visit, at, **more)

    def still_here(self, visit: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("visit.still-here", visit, at, **more)

    def prioritize(self, visit: str, at: str | datetime, priority: int, **more: Any) -> Record:
        return self.happens("visit.priority-changed", visit, at, priority=priority, **more)

    def assign(self, visit: str, at: str | datetime, provider: str | None = None, **more: Any) -> Record:
        return self.happens("visit.provider-assigned", visit, at, provider=provider, **more)

    def check_off(self, visit: str, at: str | datetime, item: str, state: str, **more: Any) -> Record:
        return self.happens("visit.checklist-item-changed", visit, at, item=item, state=state, **more)

    def merge(self, visit: str, at: str | datetime, *, into: str, **more: Any) -> Record:
        return self.happens("visit.merged", visit, at, into=into, **more)

    def undo(self, record: Record, at: str | datetime, **more: Any) -> Record:
        """Take a step back at this moment; the envelope carries the time of the step."""
        named = record.event
        given: dict[str, Any] = {"undoes": named.id, "recorded": at, "visit": named.subject} | more
        return self.happens("visit.step-undone", given.pop("visit"), named.time, **given)

    def correct(self, record: Record, at: str | datetime, *, to: str | datetime, **more: Any) -> Record:
        """Say at this moment that a step happened at another; the envelope carries the time it had been given."""
        named = record.event
        given: dict[str, Any] = {
            "corrects": named.id,
            "happened_at": self.moment(to),
            "recorded": at,
            "visit": named.subject,
        } | more
        return self.happens("visit.step-corrected", given.pop("visit"), named.time, **given)

    # the rest of the clinic

    def sets_room(self, room: str, status: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("room.status-changed", room, at, room=room, status=status, **more)

    def undo_room(self, record: Record, at: str | datetime, **more: Any) -> Record:
        """Take back at this moment what was said of a room; the envelope carries the time of what is taken back."""
        named = record.event
        return self.happens(
            "room.status-undone", named.subject, named.time, recorded=at, room=named.subject, undoes=named.id, **more
        )

    def sets_provider(self, provider: str, status: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("provider.status-changed", provider, at, provider=provider, status=status, **more)

    def is_away(
        self, provider: str, at: str | datetime, *, until: str | datetime, since: str | datetime | None = None, **more: Any
    ) -> Record:
        """Say at this moment that a provider is away, from then on unless `since` says otherwise."""
        from_at, until_at = self.moment(at if since is None else since), self.moment(until)
        return self.happens("provider.absent", provider, at, provider=provider, from_at=from_at, until_at=until_at, **more)

    def undo_absence(self, record: Record, at: str | datetime, **more: Any) -> Record:
        """Take back at this moment that a provider is away."""
        named = record.event
        return self.happens(
            "provider.absence-undone", named.subject, named.time, recorded=at, provider=named.subject, undoes=named.id, **more
        )

    def counts(self, supply: str, level: int, at: str | datetime, **more: Any) -> Record:
        return self.happens("supply.level-changed", supply, at, supply=supply, level=level, **more)

    def acknowledge(self, alert: str, at: str | datetime, **more: Any) -> Record:
        return self.happens("alert.acknowledged", self.site, at, alert=alert, **more)

    def changes_profile(self, at: str | datetime, *, recorded: str | datetime | None = None, **changes: Any) -> Record:
        """Give the site a new profile, which is the one before with these changes."""
        self.profile = SiteProfile.model_validate(self.profile.model_dump(mode="json") | changes)
        return self.happens("site.profile-changed", self.site, at, recorded=recorded, **self.profile.model_dump(mode="json"))

    def happens(
        self, kind: str, subject: str, at: str | datetime, *, id: str | None = None, fingerprint: str | None = None,  # noqa: A002  # the envelope's own word
        recorded: str | datetime | None = None, broker_at: str | datetime | None = None, intent: Intent | None = None, **data: Any,
    ) -> Record:  # fmt: skip
        """Write any event; `data` is what it says, without what is None."""
        happened = self.moment(at)
        said = {name: value for name, value in data.items() if value is not None}
        name = id if id is not None else f"{self.site}-{self.log.start + len(self.log.records)}"
        event = SITE_EVENT.validate_python(
            {
                "id": name, "source": "/tests", "type": f"clinicflow.{kind}.v1", "subject": subject, "time": happened,
                "recordedtime": happened if recorded is None else self.moment(recorded), "site": self.site, "actor": "reception",
                "intent": self.intent if intent is None else intent, "data": said,
                "fingerprint": fingerprint or sha256(f"{kind}|{subject}|{name}".encode()).hexdigest()[:16],
            },
            extra="forbid",
        )  # fmt: skip
        return self.log.append(event, broker_at=None if broker_at is None else self.moment(broker_at))

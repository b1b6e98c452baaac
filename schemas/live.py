"""The Redis live state: what flow shows of a site. Redis decides nothing; all of this can be wiped and comes back.

Per site one hash, whose fields are `meta`, `profile`, `visit:<id>`, `room:<id>`, `provider:<id>`, `supply:<id>`,
`queue:<letter>`, `open:<visit>` and `alert:<id>`, each a JSON object as declared here; then changes, published with a version that
rises. Instants are milliseconds since 1970 UTC (`_ms`).
"""

from enum import StrEnum

from pydantic import Field

from schemas.alerts import AlertKind
from schemas.envelope import Frozen
from schemas.rooms import RoomStatus
from schemas.summaries import Fault, Stage
from schemas.visits import ChecklistState

LIVE_FORMAT = 5
"""Part of every key, and the format of flow's own state, too: a release with another one runs beside this one (DESIGN §7.8)."""

Version = tuple[int, int]
"""(next offset of visits.v1, the site's clock in ms): rises with every change of a site."""


class LiveMeta(Frozen):
    """Which state of the log a site's hash shows."""

    partition: int
    version: Version


class LiveVisit(Frozen):
    """A visit as the screens need it, without a word about who it is."""

    visit: str
    stage: Stage
    ticket: str | None = None
    queue: str | None = None
    priority: int = 5
    person: str | None = None
    provider: str | None = None
    room: str | None = None
    service: str | None = None
    visit_type: str | None = None
    language: str | None = None
    arrived_by: str | None = None
    """`page`: the patient checked in on their own phone."""
    checklist: dict[str, ChecklistState] = {}
    """By item, where it stands; an item that nobody touched is not here."""
    called_to: str | None = None
    """The room a called patient should go to; null with `called_ms` set means the desk."""
    scheduled_ms: int | None = None
    minutes: int | None = None
    """How long the booking is; where it says nothing of it, the clinic's own length."""
    buffer_before: int | None = None
    buffer_after: int | None = None
    booked_provider: str | None = None
    """With whom, which is `provider` until the patient comes and may be somebody else afterwards."""
    booked_room: str | None = None
    override: str | None = None
    """Why it was booked against another booking or the hours."""
    plan: str | None = None
    """The absence for which it was moved or called off, where that was the last word on it."""
    planned_by: str | None = None
    """The event that did so."""
    delay_minutes: int | None = None
    """So late the patient said they would be."""
    confirmed: bool = False
    """The patient said that they will come."""
    checked_in_ms: int | None = None
    called_ms: int | None = None
    """Set while the call stands: called, not yet roomed."""
    roomed_ms: int | None = None
    seen_ms: int | None = None
    left_room_ms: int | None = None
    checked_out_ms: int | None = None
    """The end: checked out, or left."""
    since_ms: int | None = None
    """Since when the visit is in its stage."""
    waiting_room_seconds: int | None = None
    exam_room_seconds: int | None = None
    provider_seconds: int | None = None
    cycle_seconds: int | None = None
    service_seconds: int | None = None
    completed_ms: int | None = None
    """Since when its record is complete."""
    faults: tuple[Fault, ...] = ()
    offsets: tuple[int, ...] = ()
    """Where the visit's events, and those of what was merged into it, stand on visits.v1: its history is read there."""


class LiveQueue(Frozen):
    """How fast a queue moves: so many seconds from one patient taken in to the next while somebody waits."""

    queue: str
    pace_seconds: int
    taken_ms: int
    """When the last patient was taken in; what is old says nothing of now."""


class LiveRoom(Frozen):
    """A room: what it is fit for and whose visits are in it (two where reports clash)."""

    room: str
    status: RoomStatus = RoomStatus.READY
    visits: tuple[str, ...] = ()
    since_ms: int | None = None
    """Since when the room has been ready, is being cleaned or is out of service, where that was ever said."""
    turnover_seconds: int | None = None
    """How long the last cleaning took, from the last patient's leaving until the room was ready."""


class LiveAbsence(Frozen):
    """A time for which a provider is away, and the event that says so."""

    event: str
    from_ms: int
    until_ms: int
    reason: str | None = None


class LiveProvider(Frozen):
    """What was said of a provider."""

    provider: str
    status: str | None = None
    delayed_minutes: int = 0
    since_ms: int | None = None
    absences: tuple[LiveAbsence, ...] = ()


class LiveSupply(Frozen):
    """How much there is of a supply: by room, or by "" where it belongs to none."""

    supply: str
    levels: dict[str, int]


class OpenKind(StrEnum):
    """What may still have to be done after a visit."""

    FOLLOW_UP = "follow-up"
    REFERRAL = "referral"
    CONCERN = "concern"


class OpenItem(Frozen):
    """Something that is to be done, until it is."""

    kind: OpenKind
    item: str
    """The referral, the concern; or the event that made a follow-up due."""
    state: str
    since_ms: int
    due_ms: int | None = None
    person: str | None = None
    owner: str | None = None
    code: str | None = None
    """Of a follow-up, the disposition; of a concern, the channel by which it came."""


class LiveOpenItems(Frozen):
    """What is still to be done about a visit; or about the concern itself, which has an id of its own where it is about none."""

    visit: str
    person: str | None = None
    ticket: str | None = None
    items: tuple[OpenItem, ...]


class LiveAlert(Frozen):
    """An alert that stands, about a visit, a room, a provider, a supply or the site."""

    alert: str
    kind: AlertKind
    visit: str | None = None
    room: str | None = None
    provider: str | None = None
    supply: str | None = None
    since_ms: int
    acknowledged_ms: int | None = None
    """When somebody first took it on. It goes on standing until what it says is over."""


class Change(Frozen):
    """What became different between two versions of a site. A reader at another version than `before` reads it anew."""

    site: str
    before: Version | None = None
    """None: everything may have changed; read the site anew."""
    version: Version
    fields: dict[str, str] = Field(default={}, alias="set")
    """Field of the hash to its new JSON."""
    gone: tuple[str, ...] = ()


class Beat(Frozen):
    """Each second, by partition: flow holds it and had read all of it at `as_of_ms`."""

    partition: int
    incarnation: str
    next: int = 0
    """The offset up to which the log had been shown."""
    as_of_ms: int


def place_key(visit: LiveVisit) -> tuple[int, int, str]:
    """Sorts a queue: by priority, then by arrival, then by visit id."""
    arrived = visit.checked_in_ms if visit.checked_in_ms is not None else visit.since_ms or 0
    return visit.priority, arrived, visit.visit

"""All that the checker may know: what clients sent and were told, and what came out. JSON-ready, so that a run can be judged again."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson

EVENT_IDS = UUID("0d4f3e1c-6a52-5c1b-9a3e-6f2b1d7c8e90")
"""DESIGN §4: an event's id is the UUIDv5 of (site, Idempotency-Key), in this namespace; the contract, said once more."""
FILE = "evidence.json"


def event_id(site: str, key: str) -> str:
    """The id of the event that a command under this key is."""
    return str(uuid5(EVENT_IDS, f"{site}/{key}"))


@dataclass(frozen=True)
class Sent:
    """One request of a client and what it was told. `status` None: nothing, so that it may have happened or not."""

    site: str
    key: str
    said: str
    """Method, path and body, to tell a repeat from something else."""
    began_ms: int
    ended_ms: int
    status: int | None
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def event(self) -> str:
        """The event that it is, if it is one."""
        return event_id(self.site, self.key)

    @property
    def is_acked(self) -> bool:
        """Whether the client may rely on it."""
        return self.status in {200, 201, 202}


@dataclass(frozen=True)
class Fault:
    """Something that was done to the system, and how long after its end everything was fresh again."""

    number: int
    name: str
    began_ms: int
    ended_ms: int
    recovery_s: float | None = None
    """None: it never was, or nothing had to recover."""
    recovers: bool = True
    what: str = ""


@dataclass(frozen=True)
class Logged:
    """One record of visits.v1; `at_ms` is the broker's time."""

    partition: int
    offset: int
    at_ms: int
    event: dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """A site's live state as it was shown at an instant; `fields` without its profile. `last` for the ones at quiescence."""

    site: str
    at_ms: int
    offset: int
    clock_ms: int
    fields: dict[str, Any]
    last: bool = False
    restored: bool = False
    """Whether it was shown by workers that had only what they had saved, to a Redis that had nothing."""


@dataclass(frozen=True)
class Version:
    """A version that somebody who follows was shown. It may go back only where `life`, Redis's, is another one."""

    follower: str
    at_ms: int
    life: int
    offset: int
    clock_ms: int


@dataclass
class Evidence:
    """Everything of one run."""

    sent: list[Sent] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)
    outcomes: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    """By event id, what is found at its own address at quiescence."""
    alerts: list[dict[str, Any]] = field(default_factory=list)
    """In the order of alerts.v1, each partition's."""
    summaries: dict[str, tuple[int, dict[str, Any] | None]] = field(default_factory=dict)
    """By visit the record with the highest source offset."""
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By site the last record of sites.v1, as its readers take it."""
    dead: list[tuple[int, int, str]] = field(default_factory=list)
    """(partition, offset, reason) of each dead letter."""
    texts: list[dict[str, Any]] = field(default_factory=list)
    """The lines of the outbox."""
    ledger: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The last word by dedupe key."""
    markers: list[tuple[int, int]] = field(default_factory=list)
    """(partition, next) of each committed snapshot, in order."""
    versions: list[Version] = field(default_factory=list)
    views: list[Seen] = field(default_factory=list)
    walls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """(site, who saw it, what it showed) at quiescence."""
    settled_ms: int | None = None
    """When everything was read and shown after the last fault; None: it never was."""
    unsettled: str = ""
    """What was still missing then."""

    def save(self, folder: Path) -> None:
        """Write it to the folder."""
        (folder / FILE).write_bytes(orjson.dumps(asdict(self)))


def load(folder: Path) -> Evidence:
    """Read what `save` wrote."""
    kept = orjson.loads((folder / FILE).read_bytes())
    lists = {"sent": Sent, "faults": Fault, "log": Logged, "versions": Version, "views": Seen}
    kept |= {name: [kind(**each) for each in kept[name]] for name, kind in lists.items()}
    kept |= {name: [tuple(each) for each in kept[name]] for name in ("dead", "markers", "walls")}
    kept["summaries"] = {visit: tuple(record) for visit, record in kept["summaries"].items()}
    return Evidence(**kept)

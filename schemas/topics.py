"""Every topic, declared once: who writes it, who reads it, what keys it, how long it is kept.

Topics are created from here and never automatically. A name has the installation's namespace in front, which is
`clinicflow` unless two installations share a broker.
"""

from dataclasses import dataclass, field

VISIT_PARTITIONS = 12
"""Final for v1: another count means visits.v2 and a copy."""

_ERASABLE = {"max.compaction.lag.ms": "43200000", "segment.ms": "43200000", "delete.retention.ms": "43200000"}
"""A tombstone takes the record off the disk within 24 hours."""
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """One topic. `fact` topics are flushed at each message where one broker stands alone (I4)."""

    suffix: str
    key: str
    holds: str
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]
    partitions: int = 1
    compacted: bool = False
    kept_days: int | None = None
    fact: bool = False
    config: dict[str, str] = field(default_factory=dict)

    def name(self, namespace: str) -> str:
        """The topic's name in an installation."""
        return f"{namespace}.{self.suffix}"

    def settings(self, replicas: int) -> dict[str, str]:
        """What the broker is told about it, for a cluster of `replicas` copies."""
        told = {"cleanup.policy": "compact" if self.compacted else "delete", **self.config}
        if self.kept_days is not None:
            told["retention.ms"] = str(self.kept_days * _DAY_MS)
        if replicas >= 3:
            told["min.insync.replicas"] = "2"
        elif self.fact:
            told["flush.messages"] = "1"
        return told


VISITS = Topic(
    "visits.v1", "site id", "everything that happens at a site, and its profile; pseudonymous, still health information",
    ("checkin", "notify", "ehr", "cli"), ("flow", "checkin"), VISIT_PARTITIONS, kept_days=400, fact=True,
    config={"message.timestamp.type": "LogAppendTime"},
)  # fmt: skip
SNAPSHOTS = Topic(
    "snapshots.v1", "format, site id, chunk", "flow's own state", ("flow",), ("flow",), VISIT_PARTITIONS, compacted=True,
    config={"min.cleanable.dirty.ratio": "0.2", "segment.ms": "3600000", "max.message.bytes": str(8 * 1024 * 1024)},
)  # fmt: skip
"""A site is cut into 17 rows; one of the largest, with a hundred thousand events in its retention, must still fit."""
SITES = Topic("sites.v1", "site id", "the profile in force", ("flow",), ("checkin", "board", "notify", "flow"), compacted=True)
PEOPLE = Topic("people.v1", "person id", "who the patients are, encrypted", ("checkin", "ehr"), ("checkin", "notify", "billing"),
               VISIT_PARTITIONS, compacted=True, fact=True, config=_ERASABLE)  # fmt: skip
CONTACTS = Topic("contacts.v1", "HMAC of sender and phone", "consent and opt-out", ("checkin", "notify"), ("checkin", "notify"),
                 VISIT_PARTITIONS, compacted=True, fact=True)  # fmt: skip
MESSAGES = Topic("messages.v1", "person id", "texts received and conversations, encrypted", ("notify",), ("checkin",),
                 VISIT_PARTITIONS, compacted=True, config=_ERASABLE)  # fmt: skip
ACCESS = Topic("access.v1", "subject", "token hashes, users, screens, revocations", ("cli", "checkin", "board"),
               ("checkin", "board"), compacted=True)  # fmt: skip
AUDIT = Topic("audit.v1", "site id", "who did or looked at what", ("checkin", "board", "cli"), ("checkin", "cli"), VISIT_PARTITIONS,
              kept_days=6 * 366)  # fmt: skip
ALERTS = Topic("alerts.v1", "site id", "alerts raised and retracted", ("flow",), ("notify", "flow"), VISIT_PARTITIONS, kept_days=7)
SUMMARIES = Topic("summaries.v1", "visit id", "one record per departed visit", ("flow",), ("history", "cli", "billing"),
                  VISIT_PARTITIONS, compacted=True)  # fmt: skip
NOTIFICATIONS = Topic("notifications.v1", "dedupe key", "the ledger of texts", ("notify",), ("notify", "checkin"), VISIT_PARTITIONS,
                      compacted=True, fact=True)  # fmt: skip
DELIVERIES = Topic("deliveries.v1", "visit id, in its site's partition", "the ledger of what billing is told, and retries",
                   ("billing", "checkin", "cli"), ("billing", "checkin", "cli"), VISIT_PARTITIONS, compacted=True,
                   fact=True)  # fmt: skip
DEAD_LETTERS = Topic(
    "visits.v1.dlq", "as received", "raw bytes that could not be used, encrypted; and which of them were retried",
    ("flow", "cli", "checkin"), ("cli", "checkin"), kept_days=30, config={"max.message.bytes": str(4 * 1024 * 1024)},
)  # fmt: skip
"""A sealed record is nearly twice as long as it was, and the longest one that visits.v1 takes must fit."""

TOPICS: tuple[Topic, ...] = (
    VISITS, SNAPSHOTS, SITES, PEOPLE, CONTACTS, MESSAGES, ACCESS, AUDIT, ALERTS, SUMMARIES, NOTIFICATIONS, DELIVERIES,
    DEAD_LETTERS,
)  # fmt: skip

"""Every kind of record, by where it stands and its short name. Golden examples, JSON Schemas and tests follow this table."""

from typing import Any, get_args

from schemas import topics
from schemas.access import Access
from schemas.alerts import Alert
from schemas.audit import AuditRecord
from schemas.billing import VisitHandedOver, VisitVoided
from schemas.codec import SiteEvent
from schemas.contacts import Contact
from schemas.dead_letters import DeadLetter, DeadLetterRetried
from schemas.deliveries import Delivery, RetryAsked
from schemas.envelope import Frozen
from schemas.live import Beat, Change, LiveAlert, LiveMeta, LiveOpenItems, LiveProvider, LiveQueue, LiveRoom, LiveSupply, LiveVisit
from schemas.messages import SealedMessage
from schemas.notifications import Notification
from schemas.outcomes import Outcome
from schemas.people import Person, SealedPerson
from schemas.screens import ScreenState
from schemas.sites import PublishedProfile
from schemas.summaries import VisitSummary

Kinds = dict[str, type[Frozen]]


def short_type(type_name: str) -> str:
    """`clinicflow.visit.booked.v1` is `visit.booked`; a later version keeps its number."""
    return type_name.removeprefix("clinicflow.").removesuffix(".v1")


def _by_type(tagged_union: Any) -> Kinds:
    members: tuple[type[Frozen], ...] = get_args(get_args(tagged_union)[0])
    return {short_type(member.model_fields["type"].default): member for member in members}


REDIS = "redis"
"""What stands in Redis, which is no topic."""
WEBHOOK = "webhook"
"""What the billing system is sent, which is on no topic."""

KINDS: dict[str, Kinds] = {
    topics.VISITS.suffix: _by_type(SiteEvent),
    topics.SITES.suffix: {"published-profile": PublishedProfile},
    topics.PEOPLE.suffix: {"sealed-person": SealedPerson, "person": Person},
    topics.CONTACTS.suffix: {"contact": Contact},
    topics.MESSAGES.suffix: {"sealed-message": SealedMessage},
    topics.ACCESS.suffix: _by_type(Access),
    topics.AUDIT.suffix: {"audit-record": AuditRecord},
    topics.ALERTS.suffix: _by_type(Alert),
    topics.SUMMARIES.suffix: {"visit-summary": VisitSummary},
    topics.NOTIFICATIONS.suffix: {"notification": Notification},
    topics.DELIVERIES.suffix: {"delivery": Delivery, "delivery.retry-asked": RetryAsked},
    topics.DEAD_LETTERS.suffix: {"dead-letter": DeadLetter, "dead-letter-retried": DeadLetterRetried},
    WEBHOOK: {"visit-handed-over": VisitHandedOver, "visit-voided": VisitVoided},
    REDIS: {
        "outcome": Outcome,
        "live-meta": LiveMeta,
        "live-visit": LiveVisit,
        "live-room": LiveRoom,
        "live-provider": LiveProvider,
        "live-supply": LiveSupply,
        "live-open-items": LiveOpenItems,
        "live-queue": LiveQueue,
        "live-alert": LiveAlert,
        "change": Change,
        "beat": Beat,
        "screen-state": ScreenState,
    },
}
"""By topic suffix. `person` is what a sealed person holds. Snapshots are flow's own and no contract."""

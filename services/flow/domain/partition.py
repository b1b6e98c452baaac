"""One partition of the log: its sites and `next`, the offset up to which they are the fold of it. They are one value."""

from typing import Protocol

from schemas.codec import SiteEvent, decode
from schemas.dead_letters import DeadLetterReason
from schemas.outcomes import OutcomeStatus
from schemas.partitioning import partition_of
from schemas.sites import SiteProfileChanged
from services.flow.domain.decisions import elsewhere
from services.flow.domain.effects import Answer, Dead, Effects
from services.flow.domain.facts import ms
from services.flow.domain.folding import fold
from services.flow.domain.passing import advance, tick
from services.flow.domain.site import Site
from services.flow.domain.watching import Cause

FUTURE_MS = 120_000
"""How far a record may claim to be recorded after the broker got it."""
_VISIT_EVENT = "clinicflow.visit."


class Record(Protocol):
    """What a Kafka client hands over."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...


class PartitionState:
    """The sites of a partition, folded up to `next`. Without a `number` it takes the sites of every partition."""

    def __init__(self, number: int | None = None, *, next_offset: int = 0, scaled_clock: bool = False) -> None:
        self.sites: dict[str, Site] = {}
        self.number = number
        self.next = next_offset
        self._scaled_clock = scaled_clock

    def fold(self, record: Record, effects: Effects) -> None:
        """Take one record in, which must be at `next` or after a hole that was looked into. Unusable ones become `dead`."""
        decoded = decode(record.value, record.key)
        if isinstance(decoded, DeadLetterReason):
            effects.dead.append(Dead(record.offset, decoded))
        else:
            self._fold(decoded, record, effects)
        self.next = record.offset + 1

    def skip(self, record: Record, reason: DeadLetterReason, effects: Effects) -> None:
        """Give a record up that can't be folded."""
        effects.dead.append(Dead(record.offset, reason))
        self.next = record.offset + 1

    def _fold(self, event: SiteEvent, record: Record, effects: Effects) -> None:
        site = self.sites.get(event.site)
        recorded = ms(event.recordedtime)
        if site is None:  # nobody is answered: an outcome would show a site's name that may be anything
            if self.number not in {None, partition_of(event.site.encode())}:
                effects.dead.append(Dead(record.offset, DeadLetterReason.WRONG_SITE))
                return
            if not isinstance(event, SiteProfileChanged):
                effects.dead.append(Dead(record.offset, DeadLetterReason.UNKNOWN_SITE))
                return
            site = Site(event.data, record.offset)
        if recorded > record.timestamp + FUTURE_MS and not self._scaled_clock and not site.follows_log:
            _bury(event, record, DeadLetterReason.TIME_IN_FUTURE, effects)
            return
        self.sites[event.site] = site
        if event.type.startswith(_VISIT_EVENT) or (site.clock is not None and not site.follows_log):
            advance(site, recorded, record.offset, effects)
        fold(site, event, Cause(record.offset, recorded), effects)

    def tick(self, now: int, effects: Effects) -> None:
        """Let the sites follow the wall clock (ms): everything on the log up to now has been folded."""
        for site in self.sites.values():
            tick(site, now, self.next, effects)


def _bury(event: SiteEvent, record: Record, reason: DeadLetterReason, effects: Effects) -> None:
    decision = elsewhere(event.fingerprint, OutcomeStatus.DEAD_LETTERED, reason, ms(event.recordedtime))
    effects.dead.append(Dead(record.offset, reason))
    effects.answers.append(Answer(event.site, event.id, decision))

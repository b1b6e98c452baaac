"""Records events and says what became of them (I4)."""

from collections.abc import Sequence

from schemas.codec import SiteEvent, encode
from schemas.outcomes import Outcome
from schemas.topics import VISITS
from services.checkin.outcomes import Outcomes
from services.checkin.publisher import Publisher, Record


class Recorder:
    """Safe to run twice: the same events have the same ids, and flow answers them alike."""

    def __init__(self, publisher: Publisher, outcomes: Outcomes) -> None:
        self._publisher, self._outcomes = publisher, outcomes

    async def known(self, events: Sequence[str]) -> dict[str, Outcome]:
        """Give the outcomes of the last day that there are, by event."""
        return await self._outcomes.known(events)

    async def record(self, events: Sequence[SiteEvent], wait_seconds: float) -> list[Outcome | None]:
        """Put the events on the log and wait so long for flow's outcomes; None: kept, the outcome follows.

        Raises NotRecordedError when the broker did not acknowledge all of them.
        """
        records = [Record(VISITS, *encode(event)) for event in events]
        if not wait_seconds:
            await self._publisher.publish(records)
            return [None] * len(events)
        with self._outcomes.expecting(events) as waiters:
            await self._publisher.publish(records)
            await self._outcomes.wait(waiters, wait_seconds)
            return [waiter.outcome for waiter in waiters]

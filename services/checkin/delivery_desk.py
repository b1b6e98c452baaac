"""What the billing system was told of a clinic's visits, as its administrators may see it and have it tried again."""

import asyncio
from dataclasses import dataclass

from kafka.errors import KafkaError
from pydantic import BaseModel

from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem, DeliveryState
from schemas.envelope import UtcTime
from services.checkin.answers import not_recorded, starting
from services.checkin.delivery_book import DeliveryBook
from services.checkin.security import Asker
from services.runtime.deliveries.advice import ADVICE
from services.runtime.deliveries.asking import ask, may_be_asked
from services.runtime.problems import Problem
from services.runtime.settings import ServiceSettings

LIMIT = 200


class ShownDelivery(BaseModel):
    """What was last told, or is to be told, of one visit; nothing of what is told. `means` and `remedy` are of the problem."""

    visit: str
    delivery: str
    revision: int
    kind: DeliveryKind
    state: DeliveryState
    attempts: int
    status: int | None
    problem: DeliveryProblem | None
    means: str | None
    remedy: str | None
    completed_at: UtcTime
    begun_at: UtcTime
    attempted_at: UtcTime | None
    next_attempt_at: UtcTime | None
    may_be_retried: bool


class DeliveryList(BaseModel):
    """Newest first. `complete` is false where there are more; of those that were sent there may always be."""

    deliveries: list[ShownDelivery]
    complete: bool


class RetryKept(BaseModel):
    """It is written down that this delivery is to be tried again; the list shows what becomes of it."""

    visit: str
    delivery: str


@dataclass(frozen=True)
class DeliveryDesk:
    """Looks, and asks. Methods raise Problem."""

    settings: ServiceSettings
    book: DeliveryBook
    asking: asyncio.Lock
    """One at a time: each begins a producer of its own."""

    @classmethod
    def of(cls, settings: ServiceSettings, book: DeliveryBook) -> "DeliveryDesk":
        """Make the desk."""
        return cls(settings, book, asyncio.Lock())

    def all(self, asker: Asker, state: DeliveryState | None) -> DeliveryList:
        """List those of the asker's clinic, of one state where that is asked for. Raises Problem 503."""
        self._is_ready()
        found = [entry for entry in self.book.of(asker.site) if state in {None, entry.state}]
        return DeliveryList(deliveries=[_shown(entry) for entry in found[:LIMIT]], complete=len(found) <= LIMIT)

    async def retry(self, asker: Asker, visit: str) -> RetryKept:
        """Have one tried again. Raises Problem 404, 409 or 503."""
        self._is_ready()
        entry = self.book.get(visit)
        if entry is None or entry.site != asker.site:
            raise Problem(
                404, "unknown-delivery", "Nothing to try again", "Nothing was ever handed over of such a visit of this clinic."
            )
        if not may_be_asked(entry):
            raise Problem(
                409,
                "delivered",
                "There is nothing to try again",
                "The billing system has taken what there is to say of this visit.",
            )
        try:
            async with self.asking:
                await asyncio.to_thread(ask, self.settings, [entry])
        except KafkaError:
            raise not_recorded() from None
        return RetryKept(visit=entry.visit, delivery=entry.delivery)

    def _is_ready(self) -> None:
        if not self.book.table.ready:
            raise starting()


def _shown(entry: Delivery) -> ShownDelivery:
    means, remedy = ADVICE[entry.problem] if entry.problem is not None else (None, None)
    return ShownDelivery(
        **entry.model_dump(include=set(ShownDelivery.model_fields)),
        means=means,
        remedy=remedy,
        may_be_retried=may_be_asked(entry),
    )

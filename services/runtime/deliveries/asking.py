"""Asks for deliveries to be tried again. Billing does it, and counts what is asked twice of the same failure once."""

from collections.abc import Iterable
from contextlib import closing
from uuid import UUID, uuid5

from schemas.deliveries import Delivery, DeliveryState, RetryAsked, retry_key
from schemas.topics import DELIVERIES
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings

ASKED = UUID("2f86c0d4-7be1-5a39-8d10-94b7e3ac6f58")
"""Namespace of UUIDv5."""


def may_be_asked(entry: Delivery) -> bool:
    """Whether there is anything to try again: what was sent is over."""
    return entry.state is not DeliveryState.SENT


def retry_of(entry: Delivery, clock: Clock) -> RetryAsked:
    """Say that this is to be tried again. Said again before anything has come of it, it is the same."""
    attempt = entry.attempted_at.isoformat() if entry.attempted_at is not None else ""
    id_ = str(uuid5(ASKED, f"{entry.delivery}/{entry.retry or ''}/{entry.attempts}/{attempt}"))
    return RetryAsked(id=id_, site=entry.site, visit=entry.visit, delivery=entry.delivery, asked_at=clock.now())


def ask(settings: ServiceSettings, entries: Iterable[Delivery]) -> list[RetryAsked]:
    """Ask for all of these; returns what stands on the topic once all of it is acknowledged. Raises KafkaError."""
    topic, clock = DELIVERIES.name(settings.namespace), Clock.from_file(settings.clock_file)
    wanted = [retry_of(entry, clock) for entry in entries]
    with closing(kafka.producer(settings, "deliveries")) as producer:
        sent = [producer.send(topic, asked.model_dump_json().encode(), key=retry_key(asked.visit).encode()) for asked in wanted]
        for future in sent:
            future.get(kafka.ACK_SECONDS * 2)
    return wanted

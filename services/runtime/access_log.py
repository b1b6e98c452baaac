"""Puts records on access.v1."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas.access import Access
from schemas.topics import ACCESS
from services.runtime import kafka
from services.runtime.settings import ServiceSettings


class NotPublishedError(Exception):
    """The broker did not acknowledge in time. Whether it has the record can't be said."""


class AccessLog:
    """What it returns from is acknowledged by all replicas. A producer that failed is replaced at the next record."""

    def __init__(self, settings: ServiceSettings, service: str) -> None:
        self._settings, self._service = settings, service
        self._topic = ACCESS.name(settings.namespace)
        self._sender = ThreadPoolExecutor(1, "access-send")
        self._producer: KafkaProducer | None = None

    async def publish(self, record: Access) -> int:
        """Put a record in the place of its subject's last one; returns its offset. Raises NotPublishedError."""
        return await self._off_the_loop(record.subject, record.model_dump_json().encode())

    async def remove(self, subject: str) -> int:
        """Take a subject's record away; returns the tombstone's offset. Raises NotPublishedError."""
        return await self._off_the_loop(subject, None)

    async def close(self) -> None:
        """Let go of the broker."""
        await asyncio.get_running_loop().run_in_executor(self._sender, self._let_go)
        self._sender.shutdown(wait=False)

    async def _off_the_loop(self, subject: str, value: bytes | None) -> int:
        return await asyncio.get_running_loop().run_in_executor(self._sender, self._send, subject, value)

    def _send(self, subject: str, value: bytes | None) -> int:
        try:
            if self._producer is None:
                self._producer = self._connect()
            offset: int = self._producer.send(self._topic, value, key=subject.encode()).get(timeout=kafka.ACK_SECONDS).offset
        except (KafkaError, OSError) as problem:
            self._let_go()
            raise NotPublishedError from problem
        return offset

    def _connect(self) -> KafkaProducer:
        # What the caller was told isn't recorded should not arrive later: it is given up before the caller is.
        milliseconds = kafka.ACK_SECONDS * 1000
        return kafka.producer(
            self._settings,
            f"{self._service}-access",
            bootstrap_timeout_ms=2000,
            request_timeout_ms=int(milliseconds * 0.6),
            delivery_timeout_ms=int(milliseconds * 0.9),
        )

    def _let_go(self) -> None:
        found, self._producer = self._producer, None
        for seconds in (1, 0):
            try:
                if found is not None:
                    found.close(timeout=seconds)
            except KafkaError:
                continue  # it doesn't close while something is under way
            return

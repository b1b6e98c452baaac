"""The process's one subscription to the live state, kept up whatever becomes of Redis."""

import asyncio
from contextlib import suppress

import structlog
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from schemas import redis_keys
from schemas.live import Beat, Change
from services.runtime.clock import Clock
from services.runtime.live.hub import Hub
from services.runtime.live.metrics import LiveMetrics

SILENT_SECONDS = 5.0
"""Where nothing was heard for so long, not even an answer to our ping, the subscription is made anew."""
RETRY_SECONDS = 0.5

log = structlog.stdlib.get_logger("clinicflow.live")


class Subscription:
    """Tells the hub what is published. Each new subscription makes the hub read anew, because Redis repeats nothing."""

    def __init__(self, redis: Redis, namespace: str, clock: Clock, hub: Hub, metrics: LiveMetrics) -> None:
        self._redis, self._clock, self._hub, self._metrics = redis, clock, hub, metrics
        self._changes, self._beats = redis_keys.changes(namespace), redis_keys.beats(namespace)

    async def run(self) -> None:
        """Listen until cancelled. An exception from here is a bug."""
        while True:
            pubsub = self._redis.pubsub()
            try:
                await self._listen(pubsub)
            except (RedisError, OSError) as problem:
                if self._hub.subscribed:
                    log.warning("the live state is away", problem=type(problem).__name__)
            finally:
                self._hub.lose()
                with suppress(RedisError, OSError):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis leaves it untyped
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, pubsub: PubSub) -> None:
        await pubsub.subscribe(self._changes, self._beats)
        heard_at, confirmed = self._clock.monotonic(), 0
        while True:
            message = await pubsub.get_message(timeout=1.0)
            if message is None:
                if self._clock.monotonic() - heard_at > SILENT_SECONDS:
                    raise TimeoutError
                await pubsub.ping()
                continue
            heard_at = self._clock.monotonic()
            if message["type"] == "subscribe":
                confirmed += 1
                if confirmed == 2:
                    log.info("the live state is followed")
                    self._hub.begin()
            elif message["type"] == "message":
                self._hear(message["channel"].decode(), message["data"])
                await asyncio.sleep(0)  # a flood that is already here must not keep the screens waiting

    def _hear(self, channel: str, data: bytes) -> None:
        try:
            if channel == self._changes:
                self._hub.change(Change.model_validate_json(data))
            else:
                self._hub.beat(Beat.model_validate_json(data))
        except ValidationError:
            self._metrics.unreadable.inc()
            self._hub.doubt()

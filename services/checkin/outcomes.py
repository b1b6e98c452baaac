"""Flow's outcomes, as Redis shows them: waited for by event id, and read back."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from schemas.codec import SiteEvent
from schemas.outcomes import Outcome, OutcomeStatus, Refusal
from services.checkin.metrics import Metrics

LOOK_AGAIN_SECONDS = 0.5
"""The stored outcome is looked at so often while the channel brings none: a message may have been missed."""
_RECONNECT_SECONDS = 0.5


@dataclass(frozen=True)
class Waiter:
    """Somebody who waits for the outcome of this event, said in these words."""

    event: str
    fingerprint: str
    answer: asyncio.Future[Outcome]

    def take(self, outcome: Outcome) -> None:
        """Take an outcome, unless there is one already."""
        if not self.answer.done():
            self.answer.set_result(outcome)

    @property
    def outcome(self) -> Outcome | None:
        """What came, if anything did."""
        return self.answer.result() if self.answer.done() else None


class Outcomes:
    """One subscription for all who wait; it comes back by itself. Without Redis nobody waits and nothing fails."""

    def __init__(self, redis: Redis, namespace: str, metrics: Metrics) -> None:
        self._redis, self._namespace, self._metrics = redis, namespace, metrics
        self._waiters: dict[str, list[Waiter]] = {}
        self.listening = False

    async def listen(self) -> None:
        """Hand out what the channel brings, for ever; cancel it to stop."""
        while True:
            with suppress(RedisError, OSError):
                await self._subscribe()
            self._say_listening(False)
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _subscribe(self) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(redis_keys.outcomes(self._namespace))
            while True:
                message = await channel.get_message(timeout=1.0)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    self._say_listening(True)
                elif message["type"] == "message" and self._waiters and (outcome := self._read(message["data"])):
                    self._hand_out(outcome)

    def _say_listening(self, listening: bool) -> None:
        self.listening = listening
        self._metrics.outcomes_listening.set(listening)

    def _hand_out(self, outcome: Outcome) -> None:
        for waiter in self._waiters.get(outcome.event, ()):
            if waiter.fingerprint == outcome.fingerprint:
                waiter.take(outcome)

    def _read(self, value: bytes | str) -> Outcome | None:
        try:
            return Outcome.model_validate_json(value)
        except ValidationError:
            self._metrics.outcomes_unreadable.inc()
            return None

    @contextmanager
    def expecting(self, events: Sequence[SiteEvent]) -> Iterator[list[Waiter]]:
        """Catch the outcomes of these events from now on, so begin before they are sent."""
        loop = asyncio.get_running_loop()
        waiters = [Waiter(event.id, event.fingerprint, loop.create_future()) for event in events]
        for waiter in waiters:
            self._waiters.setdefault(waiter.event, []).append(waiter)
        try:
            yield waiters
        finally:
            for waiter in waiters:
                others = [other for other in self._waiters.get(waiter.event, ()) if other is not waiter]
                if others:
                    self._waiters[waiter.event] = others
                else:
                    self._waiters.pop(waiter.event, None)

    async def wait(self, waiters: Sequence[Waiter], seconds: float) -> None:
        """Return when all have their outcome, or `seconds` have passed, or Redis is away."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while without := [waiter for waiter in waiters if not waiter.answer.done()]:
                    if not await self._look(without) and not self.listening:
                        return
                    open_ = [waiter.answer for waiter in without if not waiter.answer.done()]
                    if open_:
                        await asyncio.wait(open_, timeout=LOOK_AGAIN_SECONDS)

    async def _look(self, waiters: Sequence[Waiter]) -> bool:
        """Take what is stored; False: Redis could not be asked."""
        try:
            values = await self._redis.mget([redis_keys.outcome(self._namespace, waiter.event) for waiter in waiters])
        except (RedisError, OSError):
            return False
        for waiter, value in zip(waiters, values, strict=True):
            if value is not None and (outcome := self._read(value)) is not None:
                waiter.take(outcome if outcome.fingerprint == waiter.fingerprint else _reused(outcome, waiter.fingerprint))
        return True

    async def known(self, events: Sequence[str]) -> dict[str, Outcome]:
        """Read the outcomes of the last day that there are, by event; nothing while Redis is away."""
        if not events:
            return {}
        try:
            values = await self._redis.mget([redis_keys.outcome(self._namespace, event) for event in events])
        except (RedisError, OSError):
            return {}
        read = {event: self._read(value) for event, value in zip(events, values, strict=True) if value is not None}
        return {event: outcome for event, outcome in read.items() if outcome is not None}

    async def stored(self, event: str) -> Outcome | None:
        """Read an outcome of the last day; None: there is none yet. Raises RedisError when Redis is away."""
        value = await self._redis.get(redis_keys.outcome(self._namespace, event))
        return self._read(value) if value is not None else None


def _reused(first: Outcome, fingerprint: str) -> Outcome:
    """Say what flow says of the same id with another body."""
    return Outcome(
        event=first.event, fingerprint=fingerprint, site=first.site, status=OutcomeStatus.REFUSED, reason=Refusal.KEY_REUSED
    )

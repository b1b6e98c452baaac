"""What became of records that were put on the log again: flow's outcomes in Redis, and what it set aside anew."""

from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Any, NamedTuple, Self

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from pydantic import ValidationError
from redis import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from schemas.codec import SiteEvent, decode
from schemas.dead_letters import DEAD_LETTER_RECORD, DeadLetter, DeadLetterReason
from schemas.live import Beat
from schemas.outcomes import Outcome, OutcomeStatus, Refusal
from schemas.topics import DEAD_LETTERS
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.dead_letters.resending import Sent
from services.runtime.settings import ServiceSettings

WAIT_SECONDS = 8.0
LETTERS_SECONDS = 2.0
"""Flow shows that it has read a record before the broker has acknowledged its dead letter; after so long none comes."""
POLL_MS = 200


class End(StrEnum):
    """How it went."""

    APPLIED = "applied"
    REFUSED = "refused"
    DEAD_AGAIN = "set aside again"
    READ = "read"
    """Flow has read it and did not set it aside; its outcome can't be read (it is no event, or older than a day)."""
    UNKNOWN = "unknown"
    """Flow has not come to it in time, or Redis can't be asked."""


class Fate(NamedTuple):
    """How it went, and why."""

    end: End
    reason: str | None = None


class Fates:
    """Watches from before the records are sent, so that nothing is missed."""

    def __init__(self, settings: ServiceSettings) -> None:
        """Connect. Raises KafkaError."""
        self._namespace, self._clock = settings.namespace, Clock()
        self._redis: Redis = Redis.from_url(settings.redis_url, socket_connect_timeout=1.0, socket_timeout=2.0)
        self._reader: KafkaConsumer = kafka.consumer(settings, "dlq-fates")
        self._set_aside: dict[tuple[int, int], DeadLetterReason] = {}
        letters = [TopicPartition(DEAD_LETTERS.name(self._namespace), number) for number in range(DEAD_LETTERS.partitions)]
        try:
            self._reader.assign(letters)
            for partition, end in self._reader.end_offsets(letters).items():
                self._reader.seek(partition, end)
        except KafkaError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of broker and Redis."""
        self._reader.close()
        self._redis.close()

    def wait(self, sent: Sequence[Sent], seconds: float = WAIT_SECONDS) -> dict[Sent, Fate]:
        """Wait for what becomes of them, so long at most."""
        fates: dict[Sent, Fate] = {}
        read_since: dict[Sent, float] = {}
        events = {one: _event(one) for one in sent}
        until = self._clock.monotonic() + seconds
        while (open_ := [one for one in sent if one not in fates]) and (now := self._clock.monotonic()) < until:
            self._see_what_was_set_aside()
            reached = self._reached({one.entry.letter.source_partition for one in open_})
            for one in open_:
                if reached.get(one.entry.letter.source_partition, 0) > one.offset:
                    read_since.setdefault(one, now)
            outcomes = self._outcomes({one: event for one in open_ if one in read_since and (event := events[one]) is not None})
            for one in open_:
                fate = self._fate(one, outcomes.get(one), now - read_since.get(one, now))
                if fate is not None:
                    fates[one] = fate
        return {one: fates.get(one) or Fate(End.READ if one in read_since else End.UNKNOWN) for one in sent}

    def _fate(self, one: Sent, outcome: Outcome | None, read_for: float) -> Fate | None:
        again = self._set_aside.get((one.entry.letter.source_partition, one.offset))
        if again is not None:
            return Fate(End.DEAD_AGAIN, again)
        if outcome is not None and outcome.status is OutcomeStatus.APPLIED:
            return Fate(End.APPLIED)
        if outcome is not None and outcome.status is OutcomeStatus.REFUSED:
            return Fate(End.REFUSED, outcome.reason)
        return Fate(End.READ) if read_for > LETTERS_SECONDS else None

    def _see_what_was_set_aside(self) -> None:
        with suppress(KafkaError):
            for records in self._reader.poll(timeout_ms=POLL_MS).values():
                for record in records:
                    self._note(record.value)

    def _note(self, value: bytes | None) -> None:
        with suppress(ValidationError):
            said = DEAD_LETTER_RECORD.validate_json(value or b"")
            if isinstance(said, DeadLetter):
                self._set_aside[said.source_partition, said.source_offset] = said.reason

    def _reached(self, partitions: set[int]) -> dict[int, int]:
        """Up to where flow has read these partitions; empty without Redis."""
        numbers = sorted(partitions)
        beats = self._ask([redis_keys.sentinel(self._namespace, number) for number in numbers])
        reached = {}
        for number, beat in zip(numbers, beats, strict=True):
            with suppress(ValidationError):
                reached[number] = Beat.model_validate_json(beat or b"").next
        return reached

    def _outcomes(self, events: dict[Sent, SiteEvent]) -> dict[Sent, Outcome]:
        """Once flow has read a record, what is stored under its event's id is the answer to it."""
        found = {}
        values = self._ask([redis_keys.outcome(self._namespace, event.id) for event in events.values()])
        for (one, event), value in zip(events.items(), values, strict=True):
            with suppress(ValidationError):
                outcome = Outcome.model_validate_json(value or b"")
                same = outcome.fingerprint == event.fingerprint
                refused = {"status": OutcomeStatus.REFUSED, "reason": Refusal.KEY_REUSED}
                found[one] = outcome if same else outcome.model_copy(update=refused)
        return found

    def _ask(self, keys: list[str]) -> list[Any]:
        try:
            return list(self._redis.mget(keys)) if keys else []
        except RedisError:
            return [None] * len(keys)


def _event(sent: Sent) -> SiteEvent | None:
    decoded = decode(sent.record.value, sent.record.key)
    return None if isinstance(decoded, DeadLetterReason) else decoded

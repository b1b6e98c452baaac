"""Stands in for flow where checkin is tested alone: real Kafka and Redis, and just enough decisions to answer."""

import threading
from types import TracebackType
from typing import Self

import redis
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from schemas import redis_keys
from schemas.codec import SiteEvent, decode
from schemas.dead_letters import DeadLetterReason
from schemas.envelope import Intent
from schemas.live import LiveMeta, LiveRoom, LiveVisit
from schemas.outcomes import Outcome, OutcomeStatus, Refusal
from schemas.sites import PublishedProfile, SiteProfileChanged
from schemas.summaries import Stage
from schemas.topics import SITES, VISITS
from schemas.visits import PatientCheckedIn, PatientRoomed
from services.runtime.kafka import begin

TOO_OLD = "7b9c2a64-0000-5e08-8c47-d0a95e3f6b12"
"""A visit that is over for long."""


class FlowStandIn:
    """Gives tickets and rooms, knows ids it has seen, and can be told to keep silent or to speak only through the key."""

    def __init__(self, bootstrap: str, redis_url: str, namespace: str) -> None:
        self._bootstrap, self._redis_url, self._namespace = bootstrap, redis_url, namespace
        self._known: dict[str, Outcome] = {}
        self._tickets: dict[str, str] = {}
        self._rooms: dict[str, str] = {}
        self.speaks, self.on_channel = True, True
        self.seen: list[SiteEvent] = []

    def __enter__(self) -> Self:
        self.work()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.rest()

    def work(self) -> None:
        """Connect, and read the log from its start."""
        self._stopping = threading.Event()
        self._redis = redis.Redis.from_url(self._redis_url)
        self._producer = begin(KafkaProducer, bootstrap_servers=self._bootstrap)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def rest(self) -> None:
        """Let everything go; what was decided stays known."""
        self._stopping.set()
        self._thread.join()
        self._producer.close()
        self._redis.close()

    def of(self, event: str) -> list[SiteEvent]:
        """All records with this id, in the order of the log."""
        return [seen for seen in self.seen if seen.id == event]

    def answer(self, event: str) -> None:
        """Say now what was decided in silence."""
        self._say(self._known[event])

    def _run(self) -> None:
        topic = VISITS.name(self._namespace)
        partitions = [TopicPartition(topic, number) for number in range(VISITS.partitions)]
        reader = begin(KafkaConsumer, bootstrap_servers=self._bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
        reader.assign(partitions)
        try:
            while not self._stopping.is_set():
                for records in reader.poll(timeout_ms=50).values():
                    for record in records:
                        event = decode(record.value, record.key, extra="forbid")
                        assert not isinstance(event, DeadLetterReason), event
                        self._take(event)
        finally:
            reader.close()

    def _take(self, event: SiteEvent) -> None:
        first = self._known.get(event.id)
        if first is not None and first.fingerprint != event.fingerprint:
            outcome = self._outcome(event, OutcomeStatus.REFUSED, Refusal.KEY_REUSED)
        else:
            outcome = first or self._decide(event)
            self._known[event.id] = outcome
        self.seen.append(event)
        if self.speaks:
            self._say(outcome)

    def _decide(self, event: SiteEvent) -> Outcome:
        if isinstance(event, SiteProfileChanged):
            profile = PublishedProfile(profile=event.data, source_offset=len(self.seen))
            self._producer.send(SITES.name(self._namespace), profile.model_dump_json().encode(), key=event.site.encode()).get(5)
        if isinstance(event, PatientCheckedIn):
            self._tickets.setdefault(event.subject, f"A{len(self._tickets) + 1:02}")
        if isinstance(event, PatientRoomed) and event.data.room and event.intent is Intent.COMMAND:
            holder = self._rooms.setdefault(event.data.room, event.subject)
            if holder != event.subject:
                return self._outcome(event, OutcomeStatus.REFUSED, Refusal.ROOM_HELD, held_by=self._tickets[holder])
        if event.subject == TOO_OLD:
            return self._outcome(event, OutcomeStatus.DEAD_LETTERED, DeadLetterReason.VISIT_CLOSED)
        return self._outcome(event, OutcomeStatus.APPLIED, None)

    def _outcome(self, event: SiteEvent, status: OutcomeStatus, reason: str | None, held_by: str | None = None) -> Outcome:
        is_visit = event.type.startswith("clinicflow.visit.")
        return Outcome(
            event=event.id,
            fingerprint=event.fingerprint,
            site=event.site,
            status=status,
            reason=reason,
            visit=event.subject if is_visit else None,
            ticket=self._tickets.get(event.subject),
            stage=Stage.WAITING if is_visit and status is OutcomeStatus.APPLIED else None,
            held_by=held_by,
        )

    def _say(self, outcome: Outcome) -> None:
        try:
            if outcome.reason != Refusal.KEY_REUSED:
                self._redis.set(redis_keys.outcome(self._namespace, outcome.event), outcome.model_dump_json(), ex=60)
            if self.on_channel:
                self._redis.publish(redis_keys.outcomes(self._namespace), outcome.model_dump_json())
        except redis.ConnectionError:
            return  # it is away; whoever waits reads the outcome later or not at all

    def show(self, site: str, profile: str, visit: LiveVisit, room: LiveRoom) -> None:
        """Put a live state where the board and the API read it."""
        fields: dict[
            bytes | bytearray | memoryview[int] | str | int | float, bytes | bytearray | memoryview[int] | str | int | float
        ] = {
            "meta": LiveMeta(partition=0, version=(7, 1)).model_dump_json(),
            "profile": profile,
            f"visit:{visit.visit}": visit.model_dump_json(),
            f"room:{room.room}": room.model_dump_json(),
        }
        self._redis.hset(redis_keys.site(self._namespace, site), mapping=fields)

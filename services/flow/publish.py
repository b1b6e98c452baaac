"""Sends what records brought about to alerts.v1, summaries.v1, sites.v1 and the dead letters, acknowledged (DESIGN I5)."""

import asyncio
import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import aiokafka
import orjson

from schemas import topics
from schemas.dead_letters import DeadLetterReason, RawRecord, sealed_for
from schemas.summaries import SOURCE_OFFSET_HEADER
from services.flow.domain.effects import Dead, Effects, Raised, Retracted, Summarized
from services.flow.domain.facts import instant
from services.flow.domain.partition import Record
from services.flow.domain.timeline import ENDS
from services.flow.held import Held
from services.flow.settings import FlowSettings
from services.runtime.clock import Clock
from services.runtime.secret import Sealer

_WHERE_KNOWN = ("visit", "person", "ticket", "language", "room", "provider", "supply")
"""What an alert says only where it is known, in the order in which it is gathered."""

_Record = tuple[bytes, bytes | None, list[tuple[str, bytes]]]


class Received(Record, Protocol):
    """A record with all that the broker keeps of it."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class Publisher:
    """One idempotent producer for all that leaves flow by Kafka. A send that fails raises: the worker must not go on."""

    def __init__(self, settings: FlowSettings, clock: Clock, sealer: Sealer) -> None:
        self._settings, self._clock, self._sealer = settings, clock, sealer
        self._producer: aiokafka.AIOKafkaProducer | None = None
        named = settings.namespace
        self._alerts, self._summaries = topics.ALERTS.name(named), topics.SUMMARIES.name(named)
        self._sites, self._dead, self._log = topics.SITES.name(named), topics.DEAD_LETTERS.name(named), topics.VISITS.name(named)

    async def start(self) -> None:
        """Connect."""
        self._producer = aiokafka.AIOKafkaProducer(
            bootstrap_servers=self._settings.kafka_bootstrap, enable_idempotence=True, acks="all", linger_ms=2,
            max_batch_size=256 * 1024, max_request_size=8 * 1024 * 1024,
        )  # fmt: skip
        await self._producer.start()

    async def stop(self) -> None:
        """Flush and disconnect."""
        if self._producer is not None:
            await self._producer.stop()

    async def send(self, held: Held, effects: Effects, records: Mapping[int, Received]) -> None:
        """Send a batch's effects and wait until the broker has acknowledged each. `records` by offset, for dead letters."""
        if held.standby:
            return
        await self.send_alerts(held, [] if held.rebuilding else effects.alerts)
        await self._send_all(self._summaries, held.number, [_summary_record(summary) for summary in effects.summaries])
        others = [await self._send_profile(held, site, offset) for site, offset in effects.profiles.items()]
        others += [await self._send_dead(held, dead, records[dead.offset]) for dead in effects.dead]
        await asyncio.gather(*others)

    async def send_alerts(self, held: Held, alerts: Iterable[Raised | Retracted]) -> None:
        """Send alerts, and note up to where alerts.v1 is known."""
        behind = await self._send_all(self._alerts, held.number, [(alert.site.encode(), _alert(alert), []) for alert in alerts])
        held.alerts_seen = max(held.alerts_seen, behind)
        if held.settled:
            held.alerts_end = held.alerts_seen

    async def _send(self, topic: str, key: bytes | None, value: bytes | None, **options: Any) -> "asyncio.Future[Any]":
        assert self._producer is not None, "started before anything is folded"
        sent: asyncio.Future[Any] = await self._producer.send(topic, value, key=key, **options)
        return sent

    async def _send_all(self, topic: str, partition: int, records: Iterable[_Record]) -> int:
        """Send records to one partition, acknowledged; returns the offset behind the last. Far cheaper than one by one."""
        assert self._producer is not None, "started before anything is folded"
        behind, batch = 0, self._producer.create_batch()
        for key, value, headers in records:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                behind = await self._send_batch(batch, topic, partition)
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)  # the first one always fits
        return await self._send_batch(batch, topic, partition) if batch.record_count() else behind

    async def _send_batch(self, batch: Any, topic: str, partition: int) -> int:
        assert self._producer is not None, "started before anything is folded"
        batch.close()
        sent = await (await self._producer.send_batch(batch, topic, partition=partition))
        return int(sent.offset) + int(batch.record_count())

    async def _send_profile(self, held: Held, site: str, offset: int) -> "asyncio.Future[Any]":
        profile = held.state.sites[site].profile.model_dump(mode="json")
        return await self._send(self._sites, site.encode(), orjson.dumps({"profile": profile, "source_offset": offset}))

    async def _send_dead(self, held: Held, dead: Dead, record: Received) -> "asyncio.Future[Any]":
        headers = tuple((name, _base64(value)) for name, value in record.headers)
        raw = RawRecord(key=_base64(record.key), value=_base64(record.value), timestamp_ms=record.timestamp, headers=headers)
        source = sealed_for(self._log, held.number, dead.offset)
        nonce, sealed = self._sealer.seal(raw.model_dump_json().encode(), source)
        letter = {
            "reason": DeadLetterReason(dead.reason), "source_topic": self._log, "source_partition": held.number,
            "source_offset": dead.offset, "recorded_at": self._clock.now(), "key_id": self._sealer.key_id,
            "nonce": _base64(nonce), "sealed": _base64(sealed),
        }  # fmt: skip
        site = (record.key or b"").decode(errors="replace")
        return await self._send(self._dead, record.key if site in held.state.sites else None, orjson.dumps(letter))


def _base64(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()


def _alert(alert: Raised | Retracted) -> bytes:
    kind, visit, _, room, provider, supply = alert.alert
    said: dict[str, Any] = {"id": alert.id, "site": alert.site, "kind": kind, "source_offset": alert.offset}
    if isinstance(alert, Raised):
        said["type"], said["time"] = "clinicflow.alert.raised.v1", instant(alert.time)
    else:
        said["type"], said["reason"] = "clinicflow.alert.retracted.v1", alert.reason
    about = zip(_WHERE_KNOWN, (visit, alert.person, alert.ticket, alert.language, room, provider, supply), strict=True)
    said |= {name: value for name, value in about if value is not None}
    return orjson.dumps(said)


def _summary_record(summary: Summarized) -> _Record:
    return summary.visit.encode(), _summary(summary), [(SOURCE_OFFSET_HEADER, str(summary.offset).encode())]


def _summary(summary: Summarized) -> bytes | None:
    view = summary.view
    if view.stage not in ENDS:
        return None
    completed = view.completed
    times = {
        "scheduled_at": view.scheduled, "checked_in_at": view.checked_in, "roomed_at": view.roomed,
        "provider_seen_at": view.seen, "left_room_at": view.left_room, "checked_out_at": view.ended,
        "completed_at": completed.at if completed is not None else None,
    }  # fmt: skip
    said = {
        "site": summary.site, "visit": summary.visit, "end": view.stage, "ticket": summary.ticket, "queue": view.queue,
        "visit_type": view.visit_type, "provider": view.provider, "room": view.room,
        "waiting_room_seconds": view.waiting_seconds, "exam_room_seconds": view.exam_seconds,
        "provider_seconds": view.provider_seconds, "cycle_seconds": view.cycle_seconds, "service_seconds": view.service_seconds,
        "person": view.person, "checklist": dict(view.checklist) or None, "disposition": view.disposition,
        "completion": completed.event if completed is not None else None,
        "codes": completed.codes if completed is not None else None, "faults": view.faults, "source_offset": summary.offset,
        **{name: instant(moment) for name, moment in times.items() if moment is not None},
    }  # fmt: skip
    return orjson.dumps({name: value for name, value in said.items() if value is not None})

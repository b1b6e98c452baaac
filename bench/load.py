"""The input of the benchmarks: clinics full of visits, as events ready for the log."""

import asyncio
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import aiokafka
import orjson

_STEPS = ("checked-in", "called", "roomed", "provider-seen", "checked-out")
OPEN_VISITS = 12
"""So many are in a clinic at a time, give or take."""
ROOMS = 40


def profile(site: str) -> dict[str, object]:
    """Describe an invented clinic."""
    rooms = [{"id": f"r{number}", "name": f"Room {number}"} for number in range(ROOMS)]
    return {"site": site, "name": f"Invented clinic {site}", "timezone": "America/New_York", "rooms": rooms}


def event(site: str, kind: str, subject: str, at: datetime, data: object) -> tuple[str, bytes]:
    """Make one record: its key and its value."""
    time = at.isoformat().replace("+00:00", "Z")
    number = uuid.uuid4()
    body = {
        "specversion": "1.0", "id": str(number), "source": "/clinicflow/bench", "type": f"clinicflow.{kind}.v1",
        "subject": subject, "time": time, "recordedtime": time, "site": site, "actor": "token:bench", "intent": "report",
        "fingerprint": number.hex[:16], "datacontenttype": "application/json", "data": data,
    }  # fmt: skip
    return site, orjson.dumps(body)


def profiles(sites: int) -> list[tuple[str, bytes]]:
    """Make the first event of each site."""
    now = datetime.now(UTC)
    names = [f"site-{number}" for number in range(sites)]
    return [event(name, "site.profile-changed", name, now, profile(name)) for name in names]


def busy_day(events: int, sites: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield so many visit events, spread over the last hour; nobody's room is taken twice."""
    rnd = random.Random(seed)
    start, step = datetime.now(UTC) - timedelta(hours=1), timedelta(hours=1) / events
    clinics = [_Clinic(f"site-{number}") for number in range(sites)]
    for number in range(events):
        yield rnd.choice(clinics).next(rnd, start + step * number)


class _Visit:
    def __init__(self, name: str) -> None:
        self.name, self.steps, self.room = name, 0, 0


class _Clinic:
    def __init__(self, site: str) -> None:
        self.site, self.visits = site, 0
        self.open: list[_Visit] = []
        self.free = list(range(ROOMS))

    def next(self, rnd: random.Random, at: datetime) -> tuple[str, bytes]:
        if len(self.open) < OPEN_VISITS:
            self.visits += 1
            visit = _Visit(f"{self.site}-v{self.visits}")
            self.open.append(visit)
        else:
            visit = rnd.choice(self.open)
        kind, data = _STEPS[visit.steps], {}
        if kind == "roomed":
            visit.room = self.free.pop()
            data = {"room": f"r{visit.room}"}
        visit.steps += 1
        if visit.steps == len(_STEPS):
            self.open.remove(visit)
            self.free.append(visit.room)
        return event(self.site, f"visit.{kind}", visit.name, at, data)


def arrivals(visits: int, sites: int, first: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield the check-ins of so many visits that stay open, numbered from `first` on."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    for number in range(first, first + visits):
        site = f"site-{number % sites}"
        yield event(site, "visit.checked-in", f"{site}-v{number}", now + timedelta(milliseconds=number), {})


async def _send(bootstrap: str, topic: str, records: Iterator[tuple[str, bytes]] | list[tuple[str, bytes]]) -> int:
    producer = aiokafka.AIOKafkaProducer(
        bootstrap_servers=bootstrap, linger_ms=20, max_batch_size=512 * 1024, enable_idempotence=True
    )
    await producer.start()
    sent = []
    for key, value in records:
        sent.append(await producer.send(topic, value, key=key.encode()))
    await producer.flush()
    await producer.stop()
    return len(sent)


def send(bootstrap: str, topic: str, records: Iterator[tuple[str, bytes]] | list[tuple[str, bytes]]) -> int:
    """Put records on a topic; returns how many, all acknowledged."""
    return asyncio.run(_send(bootstrap, topic, records))

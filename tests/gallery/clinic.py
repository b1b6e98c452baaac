"""A clinic in the middle of its day, with names as long as they come, on the whole stack."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem, DeliveryState
from schemas.partitioning import partition_of
from schemas.topics import DELIVERIES, VISITS, Topic
from services.runtime import kafka
from services.runtime.settings import ServiceSettings
from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk
from tests.waiting import wait_until

PLANTED = "Xanthippe-Quellwasser"
"""A name that stands nowhere but in what is planted."""
NAMES = (
    f"Maximiliana {PLANTED} de la Cruz y Montenegro (invented)", "Li Test (invented)", "Tomás Núñez (invented)", "Zoë Ivanova (invented)",
    "ليلى اختبار (invented)", "Aleksandr Wolfeschlegelsteinhausen (invented)", "Ann O'Test (invented)", "Ben Test (invented)",
)  # fmt: skip
BORN = "1970-12-31"
LONG = "Ultrasound and Diagnostic Imaging, second floor"
PROFILE: Mapping[str, Any] = {
    "name": "Maple Street Family Medicine and Pediatrics (invented)",
    "rooms": [
        *({"id": f"r{number}", "name": f"Room {number}", "equipment": ["light"] if number == 5 else []} for number in range(1, 8)),
        {"id": "us", "name": LONG},
    ],
    "providers": [
        {"id": "dr-a", "name": "Dr Adams (invented)"},
        {"id": "dr-b", "name": "Dr Featherstonehaugh-Cholmondeley (invented)"},
    ],
    "service_points": [{"id": "lab", "name": "Laboratory"}],
    "queues": {"A": "With appointment", "B": "Walk-in"},
    "languages": ["en", "es", "ar"],
    "sessions": {"lock_after_minutes": 60},
    "checklist": [
        {"id": "insurance", "name": "Insurance"},
        {"id": "consent", "name": "Consent to surgery under local anaesthesia", "visit_types": ["surgery"], "blocks": True},
        {"id": "results", "name": "Results of the laboratory", "due_days": 3},
    ],
    "dispositions": [{"code": "home", "name": "Home"}, {"code": "come-back", "name": "Comes back to have the wound looked at"}],
    "supplies": [{"id": "gloves", "name": "Gloves", "low": 50}, {"id": "gauze", "name": "Gauze, sterile, 10 by 10 cm", "low": 10}],
    "areas": [{"id": "lab", "name": "Laboratory", "queues": ["B"]}],
    "wall_messages": [{"en": "Please have your card ready.", "es": "Tenga lista su tarjeta."}],
    "hours": [{"weekday": day, "opens": "08:00", "closes": "17:00"} for day in range(7)],
    "visit_types": [
        {"code": "check-up", "name": "Check-up", "minutes": 15},
        {"code": "surgery", "name": "Surgery under local anaesthesia", "minutes": 45, "buffer_after": 15, "equipment": ["light"]},
    ],
}


def ago(minutes: float) -> str:
    """An instant, as a command says it."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


class Told(NamedTuple):
    """Visits that the scenes open."""

    much: str
    """Of which there is much to tell."""
    called: str
    """Who was called, and without whose consent there is no going in."""
    nobody: str
    """Of whom nobody said who they are."""
    seen: str
    """Who is with a provider."""


def fill(api: FrontDesk) -> Told:
    """Have patients booked, waiting, called, in rooms, at the laboratory, seen and gone."""
    people = [api.send("POST", "people", {"name": name, "born": BORN}).json()["person"] for name in NAMES]
    for number in range(6):
        api.send("POST", "visits", {"scheduled_at": ago(25 - 20 * number), "provider": "dr-a", "person": people[number]})
    _write_into_the_book(api, people)
    visits = [_walks_in(api, people[number % len(people)], number) for number in range(16)]
    for number, room in enumerate(("r1", "r2", "us", "r4")):
        api.step(visits[number], "room", room=room, happened_at=ago(40 - number))
    for visit in visits[:3]:
        api.step(visit, "provider-seen", happened_at=ago(20))
    api.step(visits[0], "check-out", happened_at=ago(2))
    api.step(visits[4], "call", room="us")
    api.step(visits[5], "call", room="r5")
    api.step(visits[3], "move", service="lab")
    called = api.step(visits[6], "call").json()
    api.step(visits[6], "undo", event=called["event"])
    api.step(visits[6], "checklist", item="insurance", state="done")
    api.step(visits[7], "priority", priority=1, reason="pain")
    api.send("POST", "rooms/r6/status", {"status": "cleaning"})
    api.send("POST", "rooms/r7/status", {"status": "out-of-service"})
    doubtful = _walks_in(api, people[1], 16)
    api.step(doubtful, "room", room="r3", happened_at=ago(75))
    nobody: str = api.walk_in(queue="B").json()["visit"]
    for supply, level, place in (("gloves", 400, "r1"), ("gloves", 20, "r2"), ("gauze", 80, None)):
        api.send("POST", f"supplies/{supply}/level", {"level": level, "room": place})
    wait_until(lambda: len(api.visits()) == 30)
    return Told(visits[6], visits[5], nobody, visits[1])


def _write_into_the_book(api: FrontDesk, people: Sequence[str]) -> None:
    """Have visits booked for the next day, one of them against another; a follow-up, a referral and a concern that are open."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).astimezone(ZoneInfo(api.profile["timezone"])).date()
    booked = [
        ("08:00", "dr-a", "check-up", {}), ("08:05", "dr-a", "check-up", {"override": "urgent"}), ("09:00", "dr-a", "surgery", {}),
        ("08:00", "dr-b", "check-up", {}), ("11:15", "dr-b", None, {}),
    ]  # fmt: skip
    for number, (at, provider, kind, more) in enumerate(booked):
        said = {"local": f"{tomorrow}T{at}", "provider": provider, "visit_type": kind, "person": people[number], **more}
        visit = api.send("POST", "visits", said).json()["visit"]
    api.step(visit, "confirm", channel="phone")
    gone = _walks_in(api, people[0], 15)
    api.step(gone, "disposition", disposition="urgent", follow_up_due_at=ago(60))
    api.step(gone, "refer", referral=str(uuid4()), state="sent", due_at=ago(-60 * 24))
    api.step(gone, "check-out")
    api.send("POST", "concerns", {"concern": str(uuid4()), "state": "open", "person": people[1], "channel": "phone"})


def _walks_in(api: FrontDesk, person: str, number: int) -> str:
    answer = api.walk_in(
        person=person, queue="AB"[number % 2], provider=("dr-a", "dr-b", None)[number % 3], happened_at=ago(60 - 3 * number),
        visit_type="surgery" if number in {5, 6} else None,
    )  # fmt: skip
    visit: str = answer.json()["visit"]
    return visit


def puts_beside_the_api(stack: Stack, site: str, value: bytes, topic: Topic = VISITS, key: str | None = None) -> None:
    """Have somebody write this to a topic, who doesn't ask us. The key is the clinic's, where none is said."""
    around = stack.around
    settings = ServiceSettings(kafka_bootstrap=around.kafka_bootstrap, namespace=around.namespace)
    partition, producer = partition_of(site.encode(), topic.partitions), kafka.producer(settings, "tests")
    producer.send(topic.name(settings.namespace), value, key=(key or site).encode(), partition=partition).get(10)
    producer.close()


def was_not_handed_over(stack: Stack, site: str, visit: str) -> None:
    """Have the ledger say that the billing system would not take a visit."""
    now = datetime.now(UTC)
    entry = Delivery(
        site=site, visit=visit, delivery=str(uuid4()), revision=1, kind=DeliveryKind.COMPLETED, state=DeliveryState.FAILED,
        completed_at=now, begun_at=now, attempts=1, attempted_at=now, status=422, problem=DeliveryProblem.REFUSED,
    )  # fmt: skip
    puts_beside_the_api(stack, site, entry.model_dump_json(exclude_none=True).encode(), DELIVERIES, visit)

"""Checkin on real Kafka and Redis, with flow stood in for, and a clinic that is set up: what tests of people and audit begin with."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from kafka import KafkaProducer

from schemas.audit import AuditRecord
from schemas.people import SealedPerson
from schemas.topics import AUDIT, PEOPLE, Topic
from services.cli.installation import PREFIX
from services.cli.whole_topic import whole_topic
from services.runtime.settings import ServiceSettings
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.integration.flow_stand_in import FlowStandIn
from tests.integration.test_checkin_api import Desk, hire

SITE, OTHER = "riverside", "hillside"
PROFILE = {
    "name": "Riverside", "timezone": "America/New_York", "rooms": [{"id": room, "name": room} for room in ("east", "west")],
}  # fmt: skip


@dataclass(frozen=True)
class CheckinAlone:
    """The running parts, and who administers the two clinics."""

    stack: Stack
    http: httpx.Client
    flow: FlowStandIn
    admin: Desk

    @property
    def settings(self) -> ServiceSettings:
        """As a service of this stack has them."""
        told = {name.removeprefix(PREFIX).lower(): value for name, value in self.stack.environment.items()}
        return ServiceSettings(**told)  # type: ignore[arg-type]  # texts, as an environment has them

    def hire(self, name: str, role: str, site: str = SITE) -> Desk:
        """Somebody with a new token for one clinic."""
        return hire(self.stack, self.http, name, "--role", role, "--site", site).at(site)

    def records(self, topic: Topic) -> list[Any]:
        """All that stands on a topic."""
        return list(whole_topic(self.settings, topic, "tests"))

    def audited(self) -> list[AuditRecord]:
        """The audit trail as it stands on its topic, record by record; what a test has spoilt is left out."""
        written = [record.value for record in self.records(AUDIT) if record.value and b'"id"' in record.value]
        return [AuditRecord.model_validate_json(value, extra="forbid") for value in written]

    def sealed(self, person: str) -> list[SealedPerson | None]:
        """A person's records, the last one last; None is a tombstone."""
        mine = [record.value for record in self.records(PEOPLE) if record.key == person.encode()]
        return [SealedPerson.model_validate_json(value, extra="forbid") if value else None for value in mine]

    def put(self, topic: Topic, key: str, value: bytes | None) -> None:
        """Put a record there, as another program would."""
        producer: Any = KafkaProducer(bootstrap_servers=self.stack.around.kafka_bootstrap)
        producer.send(topic.name(self.stack.around.namespace), value, key=key.encode()).get(10)
        producer.close()

    def log(self) -> str:
        """All that checkin has written to its stderr."""
        return "".join(path.read_text(encoding="utf-8") for path in (self.stack.folder.path / "logs").glob("checkin*"))


def add(desk: Desk, **said: Any) -> str:
    """Add a patient and give their id."""
    answered = desk.say("/people", {"name": "Ann Invented"} | said)
    assert answered.status_code == 201, answered.text
    person: str = answered.json()["person"]
    return person


def names(desk: Desk, *people: str) -> httpx.Response:
    """Ask what these people are called."""
    return desk.say("/people/names", {"people": people})


def fields(answered: httpx.Response) -> dict[str, str]:
    """What is to be corrected, by field."""
    assert answered.status_code == 422, answered.text
    return {entry["field"]: entry["problem"] for entry in answered.json()["fields"]}


def as_json(answered: httpx.Response) -> Any:
    """The answer to something that was done."""
    assert answered.status_code in {200, 201}, answered.text
    return json.loads(answered.text)


@contextmanager
def checkin_alone(folder: Path) -> Iterator[CheckinAlone]:
    """Run it. Whoever stops a part starts it again."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CLINICFLOW_OUTCOME_SECONDS", "1")
        settings = StackSettings(data=folder / "data", ports="free", show_logs=False)
        with Stack(settings, parts=["checkin"]) as stack:
            around = stack.around
            with (
                httpx.Client(base_url=around.url("checkin"), timeout=60) as http,
                FlowStandIn(around.kafka_bootstrap, around.redis_url, around.namespace) as flow,
            ):
                admin = hire(stack, http, f"admin-{uuid4().hex[:6]}", "--role", "admin", "--all-sites")
                for site in (SITE, OTHER):
                    assert admin.at(site).say("/profile", PROFILE, method="PUT").status_code == 201
                yield CheckinAlone(stack, http, flow, admin)

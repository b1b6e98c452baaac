"""A real board on real Kafka and Redis, and the screens that tests hold before it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
from kafka import KafkaProducer

from schemas.access import Pairing, Role, Token
from schemas.people import Person
from schemas.sites import PublishedProfile, SiteProfile
from schemas.topics import ACCESS, PEOPLE, SITES
from services.runtime import auth, kafka
from services.runtime.clock import Clock
from services.runtime.phone_link import KEY, PhoneLinks
from services.runtime.settings import ServiceSettings
from services.runtime.vault import Vault
from services.stack.ports import HOST, unused
from services.stack.service_parts import answers_ready
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.builders_live import FlowStandIn
from tests.waiting import wait_until
from tests.wall_screen import Screen


class Board:
    """The board with what it needs, and what a clinic would set up for it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url = stack.around.url("board")
        self.namespace = stack.around.namespace
        self.redis_url = stack.around.redis_url
        self.issued: dict[str, Token] = {}
        self._clock = Clock()
        self._producer: KafkaProducer | None = None

    def close(self) -> None:
        """Let go of Kafka, until there is something to publish again."""
        if self._producer is not None:
            self._producer.close()
            self._producer = None

    def token(self, role: Role, *sites: str) -> str:
        """Issue a token, and wait until the board knows it."""
        text, record = auth.issue(f"{role}-{len(self.issued)}", role, sites, self._clock.now())
        self.issued[text] = record
        self._publish(ACCESS.name(self.namespace), record.subject, record.model_dump_json())
        wait_until(lambda: httpx.get(f"{self.url}/v1/sites/none/wall", headers=bearer(text)).status_code in {403, 404})
        return text

    def revoke(self, text: str) -> None:
        """Take a token back."""
        record = self.issued[text].model_copy(update={"revoked_at": self._clock.now()})
        self._publish(ACCESS.name(self.namespace), record.subject, record.model_dump_json())

    def approve(self, code: str, site: str) -> None:
        """Enter at the desk the code that a display shows."""
        subject = f"pairing:{code.replace('-', '').lower()}"
        pairing = Pairing(
            subject=subject, site=site, name="By the door", approved_by="token:tests", approved_at=self._clock.real_now()
        )
        self._publish(ACCESS.name(self.namespace), subject, pairing.model_dump_json())

    def open_site(self, profile: SiteProfile) -> None:
        """Make a site known."""
        record = PublishedProfile(profile=profile, source_offset=0)
        self._publish(SITES.name(self.namespace), profile.site, record.model_dump_json())

    def flow(self, profile: SiteProfile) -> FlowStandIn:
        """Open a site and give it flow's side of the live state, published and beating."""
        self.open_site(profile)
        flow = FlowStandIn(self.redis_url, self.namespace, profile)
        flow.publish()
        flow.keep_beating()
        return flow

    def phone(self, site: str, visit: str) -> str:
        """The address of a patient's own page."""
        links = PhoneLinks((self.stack.folder.path / "secrets" / KEY).read_bytes())
        return self.url + links.path(site, visit)

    def know(self, person: Person, site: str) -> None:
        """Put somebody on record, as the desk would."""
        told = {name.removeprefix("CLINICFLOW_").lower(): value for name, value in self.stack.environment.items()}
        sealed = Vault(ServiceSettings(**told)).seal(person, site, self._clock.now(), None)  # type: ignore[arg-type]  # texts
        self._publish(PEOPLE.name(self.namespace), person.person, sealed.model_dump_json())

    def watch(self, site: str, token: str, last_id: str | None = None) -> AbstractContextManager[Screen]:
        """Hold a screen before a site's wall; `last_id`: it was here before."""
        return watching(f"{self.url}/v1/sites/{site}/wall/events", bearer(token), last_id)

    @contextmanager
    def without(self, part: str) -> Iterator[None]:
        """Have a part of the stack stopped for a while."""
        self.close()
        self.stack.stop_part(part)
        try:
            yield
        finally:
            self.stack.start_part(part)

    @contextmanager
    def another(self) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """Run one more board on the same stack, as a process of the test's own; where it answers."""
        port = unused(1)[0]
        environment = {**os.environ, **self.stack.environment, "CLINICFLOW_PORT": str(port)}
        command = [sys.executable, "-m", "services.board"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            try:
                wait_until(lambda: answers_ready(port), 30)
                yield process, f"http://{HOST}:{port}"
            finally:
                process.kill()

    def metric(self, name: str, **labels: str) -> float:
        """A number of /metrics; 0 where it isn't there."""
        wanted = "".join(f',{key}="{value}"' for key, value in labels.items())[1:]
        line = re.compile(rf"^{name}(\{{{wanted}\}})? ([0-9.e+-]+)$", re.MULTILINE)
        found = line.search(httpx.get(f"{self.url}/metrics").text)
        return float(found[2]) if found else 0.0

    def _publish(self, topic: str, key: str, value: str) -> None:
        if self._producer is None:
            settings = ServiceSettings(kafka_bootstrap=self.stack.around.kafka_bootstrap, namespace=self.namespace)
            self._producer = kafka.producer(settings, "tests")
        self._producer.send(topic, key=key.encode(), value=value.encode()).get(10)


@contextmanager
def a_board(folder: Path, parts: Sequence[str] = ("board",)) -> Iterator[Board]:
    """Run a board on Kafka and Redis of its own, and what else is named."""
    settings = StackSettings(data=folder / "data", ports="free", show_logs=False)
    with Stack(settings, parts=parts) as stack:
        board = Board(stack)
        try:
            yield board
        finally:
            board.close()


def bearer(token: str) -> dict[str, str]:
    """The header of an API client."""
    return {"authorization": f"Bearer {token}"}


@contextmanager
def watching(url: str, headers: dict[str, str], last_id: str | None = None) -> Iterator[Screen]:
    """Hold a screen before the events at an address."""
    with streaming(url, headers | ({"last-event-id": last_id} if last_id else {})) as lines:
        yield Screen(lines, last_id)


@contextmanager
def streaming(url: str, headers: dict[str, str]) -> Iterator[Iterator[str]]:
    """Read the lines of the events at an address as they come."""
    with httpx.stream("GET", url, headers=headers, timeout=httpx.Timeout(5, read=15)) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-accel-buffering"] == "no"
        yield response.iter_lines()

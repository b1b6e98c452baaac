"""A clinic's complete visits on real topics, the billing system they are told to, and processes of billing to tell it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from schemas.deliveries import Delivery
from schemas.partitioning import partition_of
from schemas.people import BillingCodes, Person
from schemas.summaries import SOURCE_OFFSET_HEADER, Stage, VisitSummary
from schemas.topics import DELIVERIES, PEOPLE, SUMMARIES, Topic
from services.billing.keys import signing_keys
from services.cli.whole_topic import whole_topic
from services.runtime import kafka
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings
from services.runtime.vault import Vault
from services.stack.ports import unused
from tests.integration.billing_receiver import Receiver
from tests.integration.service_page import service_page
from tests.waiting import wait_until

SITE = "harbor"


@dataclass
class Bench:
    """One site, and what its patients and visits are. `speed` is that of the one clock."""

    settings: ServiceSettings
    folder: Path
    speed: float = 1.0
    port: int = field(default_factory=lambda: unused(1)[0])
    offset: int = 0
    patients: dict[str, Person] = field(default_factory=dict)
    started: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vault, self.receiver = Vault(self.settings), Receiver(signing_keys(self.settings)[0])
        begin = Clock().now()
        anchor = {"speed": self.speed, "anchor_real": begin.isoformat(), "anchor_clock": begin.isoformat()}
        self.clock_file.write_text(json.dumps(anchor), encoding="utf-8")
        self.clock = Clock.from_file(self.clock_file)
        self.producer = kafka.producer(self.settings, "tests")

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock.json"

    def patient(self, person: str = "p-ann", /, **changes: Any) -> None:
        """Write down who somebody is, or what has changed of them."""
        known = self.patients.get(person) or Person(
            person=person, name="Ann Example (invented)", payer="Example Health (invented)", member_number="M-0001",
            identifiers={"ehr": "MRN-1"},
        )  # fmt: skip
        self.patients[person] = Person.model_validate(known.model_dump() | changes)
        sealed = self.vault.seal(self.patients[person], SITE, self.clock.now(), None)
        self._put(PEOPLE, person, sealed.model_dump_json().encode())

    def erase(self, name: str = "p-ann") -> None:
        self._put(PEOPLE, name, None)

    def complete(self, *visits: str, person: str = "p-ann", at: datetime | None = None, **more: Any) -> None:
        """The records of these visits are complete, their codes kept first, as the desk does."""
        codes = {f"codes-{visit}": BillingCodes(diagnoses=("J02.9",), procedures=("99213",)) for visit in visits}
        known = self.patients[person].codes if person in self.patients else {}
        if not codes.keys() <= known.keys():
            self.patient(person, codes={**known, **codes})
        done = at or self.clock.now() - timedelta(minutes=1)
        for visit in visits:
            said = {"completed_at": done, "completion": f"completion-{visit}", "codes": f"codes-{visit}", "person": person}
            self.summarize(visit, **(said | more))

    def summarize(self, visit: str, **more: Any) -> None:
        """Say how a visit ended, as flow does."""
        self.offset += 1
        said: dict[str, Any] = {
            "site": SITE,
            "visit": visit,
            "end": Stage.DEPARTED,
            "source_offset": self.offset,
            "provider": "dr-test",
        }
        summary = VisitSummary.model_validate(said | more)
        self._put(SUMMARIES, visit, summary.model_dump_json(exclude_none=True).encode(), self.offset)

    def withdraw(self, visit: str) -> None:
        """Take a summary back, as flow does with a visit that was merged away."""
        self.offset += 1
        self._put(SUMMARIES, visit, None, self.offset)

    def put_entry(self, entry: Delivery) -> None:
        """Write to the ledger, as an earlier process did."""
        self._put(DELIVERIES, entry.visit, entry.model_dump_json(exclude_none=True).encode())

    def _put(self, topic: Topic, key: str, value: bytes | None, offset: int | None = None) -> None:
        headers = [] if offset is None else [(SOURCE_OFFSET_HEADER, str(offset).encode())]
        place = None if topic is PEOPLE else partition_of(SITE.encode())
        name = topic.name(self.settings.namespace)
        self.producer.send(name, value, key=key.encode(), headers=headers, partition=place).get(30)

    def ledger(self) -> dict[str, Delivery]:
        """The topic's last word on each visit, read anew."""
        records = [record for record in whole_topic(self.settings, DELIVERIES, "tests") if not record.key.endswith(b"/retry")]
        return {record.key.decode(): Delivery.model_validate_json(record.value, extra="forbid") for record in records}

    def states(self) -> dict[str, str]:
        return {visit: entry.state.value for visit, entry in self.ledger().items()}

    @property
    def environment(self) -> dict[str, str]:
        """What a command or a service of this installation is told."""
        return {
            "CLINICFLOW_ENVIRONMENT": "local", "CLINICFLOW_KAFKA_BOOTSTRAP": self.settings.kafka_bootstrap,
            "CLINICFLOW_NAMESPACE": self.settings.namespace, "CLINICFLOW_SECRETS_DIR": str(self.settings.secrets_dir),
            "CLINICFLOW_CLOCK_FILE": str(self.clock_file),
        }  # fmt: skip

    def start(
        self, *module: str, number: int = 1, url: str | None = None, told: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a process of billing, which tells our receiver unless it is told another address."""
        address = f"http://127.0.0.1:{self.receiver.port}/visits" if url is None else url
        environment = {
            **os.environ, **self.environment, "CLINICFLOW_INSTANCE": f"billing-{number}", "CLINICFLOW_BILLING_URL": address,
            "CLINICFLOW_PORT": str(self.port if number == 1 else unused(1)[0]), "CLINICFLOW_BILLING_SECONDS": "2", **(told or {}),
        }  # fmt: skip
        with self._log_file(number).open("ab") as log:
            command = [sys.executable, "-m", *(module or ["services.billing"])]
            self.started.append(subprocess.Popen(command, env=environment, stderr=log))
        return self.started[-1]

    @contextmanager
    def running(self, url: str | None = None, **told: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A process of billing that must end well when it is told to."""
        process = self.start(url=url, told=told)
        yield process
        process.terminate()
        assert process.wait(20) == 0, self.log()

    def clinicflow(self, *words: str) -> str:
        """Run a command of ours on this installation; gives what it prints."""
        command = [sys.executable, "-m", "services.cli", *words]
        done = subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def close(self) -> None:
        """Leave no process behind, however the test went."""
        for process in self.started:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        self.producer.close()

    def log(self, number: int = 1) -> str:
        return self._log_file(number).read_text(encoding="utf-8")

    def _log_file(self, number: int) -> Path:
        return self.folder / f"billing-{number}.log"

    def tells(self, number: int) -> bool:
        """Whether this process has handed anything over, or has tried to."""
        return "handed over" in self.log(number)

    def page(self, path: str) -> tuple[int, str]:
        return service_page(self.port, path)

    def is_ready(self) -> bool:
        return self.page("/readyz")[0] == 200

    def wait_told(self, *told: tuple[str, str]) -> None:
        """Wait until just this was taken over there, and the ledger knows."""
        wait_until(lambda: self.receiver.told() == list(told), what=f"{told}; there is {self.receiver.told()}, {self.log()}")
        wait_until(lambda: set(self.states().values()) <= {"sent"}, what="the ledger")

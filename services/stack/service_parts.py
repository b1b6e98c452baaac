"""Our own services as parts of the stack: what each is told through its environment, and the table of all parts."""

import contextlib
import http.client
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.stack.clock_file import ANCHOR_FILE
from services.stack.kafka_part import KAFKA
from services.stack.part import Part, Surroundings
from services.stack.ports import HOST, Port
from services.stack.redis_part import REDIS


@dataclass(frozen=True, kw_only=True)
class Service:
    """One of our services. `number` tells a second worker of the same service from the first."""

    name: str
    module: str
    port: int
    offset: int
    more_ports: Mapping[str, Port] = field(default_factory=dict)
    """By the environment variable that tells the service."""
    needs: tuple[str, ...] = ("kafka", "redis", "topics")
    number: int = 1

    @property
    def part_name(self) -> str:
        """How the stack calls it: flow, and flow-2 for a second worker."""
        return self.name if self.number == 1 else f"{self.name}-{self.number}"

    def part(self) -> Part:
        """The service as a part of the stack."""
        name = self.part_name
        return Part(
            name=name,
            command=lambda _around: [sys.executable, "-m", self.module],
            ready=lambda around: answers_ready(around.ports[name]),
            environment=self._environment,
            ports=(Port(name, self.port, self.offset), *self.more_ports.values()),
            needs=self.needs,
            stop_within=25,
        )

    def _environment(self, around: Surroundings, starts: int) -> dict[str, str]:
        own = around.data / self.part_name
        own.mkdir(exist_ok=True)
        return {
            **shared_environment(around),
            "CLINICFLOW_HOST": HOST,
            "CLINICFLOW_PORT": str(around.ports[self.part_name]),
            "CLINICFLOW_DATA_DIR": str(own),
            "CLINICFLOW_INSTANCE": f"{self.name}-{self.number}",
            "CLINICFLOW_STARTS_IN_A_ROW": str(starts),
            **{variable: str(around.ports[port.name]) for variable, port in self.more_ports.items()},
        }


def shared_environment(around: Surroundings) -> dict[str, str]:
    """What every service, task and command of ours is told about the stack it works on."""
    environment = {
        "CLINICFLOW_ENVIRONMENT": "local",
        "CLINICFLOW_LOG_FORMAT": os.environ.get("CLINICFLOW_LOG_FORMAT", "console"),
        "CLINICFLOW_NAMESPACE": around.namespace,
        "CLINICFLOW_CLOCK_FILE": str(around.data / ANCHOR_FILE),
        "CLINICFLOW_SECRETS_DIR": str(around.data / "secrets"),
        "CLINICFLOW_OUTBOX_FILE": str(around.data / "outbox.jsonl"),
    }
    if "kafka" in around.ports:
        environment["CLINICFLOW_KAFKA_BOOTSTRAP"] = around.kafka_bootstrap
    if "redis" in around.ports:
        environment["CLINICFLOW_REDIS_URL"] = around.redis_url
    for name in ("board", "checkin", "flow"):
        if name in around.ports:
            environment[f"CLINICFLOW_{name.upper()}_URL"] = around.url(name)
    if "board" in around.ports:
        environment["CLINICFLOW_PUBLIC_URL"] = around.url("board")
    return environment


def answers_ready(port: int) -> bool:
    """Whether a service says 200 at /readyz."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


TOPICS = Part(
    name="topics",
    command=lambda _around: [sys.executable, "-m", "services.runtime.topics", "create"],
    ready=lambda _around: True,
    environment=lambda around, _starts: shared_environment(around),
    needs=("kafka",),
    is_task=True,
)

# The one that takes longest to become ready comes first.
SERVICES = (
    Service(
        name="flow",
        module="services.flow",
        port=8082,
        offset=82,
        more_ports={"CLINICFLOW_FLOW_FAUST_PORT": Port("flow-faust", 8092, 92)},
    ),
    Service(name="checkin", module="services.checkin", port=8080, offset=80),
    Service(name="board", module="services.board", port=8081, offset=81),
    Service(name="notify", module="services.notify", port=8083, offset=83),
    Service(name="billing", module="services.billing", port=8084, offset=84, needs=("kafka", "topics")),
)

PARTS: tuple[Part, ...] = (KAFKA, REDIS, TOPICS, *(service.part() for service in SERVICES))

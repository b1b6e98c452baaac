"""Apache Kafka as a part of the stack: one KRaft node, broker and controller in one, on plain Java."""

import contextlib
import logging
import shutil
import socket
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from services.runtime.kafka import begin
from services.stack.errors import StackError
from services.stack.part import Part, Run, Surroundings
from services.stack.ports import HOST, Port
from services.stack.programs import java, kafka_jars

HEAP = "512m"
ANSWER_SECONDS = 2

logging.getLogger("kafka").addHandler(logging.NullHandler())  # a broker that isn't up yet is no news here

SERVER_PROPERTIES = """\
# Written by the launcher at each start.
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{controller}
listeners=PLAINTEXT://{host}:{broker},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{broker},CONTROLLER://{host}:{controller}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}
auto.create.topics.enable=false
# One broker: internal topics have one replica, and few partitions, so that it starts fast.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
# Nobody else may join, so a group need not wait for more members.
group.initial.rebalance.delay.ms=0
# A broker that was killed may come back once its old session is over.
broker.session.timeout.ms={session_ms}
broker.heartbeat.interval.ms=500
# A producer that died holds up read_committed readers until its transaction is cleaned away.
transaction.abort.timed.out.transaction.cleanup.interval.ms=2000
# The default buffer of 128 MB would be a quarter of our heap.
log.cleaner.dedupe.buffer.size=33554432
num.recovery.threads.per.data.dir=2
"""
SESSION_MS = 2000
"""A controller that has just started waits this long for the session of the broker before, so it is part of every start:
measured 4 s from start to ready with 2000, 7 s with 4000, 9 s with Kafka's own 9000."""


def _properties(around: Surroundings, folder: Path) -> str:
    return SERVER_PROPERTIES.format(
        host=HOST,
        broker=around.ports["kafka"],
        controller=around.ports["kafka-controller"],
        folder=folder,
        session_ms=SESSION_MS,
    )


def _java(around: Surroundings, main_class: str) -> list[str]:
    return [
        java(),
        f"-Xms{HEAP}",
        f"-Xmx{HEAP}",
        "-XX:TieredStopAtLevel=1",  # half the processor time of a start (3.5 s, measured, instead of 7.4)
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        "-Dorg.slf4j.simpleLogger.showThreadName=false",
        "-cp",
        f"{kafka_jars(around.tools)}/*",
        main_class,
    ]


def _command(around: Surroundings) -> list[str]:
    return [*_java(around, "kafka.Kafka"), str(around.data / "kafka.properties")]


def _prepare(around: Surroundings, run: Run) -> None:
    """Writes the properties; formats the storage if that was never finished, and moves it into place as one."""
    folder = around.data / "kafka"
    (around.data / "kafka.properties").write_text(_properties(around, folder), encoding="utf-8")
    if folder.exists():
        return
    unfinished = around.data / "kafka.unformatted"
    shutil.rmtree(unfinished, ignore_errors=True)
    properties = around.data / "kafka.format.properties"
    properties.write_text(_properties(around, unfinished), encoding="utf-8")
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # An id that begins with "-" would be read as an option.
    options = [f"--cluster-id={cluster}", f"--config={properties}", "--standalone"]
    if run([*_java(around, "kafka.tools.StorageTool"), "format", *options]):
        raise StackError("Kafka's storage could not be formatted; see logs/kafka.log in the data folder.")
    unfinished.rename(folder)


def _ready(around: Surroundings) -> bool:
    """Whether the broker answers requests and is a member of its own cluster, so that it takes records."""
    with contextlib.suppress(OSError, KafkaError):
        with socket.create_connection((HOST, around.ports["kafka"]), timeout=ANSWER_SECONDS):
            pass
        admin = begin(
            KafkaAdminClient,
            bootstrap_servers=around.kafka_bootstrap,
            bootstrap_timeout_ms=ANSWER_SECONDS * 1000,
            request_timeout_ms=ANSWER_SECONDS * 1000,
        )
        try:
            return bool(admin.describe_cluster()["brokers"])
        finally:
            admin.close()
    return False


KAFKA = Part(
    name="kafka",
    command=_command,
    prepare=_prepare,
    ready=_ready,
    ports=(Port("kafka", 19092, 20), Port("kafka-controller", 19093, 21)),
    worth_showing=lambda line: "atal" in line or "OutOfMemory" in line,  # its other errors are routine at a restart
    ready_within=120,
    stop_within=20,
)

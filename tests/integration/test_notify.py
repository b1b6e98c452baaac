"""notify on a real broker: each alert texted once, through crashes at any point."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from kafka import KafkaProducer, TopicPartition

from schemas.alerts import Alert, AlertKind, AlertRaised, RetractionReason
from schemas.notifications import Notification, TextState
from schemas.sites import PublishedProfile
from schemas.topics import ALERTS, NOTIFICATIONS, SITES
from services.notify.gateways.outbox import OutboxGateway
from services.notify.outbox_line import OutboxLine
from services.runtime import kafka as runtime_kafka
from services.runtime import topics
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings
from services.stack.ports import unused
from services.stack.stack import Stack
from tests import builders_alerts as build
from tests.integration.conftest import StartStack
from tests.integration.notify_crasher import POINTS
from tests.integration.service_page import service_page
from tests.waiting import wait_until

SECONDS = 60.0
LOOKING = Event()


@dataclass
class Bench:
    """One site, the outbox its texts end in, and processes of notify to send them."""

    settings: ServiceSettings
    folder: Path
    site: str = field(default_factory=lambda: f"site-{uuid4().hex[:12]}")
    port: int = field(default_factory=lambda: unused(1)[0])
    started: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def now(self) -> datetime:
        return Clock().now()

    def publish_site(self, **fields: Any) -> None:
        profile = build.site(site=self.site, **fields)
        self.send(SITES.name(self.settings.namespace), PublishedProfile(profile=profile, source_offset=0).model_dump_json())

    def send(self, topic: str, *values: str) -> None:
        bootstrap = self.settings.kafka_bootstrap
        with closing(KafkaProducer(bootstrap_servers=bootstrap, acks="all", max_block_ms=30_000)) as producer:
            for future in [producer.send(topic, key=self.site.encode(), value=value.encode()) for value in values]:
                future.get(30)

    def alerts(self, *alerts: Alert) -> None:
        self.send(ALERTS.name(self.settings.namespace), *(alert.model_dump_json(exclude_none=True) for alert in alerts))

    def call(self, visit: str, kind: AlertKind = AlertKind.CALLED, age: timedelta = timedelta(0), **fields: Any) -> AlertRaised:
        return build.raised(kind, visit, time=self.now() - age, site=self.site, **fields)

    def texts(self) -> list[OutboxLine]:
        if not (self.folder / "outbox.jsonl").exists():
            return []
        lines = [
            OutboxLine.model_validate_json(line)
            for line in (self.folder / "outbox.jsonl").read_bytes().splitlines(keepends=True)
            if line.endswith(b"\n")
        ]
        return [line for line in lines if line.key.startswith(f"{self.site}/")]

    def told(self) -> list[tuple[str, str]]:
        """Visit and template of each text, in order."""
        return [(line.visit, line.template) for line in self.texts()]

    def ledger(self) -> dict[str, Notification]:
        """The topic's last word on each of the site's texts, read anew; the key without the site."""
        topic = NOTIFICATIONS.name(self.settings.namespace)
        found: dict[str, Notification] = {}
        with closing(runtime_kafka.consumer(self.settings, "test")) as reader:
            parts = [TopicPartition(topic, number) for number in range(NOTIFICATIONS.partitions)]
            reader.assign(parts)
            reader.seek_to_beginning()
            ends = reader.end_offsets(parts)
            while any(reader.position(part) < end for part, end in ends.items()):
                for records in reader.poll(200).values():
                    for record in records:
                        site, _, rest = record.key.decode().partition("/")
                        if site == self.site:
                            found[rest] = Notification.model_validate_json(record.value)
        return found

    def start(self, *module: str) -> "subprocess.Popen[bytes]":
        environment = {
            **os.environ, "CLINICFLOW_KAFKA_BOOTSTRAP": self.settings.kafka_bootstrap, "CLINICFLOW_INSTANCE": "notify-1",
            "CLINICFLOW_NAMESPACE": self.settings.namespace, "CLINICFLOW_PORT": str(self.port),
            "CLINICFLOW_OUTBOX_FILE": str(self.folder / "outbox.jsonl"),
        }  # fmt: skip
        with (self.folder / "notify.log").open("ab") as log:
            told = [sys.executable, "-m", *(module or ["services.notify"])]
            self.started.append(subprocess.Popen(told, env=environment, stderr=log))
        return self.started[-1]

    def close(self) -> None:
        """Leave no process behind, however the test went."""
        for process in self.started:
            process.kill()
            process.wait()

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A process of notify that must end well when it is told to."""
        process = self.start()
        yield process
        process.terminate()
        assert process.wait(20) == 0

    def log(self) -> str:
        return (self.folder / "notify.log").read_text(encoding="utf-8")

    def page(self, path: str) -> tuple[int, str]:
        return service_page(self.port, path)

    def is_ready(self) -> bool:
        return self.page("/readyz")[0] == 200


@pytest.fixture(scope="module")
def settings(kafka: str) -> ServiceSettings:
    """A namespace with its topics."""
    made = ServiceSettings(kafka_bootstrap=kafka, namespace=f"notify-{uuid4().hex[:8]}")
    topics.create(made)
    return made


@pytest.fixture
def bench(settings: ServiceSettings, tmp_path: Path) -> Iterator[Bench]:
    with closing(Bench(settings, tmp_path)) as made:
        made.publish_site()
        yield made


def test_each_alert_for_a_patient_is_texted_once_and_counted(bench: Bench) -> None:
    visits = [f"v{number}" for number in range(20)]
    calls = [bench.call(visit) for visit in visits]
    with bench.running():
        bench.alerts(*calls, *calls, bench.call("v0", AlertKind.NEXT_UP), bench.call("v1", AlertKind.WAIT_WARNING))
        wait_until(lambda: len(bench.texts()) == 21)
        wait_until(bench.is_ready)
        wait_until(lambda: 'clinicflow_texts_total{outcome="sent",template="next-up"} 1.0' in bench.page("/metrics")[1])
        assert 'clinicflow_texts_total{outcome="sent",template="called"} 20.0' in bench.page("/metrics")[1]
        assert 'clinicflow_text_latency_seconds_count{template="called"} 20.0' in bench.page("/metrics")[1]
        assert bench.page("/healthz")[0] == 200
    assert Counter(bench.told()) == Counter([*((visit, "called") for visit in visits), ("v0", "next-up")])
    assert {entry.state for entry in bench.ledger().values()} == {TextState.SENT}
    assert len(bench.ledger()) == 21


def test_a_text_says_who_it_is_from_the_ticket_and_where_to_go(bench: Bench) -> None:
    with bench.running():
        bench.alerts(bench.call("v1", person="p7"), bench.call("v2", room=None, language="es"))
        wait_until(lambda: len(bench.texts()) == 2)
    english, spanish = bench.texts()
    assert (english.to, english.ticket) == ("p7", "A12")
    assert english.text == "Harbor Clinic: Ticket A12, it is your turn. Please come to Room 3."
    assert spanish.to == "visit:v2"
    assert spanish.text == "Harbor Clinic: Turno A12, es su turno. Por favor, pase al mostrador."


def test_an_undo_before_the_text_suppresses_it_and_one_after_it_brings_one_disregard(bench: Bench) -> None:
    early, late, over = bench.call("early"), bench.call("late"), bench.call("over")
    bench.alerts(early, build.retracted(early))
    with bench.running():
        bench.alerts(late, over)
        wait_until(lambda: len(bench.texts()) == 2)
        bench.alerts(*[build.retracted(late)] * 2, build.retracted(over, RetractionReason.OVER), bench.call("last"))
        wait_until(lambda: ("last", "called") in bench.told())
    assert bench.told() == [("late", "called"), ("over", "called"), ("late", "please-disregard"), ("last", "called")]
    states = {key: (entry.state, entry.reason) for key, entry in bench.ledger().items()}
    assert states["early/called/e1"] == (TextState.SUPPRESSED, "undone")
    assert states["late/called/e1"] == (TextState.RETRACTED, "undone")
    assert states["late/please-disregard/e1"] == (TextState.SENT, None)
    assert states["over/called/e1"] == (TextState.SENT, None)


def test_what_is_over_by_the_time_the_ledger_was_read_brings_no_text(bench: Bench) -> None:
    call = bench.call("v1")
    bench.alerts(call)
    bench.start("tests.integration.notify_crasher", "long-read", "1")
    wait_until((bench.folder / "reading").exists)
    bench.alerts(build.retracted(call, RetractionReason.OVER), bench.call("last"))
    (bench.folder / "go-on").touch()
    wait_until(lambda: ("last", "called") in bench.told())
    assert bench.told() == [("last", "called")]
    assert bench.ledger()["v1/called/e1"].reason == "over"


def test_what_comes_to_be_over_while_many_texts_are_sent_brings_none(bench: Bench) -> None:
    calls = [bench.call(f"v{number}") for number in range(10)]
    bench.alerts(*calls)
    bench.start("tests.integration.notify_crasher", "long-texts", "1")
    wait_until(bench.texts)
    bench.alerts(build.retracted(calls[-1], RetractionReason.OVER), bench.call("last"))
    wait_until(lambda: ("last", "called") in bench.told())
    assert bench.told() == [*((call.visit, "called") for call in calls[:-1]), ("last", "called")]
    assert bench.ledger()["v9/called/e1"].reason == "over"


def test_of_alerts_that_come_faster_than_texts_go_out_none_is_lost(bench: Bench) -> None:
    calls = [bench.call(f"v{number}") for number in range(8)]
    bench.alerts(*calls[:5])
    bench.start("tests.integration.notify_crasher", "few-waiting", "1")
    wait_until(bench.texts)
    bench.alerts(*calls[5:])
    wait_until(lambda: len(bench.told()) == len(calls))
    assert bench.told() == [(call.visit, "called") for call in calls]


def test_an_alert_older_than_its_time_to_live_expires(bench: Bench) -> None:
    with bench.running():
        bench.alerts(bench.call("old", age=timedelta(minutes=11)), bench.call("new"))
        wait_until(lambda: bench.told() == [("new", "called")])
    assert bench.ledger()["old/called/e1"].state is TextState.EXPIRED


def test_on_a_faster_clock_a_text_expires_by_that_clock(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    started = Clock().now() - timedelta(seconds=20)
    anchor = {"speed": 60, "anchor_real": started.isoformat(), "anchor_clock": started.isoformat()}
    (bench.folder / "clock.json").write_text(json.dumps(anchor))
    monkeypatch.setenv("CLINICFLOW_CLOCK_FILE", str(bench.folder / "clock.json"))
    fast = Clock.from_file(bench.folder / "clock.json")
    old, new = (build.raised(visit=visit, site=bench.site, time=fast.now() - age) for visit, age in (
        ("old", timedelta(minutes=11)), ("new", timedelta(minutes=-5)),
    ))  # fmt: skip
    with bench.running():
        bench.alerts(old, new)
        wait_until(lambda: len(bench.ledger()) == 2)
    assert bench.ledger()["old/called/e1"].state is TextState.EXPIRED
    assert bench.told() == [("new", "called")]


def test_what_is_no_alert_is_counted_and_the_next_one_texted(bench: Bench) -> None:
    marked = "MARKED-NAME"
    with bench.running():
        bench.send(ALERTS.name(bench.settings.namespace), marked, f'{{"type": "{marked}"}}', "{}", "[")
        bench.alerts(bench.call("v1"))
        wait_until(lambda: bench.told() == [("v1", "called")])
        wait_until(lambda: 'clinicflow_alerts_unreadable_total{reason="not-json"} 2.0' in bench.page("/metrics")[1])
    assert bench.log().count("unreadable alert") == 4
    assert marked not in bench.log()


def test_a_site_that_nobody_knows_brings_no_text(bench: Bench) -> None:
    known, bench.site = bench.site, f"nowhere-{uuid4().hex[:8]}"
    with bench.running():
        bench.alerts(bench.call("v1"))
        wait_until(lambda: len(bench.ledger()) == 1)
        assert bench.ledger()["v1/called/e1"].reason == "unknown-site"
        bench.site = known
        bench.alerts(bench.call("v1"))
        wait_until(lambda: bench.told() == [("v1", "called")])


def test_killed_at_every_point_of_its_work_it_still_texts_each_alert_once(bench: Bench) -> None:
    visits: list[str] = []
    undone = bench.call("undone")
    bench.alerts(undone)

    def is_killed(crashing: "subprocess.Popen[bytes]", point: str) -> bool:
        visits.append(f"{point}-{len(visits)}")
        bench.alerts(bench.call(visits[-1]))
        return crashing.poll() is not None

    for point in POINTS:
        crashing = bench.start("tests.integration.notify_crasher", point, "3")
        wait_until(partial(is_killed, crashing, point))
        assert crashing.wait() == -signal.SIGKILL
    with bench.running():
        wait_until(lambda: set(bench.told()) == {(visit, "called") for visit in ["undone", *visits]})
        bench.alerts(build.retracted(undone))
        wait_until(lambda: ("undone", "please-disregard") in bench.told())
    assert Counter(bench.told()) == Counter([*((visit, "called") for visit in ["undone", *visits]), ("undone", "please-disregard")])
    assert all(entry.state in {TextState.SENT, TextState.RETRACTED} for entry in bench.ledger().values())


def test_killed_again_and_again_at_any_moment_it_texts_each_alert_once(bench: Bench) -> None:
    chance = random.Random(7)  # the same moments each time, as far as a broker lets them be
    visits = [f"v{number}" for number in range(75)]
    for begin in range(0, len(visits), 15):
        process = bench.start()
        wait_until(bench.is_ready)
        bench.alerts(*(bench.call(visit) for visit in visits[begin : begin + 15]))
        LOOKING.wait(chance.uniform(0, 0.5))
        process.kill()
        process.wait()
    with bench.running():
        wait_until(lambda: len(bench.texts()) >= len(visits))
        bench.alerts(bench.call("last"))
        wait_until(lambda: ("last", "called") in bench.told())
    assert Counter(bench.told()) == Counter((visit, "called") for visit in [*visits, "last"])


def test_a_group_that_gives_it_nothing_ends_the_process_instead_of_leaving_it_idle(bench: Bench) -> None:
    process = bench.start("tests.integration.notify_crasher", "unserved", "1")
    wait_until(lambda: '"kafka":true' in bench.page("/readyz")[1])
    assert bench.page("/readyz")[0] == 503
    assert process.wait(SECONDS) == 1
    assert "UnservedError" in bench.log()


def test_while_another_process_holds_the_outbox_it_does_not_start(bench: Bench) -> None:
    holder = OutboxGateway(bench.folder / "outbox.jsonl")
    process = bench.start()
    assert process.wait(SECONDS) == 1
    assert "OutboxBusyError" in bench.log()
    holder.close()


@pytest.fixture
def own_kafka(start_stack: StartStack, tmp_path: Path) -> Iterator[tuple[Stack, Bench]]:
    """A broker that may be stopped."""
    stack = start_stack(["kafka"])
    settings = ServiceSettings(kafka_bootstrap=stack.around.kafka_bootstrap, namespace="notify-alone")
    topics.create(settings)
    with closing(Bench(settings, tmp_path)) as bench:
        bench.publish_site()
        yield stack, bench


def test_a_broker_that_is_away_is_waited_for_and_nothing_is_lost_or_doubled(own_kafka: tuple[Stack, Bench]) -> None:
    stack, bench = own_kafka
    stack.stop_part("kafka")
    with bench.running() as notify:
        wait_until(lambda: bench.page("/healthz")[0] == 200)
        assert bench.page("/readyz")[0] == 503
        stack.start_part("kafka")
        stack.wait_ready("kafka")
        wait_until(bench.is_ready)

        visits = [f"v{number}" for number in range(60)]
        bench.alerts(*(bench.call(visit) for visit in visits))
        wait_until(lambda: bool(bench.texts()))
        stack.part("kafka").kill()
        wait_until(lambda: bench.page("/readyz")[0] == 503)
        wait_until(lambda: stack.part("kafka").is_up)
        wait_until(bench.is_ready)
        wait_until(lambda: len(bench.texts()) >= len(visits))
        bench.alerts(bench.call("last"))
        wait_until(lambda: ("last", "called") in bench.told())
        assert Counter(bench.told()) == Counter((visit, "called") for visit in [*visits, "last"])

        stack.stop_part("kafka")
        assert notify.poll() is None

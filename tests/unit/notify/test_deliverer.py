"""Alerts in any order, repeated, undone, with a crash at any point: never two texts for one key."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import Alert, AlertKind, AlertRetracted, RetractionReason
from schemas.notifications import Notification, TextState
from services.notify.delivery import Deliverer
from services.notify.domain.ahead import look_ahead
from services.notify.domain.answers import Absent, Accepted, Answer, Finding, Found, Lost, Refused
from services.notify.gateways import Text
from services.notify.links import Links
from services.notify.metrics import Metrics
from services.runtime.clock import Clock
from services.runtime.phone_link import PhoneLinks
from tests.builders_alerts import NOON, raised, retracted, site

LOG = structlog.stdlib.get_logger("test")
LINKS = Links("https://wall.example/", PhoneLinks(b"k" * 32))


class Crash(Exception):  # noqa: N818 # it is no error of the program
    """The process is gone."""


@dataclass
class World:
    """What outlives the process: the ledger's topic, the gateway's own list, the clock; and when the next crash comes."""

    topic: dict[str, Notification] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    now: datetime = NOON
    crashes: list[int] = field(default_factory=list)
    steps: int = 0

    def real(self) -> float:
        return self.now.timestamp()

    def step(self) -> None:
        self.steps += 1
        if self.crashes and self.steps >= self.crashes[0]:
            self.crashes.pop(0)
            self.steps = 0
            raise Crash


@dataclass
class LedgerStandIn:
    """The ledger without a broker; what is only noted may be lost by a crash."""

    world: World
    memory: dict[str, Notification]
    noted: list[Notification] = field(default_factory=list)

    def get(self, key: str) -> Notification | None:
        return self.memory.get(key)

    def note(self, entry: Notification) -> None:
        self.memory[entry.dedupe_key] = entry
        self.noted.append(entry)

    def record(self, entry: Notification) -> None:
        self.note(entry)
        self.settle()

    def settle(self) -> None:
        for entry in self.noted:
            self.world.step()
            self.world.topic[entry.dedupe_key] = entry
        self.noted.clear()
        self.world.step()


@dataclass
class GatewayStandIn:
    world: World
    answer: Answer | None = None

    def send(self, text: Text) -> Answer:
        self.world.step()
        if isinstance(self.answer, Refused):
            return self.answer
        self.world.taken.append(text.key)
        self.world.words.append(text.text)
        self.world.step()
        return self.answer or Accepted("g1")

    def find(self, key: str) -> Finding:
        self.world.step()
        return Found("g1") if key in self.world.taken else Absent.NOT_FOUND

    def close(self) -> None:
        """Nothing to let go of."""


def process(world: World, answer: Answer | None = None, metrics: Metrics | None = None) -> tuple[Deliverer, LedgerStandIn]:
    """A process just started: it knows what the topic holds."""
    ledger = LedgerStandIn(world, dict(world.topic))
    clock = Clock(real=world.real)
    made = Deliverer(ledger, GatewayStandIn(world, answer), clock, metrics or Metrics(), LOG, links=LINKS)  # type: ignore[arg-type] # a stand-in
    return made, ledger


def run(world: World, batches: list[list[Alert]]) -> None:
    """Hand all batches on, starting anew after each crash with the first batch that wasn't committed."""
    done = 0
    deliverer, ledger = process(world)
    while done < len(batches):
        try:
            for alert, ahead in zip(batches[done], look_ahead(batches[done]), strict=True):
                deliverer.handle(alert, site(), ahead)
            ledger.settle()
            done += 1
            world.step()
        except Crash:
            deliverer, ledger = process(world)
            done = max(0, done - 1)  # the commit may have been lost too


KINDS = (AlertKind.CALLED, AlertKind.NEXT_UP, AlertKind.CHECKED_IN)
ALERTS = [raised(kind, visit, milestone) for kind in KINDS for visit in ("v1", "v2") for milestone in ("e1",)]
RECORDS = st.sampled_from(
    [*ALERTS, *(retracted(alert) for alert in ALERTS), *(retracted(alert, RetractionReason.OVER) for alert in ALERTS)]
)
BATCHES = st.lists(st.lists(RECORDS, min_size=1, max_size=6), min_size=1, max_size=8)
CRASHES = st.lists(st.integers(1, 25), max_size=6)


@given(BATCHES, CRASHES)
def test_any_interleaving_with_any_crashes_texts_each_key_at_most_once(batches: list[list[Alert]], crashes: list[int]) -> None:
    world = World(crashes=crashes)
    run(world, batches)
    assert all(count == 1 for count in Counter(world.taken).values())
    assert all(entry.state is not TextState.SENDING for entry in world.topic.values())
    assert {key for key, entry in world.topic.items() if entry.state in {TextState.SENT, TextState.RETRACTED}} == set(world.taken)


@given(BATCHES, CRASHES)
def test_every_call_that_never_ended_is_texted_through_any_crashes(batches: list[list[Alert]], crashes: list[int]) -> None:
    world = World(crashes=crashes)
    run(world, batches)
    records = [record for batch in batches for record in batch]
    ended = {record.id for record in records if isinstance(record, AlertRetracted)}
    called = {f"harbor/{alert.visit}/{alert.kind}/e1" for alert in ALERTS if alert in records and alert.id not in ended}
    assert called <= set(world.taken)


@given(st.lists(RECORDS, min_size=1, max_size=12), CRASHES)
def test_what_ends_within_one_batch_is_never_texted(records: list[Alert], crashes: list[int]) -> None:
    world = World(crashes=crashes)
    run(world, [records])
    for alert in ALERTS:
        about = [record for record in records if record.id == alert.id]
        if about and isinstance(about[-1], AlertRetracted):
            assert f"harbor/{alert.visit}/{alert.kind}/e1" not in world.taken


@given(CRASHES, st.booleans())
def test_an_undo_after_the_text_brings_one_disregard_through_any_crashes(crashes: list[int], again: bool) -> None:
    world = World(crashes=crashes)
    call = raised()
    course: list[list[Alert]] = [[call], [retracted(call)]]
    run(world, course * (2 if again else 1))
    if "harbor/v1/called/e1" in world.taken:
        assert world.taken == ["harbor/v1/called/e1", "harbor/v1/please-disregard/e1"]
        assert world.topic["harbor/v1/called/e1"].state is TextState.RETRACTED


def test_an_undone_check_in_of_somebody_who_was_next_as_well_brings_one_disregard() -> None:
    world = World()
    both = [raised(AlertKind.CHECKED_IN), raised(AlertKind.NEXT_UP)]
    run(world, [[*both], [retracted(alert) for alert in both]])
    assert world.taken == ["harbor/v1/checked-in/e1", "harbor/v1/next-up/e1", "harbor/v1/please-disregard/e1"]
    assert {entry.state for entry in world.topic.values()} == {TextState.SENT, TextState.RETRACTED}


def test_who_checked_in_gets_the_link_to_their_own_page() -> None:
    world = World()
    run(world, [[raised(AlertKind.CHECKED_IN, "v7")]])
    [text] = world.words
    assert text.endswith(f" https://wall.example/v/harbor/{PhoneLinks(b'k' * 32).token('harbor', 'v7')}")


def test_a_ledger_that_kept_the_text_waiting_too_long_lets_it_expire() -> None:
    class SlowLedger(LedgerStandIn):
        def settle(self) -> None:
            self.world.now += timedelta(minutes=11)
            super().settle()

    world = World()
    ledger = SlowLedger(world, {})
    clock = Clock(real=world.real)
    Deliverer(ledger, GatewayStandIn(world), clock, Metrics(), LOG, links=None).handle(raised(), site(), look_ahead([raised()])[0])  # type: ignore[arg-type] # a stand-in
    ledger.settle()
    assert world.taken == []
    assert world.topic["harbor/v1/called/e1"].state is TextState.EXPIRED


def test_a_refused_text_and_a_lost_answer_are_final_and_counted() -> None:
    for answer, state in ((Refused("no-such-number"), "failed"), (Lost.LOST, "unknown")):
        world, metrics = World(), Metrics()
        for _ in range(2):
            process(world, answer, metrics)[0].handle(raised(), site(), look_ahead([raised()])[0])
        assert world.topic["harbor/v1/called/e1"].state.value == state
        labels = {"template": "called", "outcome": state}
        assert metrics.registry.get_sample_value("clinicflow_texts_total", labels) == 1


def test_a_text_is_timed_from_the_fact_by_the_clock() -> None:
    world, metrics = World(now=NOON + timedelta(seconds=90)), Metrics()
    process(world, None, metrics)[0].handle(raised(), site(), look_ahead([raised()])[0])
    assert metrics.registry.get_sample_value("clinicflow_text_latency_seconds_sum", {"template": "called"}) == 90

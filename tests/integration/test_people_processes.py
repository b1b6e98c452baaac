"""One patient changed by two processes at the same time, on a real broker: what either said is there in the end, in both."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.people import Person
from schemas.topics import PEOPLE
from services.checkin.domain import people
from services.checkin.metrics import Metrics
from services.checkin.people_writer import PeopleWriter
from services.checkin.publisher import Publisher, Record
from services.checkin.settings import CheckinSettings
from services.runtime import topics
from services.runtime.clock import Clock
from services.runtime.people import PeopleBook
from services.runtime.problems import Problem
from services.runtime.vault import Vault
from services.stack.service_parts import PARTS, Service
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.integration.checkin_alone import PROFILE, SITE, add, as_json
from tests.integration.flow_stand_in import FlowStandIn
from tests.integration.test_checkin_api import Desk, hire
from tests.waiting import wait_until

SECOND = Service(name="checkin", module="services.checkin", port=8084, offset=84, number=2).part()
LOOK_SECONDS = 0.01


# --- one writer in the midst of the other's work ------------------------------------------------------------------


class LatePublisher(Publisher):
    """A producer whose first record is held back until something else is there."""

    others: Callable[[], Awaitable[object]] | None = None

    async def publish(self, records: Sequence[Record], within: float | None = None) -> None:
        first, self.others = self.others, None
        if first is not None:
            await first()
        await super().publish(records, within)


class Process:
    """What a process has that changes patients."""

    def __init__(self, settings: CheckinSettings) -> None:
        self.book, self.vault = PeopleBook(settings), Vault(settings)
        self.publisher = LatePublisher(settings, Clock(), Metrics(), PEOPLE)
        self.writer = PeopleWriter(self.book, self.vault, self.publisher, Clock())

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Process"]:
        connected = asyncio.create_task(self.publisher.keep_connected())
        self.book.table.start()
        assert await asyncio.to_thread(self.book.table.wait, 20)
        try:
            yield self
        finally:
            connected.cancel()
            await self.publisher.close()
            await asyncio.to_thread(self.book.table.stop)

    async def says(self, **said: object) -> None:
        """Change Ann as she is known here."""
        known = self.book.get("p-ann")
        ann = self.vault.open(known) if known else Person(person="p-ann", name="Ann (invented)")
        await self.writer.write(SITE, people.merged(ann, said), known)

    async def erases(self) -> None:
        await self.publisher.publish([Record(PEOPLE, b"p-ann", None)])

    def ann(self) -> dict[str, object] | None:
        """What is known of her here, without what is as it is for everybody."""
        known = self.book.get("p-ann")
        return self.vault.open(known).model_dump(exclude_defaults=True, exclude={"person", "name", "revisions"}) if known else None

    async def learns(self, wanted: object) -> None:
        """Wait until the topic has brought it."""
        async with asyncio.timeout(20):
            while self.ann() != wanted:  # noqa: ASYNC110  # a thread fills the book
                await asyncio.sleep(LOOK_SECONDS)


@pytest.fixture
def settings(kafka: str, tmp_path: Path) -> CheckinSettings:
    made = CheckinSettings(environment="local", secrets_dir=tmp_path, kafka_bootstrap=kafka, namespace=f"people-{uuid4().hex[:8]}")
    topics.create(made)
    Vault(made)
    return made


def together(settings: CheckinSettings, story: Callable[[Process, Process], Awaitable[None]]) -> None:
    """Have two processes at work on the same topic, both of which know Ann."""

    async def run() -> None:
        async with Process(settings).running() as here, Process(settings).running() as there:
            await here.says(payer="Payer (invented)")
            await there.learns({"payer": "Payer (invented)"})
            await story(here, there)

    asyncio.run(run())


def test_what_another_process_said_in_between_is_not_overwritten(settings: CheckinSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        here.publisher.others = lambda: there.says(phone="+12025550142", notes={"v-1": "There."})
        await here.says(payer=None, notes={"v-2": "Here."})
        both = {"phone": "+12025550142", "notes": {"v-1": "There.", "v-2": "Here."}}
        assert here.ann() == both
        await there.learns(both)

    together(settings, story)


def test_what_two_add_under_one_id_at_once_is_one_person(settings: CheckinSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        await here.erases()
        await asyncio.gather(here.learns(None), there.learns(None))
        here.publisher.others = lambda: there.says(phone="+12025550142")
        await here.says(phone="+12025550142", language="es")
        assert here.ann() == {"phone": "+12025550142", "language": "es"}

    together(settings, story)


def test_who_was_erased_in_between_stays_erased(settings: CheckinSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        here.publisher.others = there.erases
        with pytest.raises(Problem) as refused:
            await here.says(payer="Another (invented)")
        assert refused.value.code == "unknown-person"
        await asyncio.gather(here.learns(None), there.learns(None))

    together(settings, story)


def test_what_is_said_as_it_is_known_already_leaves_no_record(settings: CheckinSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        before = there.book.table.offset
        await here.says(payer="Payer (invented)")
        await here.says(payer="Another (invented)")
        await there.learns({"payer": "Another (invented)"})
        assert there.book.table.offset == before + 1

    together(settings, story)


# --- two processes that serve ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Desk]]:
    """Two at work, each at a process of their own."""
    settings = StackSettings(data=tmp_path_factory.mktemp("processes") / "data", ports="free", show_logs=False)
    with ExitStack() as open_, Stack(settings, parts=["checkin", "checkin-2"], table=[*PARTS, SECOND]) as stack:
        around = stack.around
        open_.enter_context(FlowStandIn(around.kafka_bootstrap, around.redis_url, around.namespace))
        clients = [open_.enter_context(httpx.Client(base_url=around.url(name), timeout=60)) for name in ("checkin", "checkin-2")]
        admins = [
            hire(stack, client, f"admin-{at}", "--role", "admin", "--all-sites").at(SITE) for at, client in enumerate(clients)
        ]
        assert admins[0].say("/profile", PROFILE, method="PUT").status_code == 201
        wait_until(lambda: SITE in admins[1].sites())
        yield admins


def known(desk: Desk, person: str) -> Any:
    return as_json(desk.get(f"/people/{person}"))


def test_many_changes_at_two_processes_at_once_are_all_there_in_the_end(desks: list[Desk]) -> None:
    person = add(desks[0])
    wait_until(lambda: desks[1].get(f"/people/{person}").status_code == 200)

    def say(number: int) -> int:
        return desks[number % 2].say(f"/people/{person}", {"notes": {f"v-{number}": "Said."}}, method="PUT").status_code

    with ThreadPoolExecutor(4) as hands:
        assert set(hands.map(say, range(40))) == {200}
    wanted = {f"v-{number}" for number in range(40)}
    for desk in desks:
        wait_until(lambda desk=desk: known(desk, person)["notes"].keys() == wanted)  # type: ignore[misc]  # bound in the loop


def test_one_key_at_two_processes_at_once_is_one_patient(desks: list[Desk]) -> None:
    key, said = str(uuid4()), {"name": "Ann (invented)", "born": "1970-01-02", "phone": "202 555 0142"}
    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda desk: desk.say("/people", said, key=key), desks))
    [person] = {as_json(answered)["person"] for answered in answers}
    for desk in desks:
        assert known(desk, person)["phone"] == "+12025550142"


def test_a_merge_beside_a_change_at_another_process_loses_neither(desks: list[Desk]) -> None:
    for number in range(5):
        stays, gone = add(desks[0], payer="P (invented)"), add(desks[0], phone=f"202 555 01{number:02}")
        wait_until(lambda: [desks[1].get(f"/people/{one}").status_code for one in (stays, gone)] == [200, 200])  # noqa: B023
        with ThreadPoolExecutor(2) as hands:
            merging = hands.submit(desks[0].say, f"/people/{gone}/merge", {"into": stays})
            noting = hands.submit(desks[1].say, f"/people/{stays}", {"notes": {"v-1": "Beside."}}, method="PUT")
        assert (merging.result().status_code, noting.result().status_code) == (200, 200)
        for desk in desks:
            wait_until(lambda desk=desk: known(desk, gone)["notes"] == {"v-1": "Beside."})  # type: ignore[misc]  # noqa: B023
            assert known(desk, gone) == known(desk, stays)
            assert known(desk, stays)["phone"] == f"+120255501{number:02}"

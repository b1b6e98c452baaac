"""Changes of users on a real broker, by two processes' worth of books and producers that know nothing of each other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.access import Access, Pairing, Role, User
from services.runtime import auth, staff, topics
from services.runtime.access_book import AccessBook
from services.runtime.access_log import AccessLog
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings
from services.runtime.staff import Refusal
from services.runtime.users import Users

NOW = Clock().now()
ROSA = User(subject="user:rosa", name="Rosa Test (invented)", role=Role.DESK)
_, INVITATION = auth.invite("rosa", NOW)


class LateLog(AccessLog):
    """A producer whose first record is held back until somebody else's is there."""

    def __init__(self, settings: ServiceSettings) -> None:
        super().__init__(settings, "late")
        self.others: Callable[[], Awaitable[object]] | None = None

    async def publish(self, record: Access) -> int:
        first, self.others = self.others, None
        if first is not None:
            await first()
        return await super().publish(record)


class Process:
    """What a process has that changes users."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.book, self.log = AccessBook(settings, Clock()), LateLog(settings)
        self.users = Users(self.book, self.log)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Process"]:
        self.book.table.start()
        assert self.book.table.wait(20)
        try:
            yield self
        finally:
            await self.log.close()
            await asyncio.to_thread(self.book.table.stop)

    async def use(self) -> User | Refusal:
        return await self.users.change("user:rosa", lambda user: staff.used(user, INVITATION.hash, NOW))


@pytest.fixture
def settings(kafka: str) -> ServiceSettings:
    made = ServiceSettings(kafka_bootstrap=kafka, namespace=f"users-{uuid4().hex[:8]}")
    topics.create(made)
    return made


def together(settings: ServiceSettings, story: Callable[[Process, Process], Awaitable[None]]) -> None:
    """Have two processes at work on the same topic."""

    async def run() -> None:
        async with Process(settings).running() as here, Process(settings).running() as there:
            await here.log.publish(ROSA.model_copy(update={"invitation": INVITATION}))
            offset = await there.log.publish(ROSA.model_copy(update={"invitation": INVITATION}))
            await asyncio.gather(here.book.replaced_by(offset), there.book.replaced_by(offset))
            await story(here, there)

    asyncio.run(run())


def test_of_many_who_use_one_link_at_once_one_gets_in(settings: ServiceSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        answers = await asyncio.gather(*(process.use() for process in (here, there) * 5))
        assert [isinstance(answer, User) for answer in answers].count(True) == 1
        assert {answer for answer in answers if not isinstance(answer, User)} == {Refusal.LINK_USED}

    together(settings, story)


def test_who_uses_a_link_that_another_process_has_just_taken_is_refused(settings: ServiceSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        here.log.others = there.use
        assert await here.use() is Refusal.LINK_USED

    together(settings, story)


def test_a_revocation_that_another_process_overwrote_is_put_back(settings: ServiceSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        here.log.others = lambda: there.users.change("user:rosa", lambda user: staff.revoked(user, NOW))
        assert await here.users.change("user:rosa", lambda user: staff.with_pin(user, "kept")) is Refusal.ENDED
        offset = await here.log.publish(ROSA.model_copy(update={"subject": "user:later"}))
        for process in (here, there):
            await process.book.replaced_by(offset)
            assert process.book.one(User, "user:rosa") == staff.revoked(ROSA, NOW)

    together(settings, story)


def test_a_record_that_is_taken_away_is_gone_everywhere(settings: ServiceSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        pairing = Pairing(
            subject="pairing:k7mp3x", site="riverside", name="By the door (test)", approved_by="user:rosa", approved_at=NOW
        )
        await there.book.replaced_by(await here.log.publish(pairing))
        assert there.book.all(Pairing) == [pairing]
        assert await there.book.replaced_by(await here.log.remove(pairing.subject)) == pairing
        assert there.book.all(Pairing) == []

    together(settings, story)


def test_two_changes_that_do_not_hinder_each_other_both_last(settings: ServiceSettings) -> None:
    async def story(here: Process, there: Process) -> None:
        later = INVITATION.model_copy(update={"expires_at": NOW + timedelta(days=1)})
        here.log.others = lambda: there.users.change("user:rosa", lambda user: staff.invited(user, later))
        changed = await here.users.change("user:rosa", lambda user: staff.with_pin(user, "kept"))
        assert changed == ROSA.model_copy(update={"pin_hash": "kept", "invitation": later})

    together(settings, story)

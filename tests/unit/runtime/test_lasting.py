"""A part that should run for ever ends the process when it fails, and only then."""

import asyncio
import signal
from collections.abc import Iterator

import pytest

from services.runtime.lasting import Lasting


@pytest.fixture
def told() -> Iterator[list[int]]:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    yield heard
    signal.signal(signal.SIGTERM, before)


async def fail() -> None:
    raise RuntimeError("a bug")


async def for_ever() -> None:
    await asyncio.Event().wait()


def test_a_part_that_fails_has_the_process_stopped(told: list[int]) -> None:
    async def story() -> Lasting:
        lasting = Lasting()
        lasting.start(fail(), for_ever())
        await asyncio.sleep(0.01)
        await lasting.stop()
        return lasting

    assert asyncio.run(story()).failed
    assert told == [signal.SIGTERM]


def test_a_part_that_is_stopped_has_not_failed(told: list[int]) -> None:
    async def story() -> Lasting:
        lasting = Lasting()
        lasting.start(for_ever())
        await lasting.stop()
        await asyncio.sleep(0)
        return lasting

    assert not asyncio.run(story()).failed
    assert told == []

"""Rooms and providers are held by one at a time."""

import asyncio

from services.simulator.pool import Pool


def test_free_room_is_had_at_once() -> None:
    async def story() -> None:
        assert await Pool(["r1"]).take((5, 1)) == "r1"

    asyncio.run(story())


def test_first_in_line_has_the_next_room() -> None:
    async def story() -> None:
        pool = Pool([])
        ordinary = asyncio.create_task(pool.take((5, 1)))
        urgent = asyncio.create_task(pool.take((3, 2)))
        await asyncio.sleep(0)
        pool.give_back("r1")
        assert await urgent == "r1"
        pool.give_back("r2")
        assert await ordinary == "r2"

    asyncio.run(story())


def test_who_gave_up_is_passed_over() -> None:
    async def story() -> None:
        pool = Pool([])
        gone = asyncio.create_task(pool.take((5, 1)))
        stays = asyncio.create_task(pool.take((5, 2)))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait({gone})
        pool.give_back("r1")
        assert await stays == "r1"

    asyncio.run(story())


def test_room_handed_to_somebody_who_leaves_at_that_moment_is_not_lost() -> None:
    async def story() -> None:
        pool = Pool([])
        leaving = asyncio.create_task(pool.take((5, 1)))
        await asyncio.sleep(0)
        pool.give_back("r1")
        leaving.cancel()
        await asyncio.wait({leaving})
        assert await asyncio.wait_for(pool.take((5, 2)), 1) == "r1"

    asyncio.run(story())


def test_room_that_somebody_else_took_is_not_given_out() -> None:
    async def story() -> None:
        pool = Pool(["r1", "r2"])
        pool.withdraw("r1")
        assert await pool.take((5, 1)) == "r2"

    asyncio.run(story())

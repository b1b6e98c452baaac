"""What displays say of their sound, put where the desk sees it. Redis only shows: while it is away nothing is missed that lasts."""

from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from schemas.screens import Hearing, ScreenState
from services.runtime.clock import Clock


class HearingBook:
    """The last word of each display of a site, by the subject of its credential."""

    def __init__(self, redis: Redis, namespace: str, clock: Clock) -> None:
        self._redis, self._namespace, self._clock = redis, namespace, clock

    async def tell(self, site: str, subject: str, area: str | None, hearing: Hearing) -> None:
        """Note what a display says."""
        state = ScreenState(screen=subject, area=area, hearing=hearing, seen_ms=int(self._clock.real_now().timestamp() * 1000))
        key = redis_keys.screens(self._namespace, site)
        with suppress(RedisError, OSError):
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, subject, state.model_dump_json())
                pipe.expire(key, redis_keys.SCREEN_SECONDS)
                await pipe.execute()

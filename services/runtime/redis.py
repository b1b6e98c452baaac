"""Redis clients. Redis only shows: every caller goes on when it is away."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from services.runtime.settings import ServiceSettings


def connect(settings: ServiceSettings) -> Redis:
    """Build a client that answers or fails within a second and never retries by itself."""
    return Redis.from_url(
        settings.redis_url,
        socket_connect_timeout=1.0,
        socket_timeout=2.0,
        socket_keepalive=True,
        health_check_interval=5,
        retry=Retry(NoBackoff(), 0),
        client_name=settings.namespace,
    )

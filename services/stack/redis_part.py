"""Redis as a part of the stack: it keeps nothing on disk, because it decides nothing (DESIGN I2)."""

import contextlib

import redis

from services.stack.part import Part, Run, Surroundings
from services.stack.ports import HOST, Port
from services.stack.programs import redis_server


def _command(around: Surroundings) -> list[str]:
    options = {
        "bind": HOST,
        "port": str(around.ports["redis"]),
        "save": "",
        "appendonly": "no",
        "dir": str(around.data / "redis"),
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [redis_server(), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _prepare(around: Surroundings, _run: Run) -> None:
    (around.data / "redis").mkdir(exist_ok=True)


def _ready(around: Surroundings) -> bool:
    with (
        contextlib.suppress(redis.RedisError),
        redis.Redis.from_url(around.redis_url, socket_timeout=1, socket_connect_timeout=1) as client,
    ):
        return bool(client.ping())
    return False


REDIS = Part(
    name="redis",
    command=_command,
    prepare=_prepare,
    ready=_ready,
    ports=(Port("redis", 16379, 30),),
    worth_showing=lambda line: "rror" in line,  # its warnings are about tuning the machine
    ready_within=15,
)

"""`python -m services.board`: the only wiring. SIGTERM lets the screens go and exits 0."""

import asyncio
import signal
import sys

import uvicorn

from services.board import app
from services.board.parts import Parts
from services.board.settings import BoardSettings
from services.runtime import log
from services.runtime.clock import Clock
from services.runtime.live.server import LiveServer

DRAIN_SECONDS = 5


async def serve(settings: BoardSettings) -> None:
    """Serve until a signal. Raises what a task raised that was to run for ever."""
    parts = Parts.build(settings, Clock.from_file(settings.clock_file))
    config = uvicorn.Config(
        app.build(parts), host=settings.host, port=settings.port, log_config=None, access_log=False, lifespan="off",
        server_header=False, timeout_graceful_shutdown=DRAIN_SECONDS,
    )  # fmt: skip
    parts.book.table.start()
    parts.sites.table.start()
    try:
        async with asyncio.TaskGroup() as group:
            lasting = [group.create_task(parts.hub.run()), group.create_task(parts.subscription.run())]
            await LiveServer(config, parts.hub).serve()
            for task in lasting:
                task.cancel()
    finally:
        await parts.redis.aclose()
        await parts.log.close()
        parts.book.table.stop()
        parts.sites.table.stop()


def main() -> int:
    """Run; 0 after a signal."""
    settings = BoardSettings()
    log.configure(settings, "board")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises them once more when it has stopped
    asyncio.run(serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())

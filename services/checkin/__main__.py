"""`python -m services.checkin`: the only wiring."""

import signal
import sys

import uvicorn

from services.checkin import app
from services.checkin.parts import Parts
from services.checkin.settings import CheckinSettings
from services.runtime import log
from services.runtime.clock import Clock
from services.runtime.lasting import EXIT_CODE, Lasting
from services.runtime.live.server import LiveServer

DRAIN_SECONDS = 15


def main() -> int:
    """Serve until SIGTERM or SIGINT, and return 0; what is under way is finished first. EXIT_CODE when a part has failed."""
    settings = CheckinSettings()
    log.configure(settings, "checkin")
    lasting = Lasting()
    # Until uvicorn takes the signals over; and it raises the one it stopped for once more, which is no failure by itself.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(EXIT_CODE if lasting.failed else 0))
    parts = Parts.build(settings, Clock.from_file(settings.clock_file), lasting)
    config = uvicorn.Config(
        app.build(parts),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    # A taken port ends the process here, before anything runs that would have to be stopped.
    LiveServer(config, parts.hub).run(sockets=[config.bind_socket()])
    return EXIT_CODE if lasting.failed else 0


if __name__ == "__main__":
    sys.exit(main())

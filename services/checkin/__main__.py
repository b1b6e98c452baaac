"""`python -m services.checkin`: the only wiring."""

import signal
import sys

import uvicorn

from services.checkin import app
from services.checkin.parts import Parts
from services.checkin.settings import CheckinSettings
from services.runtime import log
from services.runtime.clock import Clock

DRAIN_SECONDS = 15


def main() -> int:
    """Serve until SIGTERM or SIGINT; what is under way is finished first."""
    settings = CheckinSettings()
    log.configure(settings, "checkin")
    # uvicorn raises the signal it stopped for once more; that must not turn the exit code into a failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    parts = Parts.build(settings, Clock.from_file(settings.clock_file))
    uvicorn.run(
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
    return 0


if __name__ == "__main__":
    sys.exit(main())

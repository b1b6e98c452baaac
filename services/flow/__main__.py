"""`python -m services.flow`: the only wiring."""

# ruff: noqa: E402  # the collector is told before a thousand modules are loaded, which takes a tenth longer otherwise
import gc

gc.set_threshold(100_000, 20, 100)  # what is kept is large, lives long and holds no cycles

import os
import uuid

import faust

from services.flow import app as flow_app
from services.flow.live import LiveState
from services.flow.metrics import FlowMetrics
from services.flow.publish import Publisher
from services.flow.settings import FlowSettings
from services.flow.snapshots import Snapshots
from services.flow.watchdog import Watchdog
from services.flow.worker import Outputs, Worker
from services.runtime import log, redis, secret
from services.runtime.clock import Clock
from services.runtime.health import HealthServer


class _FaustWorker(faust.Worker):
    """Faust's runner; it tells the watchdog of a signal before it acts on it."""

    watchdog: Watchdog
    clock: Clock

    def _on_sigterm(self) -> None:
        self.watchdog.stopping_since = self.watchdog.stopping_since or self.clock.monotonic()
        super()._on_sigterm()

    def _on_sigint(self) -> None:
        self.watchdog.stopping_since = self.watchdog.stopping_since or self.clock.monotonic()
        super()._on_sigint()


def main() -> None:
    """Run one flow worker until it is told to stop; ends with 0 then, with another code when it can't go on."""
    settings = FlowSettings()
    logger = log.configure(settings, "flow")
    clock = Clock.from_file(settings.clock_file)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    metrics = FlowMetrics()
    key_file, key_id = secret.DEAD_LETTERS
    publisher = Publisher(settings, clock, secret.Sealer(secret.load(settings, key_file), key_id))
    live = LiveState(redis.connect(settings), clock, settings.namespace, uuid.uuid4().hex)
    worker = Worker(settings, clock, Snapshots(settings, scaled_clock=clock.scaled), Outputs(live, publisher, metrics))
    metrics.watch(lambda: list(worker.held.values()), clock)
    watchdog = Watchdog(clock)
    app = flow_app.build(settings, clock, worker, publisher, watchdog)

    def caught_up() -> bool:
        held = list(worker.held.values())
        return worker.assigned > 0 and len(held) == worker.assigned and all(each.settled for each in held)

    health = HealthServer({"recovered": caught_up}, metrics.registry, settings.host, settings.port)
    health.start()
    watchdog.start()
    logger.info("flow starts", pid=os.getpid(), starts_in_a_row=settings.starts_in_a_row)
    runner = _FaustWorker(app, loglevel="WARNING", override_logging=False, redirect_stdouts=False, quiet=True)
    runner.watchdog, runner.clock = watchdog, clock
    try:
        runner.execute_from_commandline()
    finally:
        health.stop()


if __name__ == "__main__":
    main()

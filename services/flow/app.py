"""The Faust app around the worker: what Faust calls, and when (DESIGN §7)."""

import asyncio
from collections.abc import AsyncIterable
from typing import Any, cast

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.types.tuples import TP

from schemas import topics
from services.flow import transport
from services.flow.format import group
from services.flow.publish import Publisher
from services.flow.settings import FlowSettings
from services.flow.transport import BatchConsumer
from services.flow.watchdog import Watchdog
from services.flow.worker import Worker, guard
from services.runtime.clock import Clock

log = structlog.stdlib.get_logger("clinicflow.flow")


class FlowApp(faust.App):
    """A Faust app that stops only after its worker has saved what it holds."""

    worker: Worker
    publisher: Publisher
    watchdog: Watchdog

    async def on_start(self) -> None:
        """Connect what effects are sent by, before a batch can come."""
        await self.publisher.start()
        await super().on_start()

    async def on_stop(self) -> None:
        """Stop reading, then save and let go."""
        await super().on_stop()
        await self.worker.close()
        await self.publisher.stop()


def build(settings: FlowSettings, clock: Clock, worker: Worker, publisher: Publisher, watchdog: Watchdog) -> FlowApp:
    """Make the app; nothing connects before it is run."""
    topic_name = topics.VISITS.name(settings.namespace)
    app = FlowApp(
        group(settings.namespace),
        broker=f"kafka://{settings.kafka_bootstrap}",
        store="memory://",
        topic_partitions=topics.VISIT_PARTITIONS,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        web_port=settings.flow_faust_port,
        web_bind=settings.host,
        # Who rejoins as a static member is given its old assignment, and Faust asserts that this has its own address in it.
        canonical_url=f"http://{group(settings.namespace)}-{settings.instance}",
        datadir=str(settings.data_dir / "faust"),
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=f"{group(settings.namespace)}-{settings.instance}",
        broker_session_timeout=settings.flow_session_seconds,
        broker_heartbeat_interval=2,
        broker_request_timeout=60,
        broker_max_poll_records=settings.flow_batch_records,
        consumer_max_fetch_size=4 * 1024 * 1024,
        broker_commit_interval=5,
        loghandlers=[],
        TableManager=transport.NoTables,
    )
    app.worker, app.publisher, app.watchdog = worker, publisher, watchdog
    transport.install(app)
    BatchConsumer.polled = staticmethod(watchdog.polled)
    _register(app, app.topic(topic_name, key_serializer="raw", value_serializer="raw", partitions=topics.VISIT_PARTITIONS))
    _follow(app, topic_name, clock)
    return app


def _register(app: FlowApp, topic: Any) -> None:
    @app.agent(topic, concurrency=1)
    async def fold(stream: Any) -> None:
        events: AsyncIterable[Any] = stream.events()
        async for event in events:
            try:
                await app.worker.take(_consumer(app), event.message.tp, event.message.records)
            except (asyncio.CancelledError, GeneratorExit):
                raise
            except BaseException as error:  # noqa: BLE001  # a raise would acknowledge the batch
                guard(error)

    async def revoked(_app: Any, gone: set[TP], *_: Any, **__: Any) -> None:
        for tp in gone:
            await app.worker.drop(tp.partition)

    app.on_partitions_revoked.connect(revoked)  # type: ignore[arg-type]  # mode spells handlers with positional-only names


def _follow(app: FlowApp, topic_name: str, clock: Clock) -> None:
    async def reconcile() -> None:
        while not app.should_stop:
            try:
                await app.worker.reconcile(_consumer(app), topic_name)
            except KafkaError as problem:
                log.warning("the broker did not answer", problem=type(problem).__name__)
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001  # nothing may stop this loop and leave the worker running
                guard(error)
            app.watchdog.reconciled_at = clock.monotonic()
            await asyncio.sleep(1)
        app.watchdog.stopping_since = app.watchdog.stopping_since or clock.monotonic()

    async def report() -> None:
        while not app.should_stop:  # apart from reconcile, which may be loading for long
            _report(app, clock)
            await asyncio.sleep(1)

    app.task(reconcile)
    app.task(report)


def _consumer(app: FlowApp) -> BatchConsumer:
    return cast("BatchConsumer", app.consumer)


def _report(app: FlowApp, clock: Clock) -> None:
    """Tell the watchdog what the event loop sees."""
    fetcher = app._fetcher  # noqa: SLF001  # Faust has no public way
    app.watchdog.fetcher_ended = bool(fetcher._shutdown.is_set() and not app.should_stop and not app.rebalancing)  # noqa: SLF001
    if app.worker.assigned:
        app.watchdog.assigned_at = clock.monotonic()
    app.watchdog.lagging_since = app.worker.lagging_since
    app.watchdog.folded_at = max((held.moved_at for held in app.worker.held.values()), default=app.watchdog.folded_at)

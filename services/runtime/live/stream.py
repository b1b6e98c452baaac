"""The stream of one screen: snapshot first, then changes, and a beat at least every second (a phone's come less often)."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from services.runtime.clock import Clock
from services.runtime.live.hub import Watching
from services.runtime.live.metrics import LiveMetrics

BEAT_SECONDS = 1.0
RETRY_MS = 1000

log = structlog.stdlib.get_logger("clinicflow.live")


async def events(
    watching: Watching, *, admitted: Callable[[], bool], clock: Clock, metrics: LiveMetrics, beat_seconds: float = BEAT_SECONDS
) -> AsyncIterator[ServerSentEvent]:
    """Yield a screen's events until it may no longer look, does not keep up, or the process stops.

    `snapshot` and `change` carry an id, `beat` none. Where nothing is known of the site for so long, beats come alone.
    """
    with watching as (channel, screen):
        retry: int | None = RETRY_MS
        beat_at = clock.monotonic() + (beat_seconds if channel.seen is None else 0.0)
        while not screen.ended:
            frame = await screen.next(max(0.0, beat_at - clock.monotonic()))
            if frame is not None:
                metrics.events.labels(frame.event).inc()
                yield ServerSentEvent(event=frame.event, id=frame.id, data=channel.data(frame), retry=retry, sep="\n")
                retry = None
            if clock.monotonic() >= beat_at:
                if not admitted():
                    return
                beat_at = clock.monotonic() + beat_seconds
                metrics.events.labels("beat").inc()
                yield ServerSentEvent(event="beat", data=channel.data(None), retry=retry, sep="\n")
                retry = None


class LiveStream(EventSourceResponse):
    """The response; a screen that takes nothing for `send_seconds` is disconnected."""

    def __init__(self, content: AsyncIterator[ServerSentEvent], send_seconds: float, metrics: LiveMetrics, **options: Any) -> None:
        super().__init__(content, send_timeout=send_seconds, ping=0, **options)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream; a timeout is no fault of ours and ends the connection without a traceback."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            self._metrics.slow.labels("send").inc()
            log.info("a screen took nothing for too long and was disconnected")

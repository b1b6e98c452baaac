"""The stream of one screen: snapshot first, then changes, and a beat at least every second."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from schemas.sites import SiteProfile
from services.board.hub import Hub
from services.board.metrics import Metrics
from services.runtime.clock import Clock

BEAT_SECONDS = 1.0
RETRY_MS = 1000

log = structlog.stdlib.get_logger("clinicflow.board")


async def events(
    hub: Hub, profile: SiteProfile, last_id: str | None, *, admitted: Callable[[], bool], clock: Clock, metrics: Metrics
) -> AsyncIterator[ServerSentEvent]:
    """Yield a screen's events until it may no longer look, does not keep up, or the board stops.

    `snapshot` and `change` carry an id, `beat` none. Where nothing is known of the site for a second, beats come alone.
    """
    with hub.watching(profile, last_id) as (feed, screen):
        retry: int | None = RETRY_MS
        beat_at = clock.monotonic() + (BEAT_SECONDS if feed.wall is None else 0.0)
        while not (hub.closing or screen.ended):
            frame = await screen.next(max(0.0, beat_at - clock.monotonic()))
            if frame is not None:
                metrics.events.labels(frame.event).inc()
                yield ServerSentEvent(event=frame.event, id=frame.id, data=feed.data(frame), retry=retry, sep="\n")
                retry = None
            if clock.monotonic() >= beat_at:
                if not admitted():
                    return
                beat_at = clock.monotonic() + BEAT_SECONDS
                metrics.events.labels("beat").inc()
                yield ServerSentEvent(event="beat", data=feed.data(None), retry=retry, sep="\n")
                retry = None


class WallStream(EventSourceResponse):
    """The response; a screen that takes nothing for `send_seconds` is disconnected."""

    def __init__(self, content: AsyncIterator[ServerSentEvent], send_seconds: float, metrics: Metrics, **options: Any) -> None:
        super().__init__(content, send_timeout=send_seconds, ping=0, **options)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream; a timeout is no fault of ours and ends the connection without a traceback."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            self._metrics.slow.labels("send").inc()
            log.info("a screen took nothing for too long and was disconnected")

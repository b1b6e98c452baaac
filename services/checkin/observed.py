"""Counts and logs each request: by its route, never with its address, query or body."""

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.checkin.metrics import Metrics
from services.runtime.clock import Clock

_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


class Observed:
    """The outermost layer, so that what the others answer is seen too."""

    def __init__(self, app: ASGIApp, clock: Clock, metrics: Metrics) -> None:
        self._app, self._clock, self._metrics = app, clock, metrics
        self._log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("clinicflow.checkin.access")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = self._clock.monotonic()
        status = 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            seconds = self._clock.monotonic() - started
            route = scope["path"] if scope["path"] in _QUIET else getattr(scope.get("route"), "path", "none")
            self._metrics.requests.labels(route, status).inc()
            self._metrics.seconds.labels(route).observe(seconds)
            if route not in _QUIET:
                self._log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))

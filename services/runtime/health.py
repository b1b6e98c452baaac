"""/healthz (alive), /readyz (recovered and connected) and /metrics, the same for each service."""

import threading
from collections.abc import Awaitable, Callable
from inspect import isawaitable

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

Checks = dict[str, Callable[[], bool | Awaitable[bool]]]
"""By name, what must hold for the service to be ready. A check must answer at once and not raise."""


def routes(checks: Checks, registry: CollectorRegistry, shown: Checks | None = None) -> list[BaseRoute]:
    """Build the three routes; /readyz is 200 only when every check holds, and says which don't.

    What is in `shown` is said there too and decides nothing.
    """

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_request: Request) -> Response:
        found = await _ask(checks)
        ready = all(found.values())
        return JSONResponse({"ready": ready, "checks": found, "shown": await _ask(shown or {})}, 200 if ready else 503)

    async def metrics(_request: Request) -> Response:
        body = await run_in_threadpool(generate_latest, registry)
        return Response(body, headers={"content-type": CONTENT_TYPE_LATEST})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def _ask(checks: Checks) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for name, check in checks.items():
        answer = check()
        found[name] = await answer if isawaitable(answer) else answer
    return found


class HealthServer:
    """The three routes on a thread of their own, for a service that serves no pages."""

    def __init__(self, checks: Checks, registry: CollectorRegistry, host: str, port: int, *, shown: Checks | None = None) -> None:
        app = Starlette(routes=routes(checks, registry, shown))
        config = uvicorn.Config(
            app, host=host, port=port, log_config=None, access_log=False, lifespan="off",
            loop="asyncio",  # uvloop on a thread that outlives the interpreter crashes the process as it ends
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # signals are the service's
        self._thread = threading.Thread(target=self._server.run, name="health", daemon=True)

    def start(self) -> None:
        """Serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; waits 2 s at most."""
        self._server.should_exit = True
        self._thread.join(2)

"""Refuses a body that is too large, before it is in memory."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.problems import Problem

MAX_BODY_BYTES = 6_000_000


def too_large() -> Problem:
    """Say that no body is that large."""
    return Problem(413, "too-large", "Too large", "What was sent is too large: 6 MB is the most. Please send it in parts.")


class BodyLimit:
    """Goes by the declared length, and counts what really comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > MAX_BODY_BYTES:
            await too_large().response()(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise too_large()
            return message

        await self._app(scope, counted, send)

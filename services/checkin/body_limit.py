"""Refuses a body that is too large, before it is in memory."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.problems import Problem

MAX_BODY_BYTES = 6_000_000
MAX_FILE_BYTES = 10_000_000
_FILES = "/book/import"
"""Where whole files are sent to."""


def too_large(most: int = MAX_BODY_BYTES) -> Problem:
    """Say that no body is that large."""
    said = f"What was sent is too large: {most // 1_000_000} MB is the most. Please send it in parts."
    return Problem(413, "too-large", "Too large", said)


class BodyLimit:
    """Goes by the declared length, and counts what really comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MAX_FILE_BYTES if scope["path"].endswith(_FILES) else MAX_BODY_BYTES
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await too_large(most).response()(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise too_large(most)
            return message

        await self._app(scope, counted, send)

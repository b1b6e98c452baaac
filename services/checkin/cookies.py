"""Cookies that are decided on before the answer is there: by who asks, whatever the route then says."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STATE = "cookies"


def set_cookie(request: HTTPConnection, name: str, header: str) -> None:
    """Send this Set-Cookie header with the answer to the request; the last word on each cookie counts."""
    request.scope.setdefault("state", {}).setdefault(_STATE, {})[name] = header


class SetCookies:
    """Adds them to the answer, which nobody may then keep."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for header in scope.get("state", {}).get(_STATE, {}).values():
                    headers.append("set-cookie", header)
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_cookies if scope["type"] == "http" else send)

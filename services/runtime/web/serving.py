"""How pages and static files are sent: compressed, kept by browsers as long as they are current, with the headers of safety."""

import gzip

from fastapi import APIRouter, Request
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.problems import Problem
from services.runtime.web.pages import Pages

_KEPT = "public, max-age=31536000, immutable"


def safety_headers(form_action: str = "'self'") -> dict[str, str]:
    """Give the headers of every answer. A page needs no inline script or style and asks nobody else for anything.

    `form_action` names where a page's forms may be sent.
    """
    return {
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
            f"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action {form_action}; frame-ancestors 'none'"
        ),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
    }


class SafeHeaders:
    """Gives every answer these headers, unless the answer has its own."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def page(request: Request, html: str, *, status: int = 200, cache: str = "no-cache") -> Response:
    """Answer with a page, compressed where the browser takes it."""
    headers = {"cache-control": cache, "vary": "accept-encoding, accept-language"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(html, status, headers=headers)
    packed = gzip.compress(html.encode(), 6, mtime=0)
    return Response(packed, status, headers={**headers, "content-encoding": "gzip"}, media_type="text/html; charset=utf-8")


def static_routes(pages: Pages) -> APIRouter:
    """Serve the static files: for good under the version they belong to, under another one not to be kept."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{version}/{name:path}")
    async def static(request: Request, version: str, name: str) -> Response:
        found = pages.static.get(name)
        if found is None:
            raise Problem(404, "not-found", "There is nothing at this address", "There is nothing at this address.")
        headers = {"cache-control": _KEPT if version == pages.version else "no-store", "vary": "accept-encoding"}
        if found.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(found.packed, headers={**headers, "content-encoding": "gzip"}, media_type=found.media_type)
        return Response(found.plain, headers=headers, media_type=found.media_type)

    return router

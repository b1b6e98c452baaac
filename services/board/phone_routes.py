"""What a patient's own link leads to: the page, and the stream by which it follows what changes. Nothing is asked but the link."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from schemas.languages import chosen
from schemas.self_check_in import Said
from services.board.parts import Parts
from services.board.phone_desk import NothingKnown, UnknownLink
from services.board.phone_page import PhonePages
from services.runtime.live.stream import LiveStream, events
from services.runtime.problems import Problem
from services.runtime.web.accept_language import wanted
from services.runtime.web.serving import page, safety_headers

BEAT_SECONDS = 3.0
"""A phone pays for what it receives, and counts on by itself; its data are still seen to be stale in time."""
RETRY_SECONDS = 5

Lang = Annotated[str, Query(description="The language that the patient chose.")]


def phone_routes(parts: Parts) -> APIRouter:
    """Build what a link leads to."""
    router, desk, metrics = APIRouter(), parts.phones, parts.metrics
    pages = PhonePages(parts.pages, parts.settings.checkin_url)
    policy = safety_headers(pages.form_action)["content-security-policy"]

    def apart(request: Request, what: str, status: int, languages: list[str]) -> Response:
        metrics.phone_pages.labels(what).inc()
        return page(request, pages.apart(what, chosen(languages)), status=status, cache="no-store")

    @router.get("/v/{site}/{token}", include_in_schema=False)
    async def phone_page(request: Request, site: str, token: str, lang: Lang = "", said: str = "") -> Response:
        browser = _browser(request)
        try:
            found = await desk.find(site, token)
        except UnknownLink:
            return apart(request, "unknown", 404, [lang, *browser])
        except NothingKnown as nothing:
            answer = apart(request, "away", 503, [lang, *browser, *nothing.languages])
            # So it comes again by itself: that needs no JavaScript, and there is nothing on it that could be lost.
            answer.headers["refresh"] = answer.headers["retry-after"] = str(RETRY_SECONDS)
            return answer
        phone, time = desk.told(found)
        language = chosen([lang, found.visit.language or "", *browser, *found.profile.languages])
        metrics.phone_pages.labels("shown").inc()
        answer = page(request, pages.page(found, phone, time, _said(said), language), cache="no-store")
        answer.headers["content-security-policy"] = policy
        return answer

    @router.get("/v/{nowhere:path}", include_in_schema=False)  # noqa: FAST003  # what is never read is never echoed
    async def no_page(request: Request, lang: Lang = "") -> Response:
        return apart(request, "unknown", 404, [lang, *_browser(request)])

    @router.get("/v1/phone/{site}/{token}/events")
    async def phone_events(site: str, token: str) -> Response:
        """Stream what the patient of a link is told: `snapshot`, then `change`, each with all of it, and `beat`."""
        try:
            found = await desk.find(site, token)
        except UnknownLink:
            raise Problem(404, "unknown-link", "This link is not valid any more", "Please ask at the desk.") from None
        except NothingKnown:
            raise Problem(503, "no-data", "No data yet", "Nothing is known of this clinic at the moment. Please try again.",
                          headers={"retry-after": str(RETRY_SECONDS)}) from None  # fmt: skip
        stream = events(
            desk.watching(found), admitted=lambda: desk.still(found), clock=parts.clock, metrics=metrics.live,
            beat_seconds=BEAT_SECONDS,
        )  # fmt: skip
        return LiveStream(stream, parts.settings.live_send_seconds, metrics.live)

    return router


def _browser(request: Request) -> list[str]:
    return wanted(request.headers.get("accept-language"))


def _said(code: str) -> Said | None:
    return next((said for said in Said if said == code), None)

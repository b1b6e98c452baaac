"""Pairs a display: it shows a short code, somebody at the desk enters it, and the display's own secret becomes its credential.

The secret and the code are in a sealed cookie of the display from the start, so any process of the board can go on with it. What is
entered at the desk stands on access.v1 as a Pairing; the process that the display asks next puts the Screen there, and takes the
pairing away. Asking again after a lost answer finds the Screen and has the same answer.
"""

import secrets
from collections import deque
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from schemas.access import Pairing, Screen
from schemas.envelope import Frozen, UtcTime
from services.board import screens
from services.board.session import WallAccess
from services.runtime.access_book import AccessBook
from services.runtime.access_log import AccessLog, NotPublishedError
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.sealed_cookie import SealedCookie
from services.runtime.secret import Sealer

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that is mistaken for something else when it is read from a wall."""
CODE_LENGTH = 6
VALID = timedelta(minutes=30)
"""So long a code can be entered; then the display shows another one."""
CODES_A_MINUTE = 60


class Pending(Frozen):
    """A display that waits to be paired."""

    secret: str
    code: str
    begun_at: UtcTime


class PairingDesk:
    """Where displays wait. Codes are given out at a bounded rate, so that nobody can collect them until one is entered."""

    def __init__(self, book: AccessBook, log: AccessLog, sealer: Sealer, clock: Clock) -> None:
        self._book, self._log, self._clock = book, log, clock
        self._cookie = SealedCookie(
            "clinicflow_pairing", sealer, b"pairing", int(VALID.total_seconds()), path="/v1/screens/pairing"
        )
        self._begun: deque[float] = deque(maxlen=CODES_A_MINUTE)

    def pending(self, request: Request) -> Pending | None:
        """Return what the display's cookie says, if it is still good."""
        kept = self._cookie.read(request)
        try:
            pending = Pending.model_validate_json(kept) if kept else None
        except ValidationError:
            return None
        return pending if pending and self._clock.real_now() - pending.begun_at < VALID else None

    def begin(self) -> Pending:
        """Give out another code. Raises Problem 429."""
        now = self._clock.monotonic()
        if len(self._begun) == CODES_A_MINUTE and now - self._begun[0] < 60:
            raise Problem(429, "too-many", "Too many screens at once", "Please wait a minute.", headers={"retry-after": "60"})
        self._begun.append(now)
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        return Pending(secret=screens.new_secret(), code=code, begun_at=self._clock.real_now())

    async def take_up(self, pending: Pending) -> Screen | None:
        """Return the display as it is paired now; None while nobody has entered its code. Raises Problem 503."""
        if (screen := screens.paired(self._book, pending.secret)) is not None:
            return screen
        subject = f"pairing:{pending.code}"
        approved = self._book.one(Pairing, subject)
        if approved is None or approved.approved_at < pending.begun_at:
            return None
        screen = screens.screen_of(pending.secret, approved, self._clock.real_now())
        try:
            await self._book.replaced_by(await self._log.publish(screen))
            await self._log.remove(subject)
        except (NotPublishedError, TimeoutError):
            raise Problem(503, "not-recorded", "Not paired yet", "The pairing could not be recorded. Please wait a moment.",
                          headers={"retry-after": "2"}) from None  # fmt: skip
        return screen

    def remember(self, response: Response, request: Request, pending: Pending | None) -> None:
        """Give the display its cookie, or take it away."""
        content = pending.model_dump_json().encode() if pending else b""
        response.headers.append("set-cookie", self._cookie.header(request, content))


def pairing_routes(desk: PairingDesk, access: WallAccess) -> APIRouter:
    """Build what a display asks until it is paired."""
    router = APIRouter(prefix="/v1")

    @router.post("/screens/pairing")
    async def pair(request: Request) -> Response:
        """Answer with the code to show, or with the site and area once somebody entered it; then it gets its wall's cookie."""
        access.refuse_while_starting()
        pending = desk.pending(request)
        screen = await desk.take_up(pending) if pending else None
        if pending is None or screen is None:
            shown = pending or desk.begin()
            response = _answer({"code": f"{shown.code[:3]}-{shown.code[3:]}".upper()})
            if pending is None:
                desk.remember(response, request, shown)
            return response
        response = _answer({"site": screen.site, "area": screen.area})
        access.remember(response, request, pending.secret, screen.site)
        desk.remember(response, request, None)
        return response

    return router


def _answer(body: dict[str, Any]) -> Response:
    return JSONResponse(body, headers={"cache-control": "no-store"})

"""The wall displays of a site: pair one by the code that it shows, see which can't be heard, and take one back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field, ValidationError
from redis.asyncio import Redis
from starlette.responses import JSONResponse, Response

from schemas import redis_keys
from schemas.access import Pairing, Screen
from schemas.envelope import ThingId, UtcTime
from schemas.screens import Hearing, ScreenState
from services.checkin.answers import ERRORS, not_recorded
from services.checkin.audit import Auditor
from services.checkin.commands import body_of
from services.checkin.domain.audit import Act
from services.checkin.domain.bodies import Exact
from services.checkin.domain.commands import SITE
from services.checkin.reads import from_redis
from services.checkin.requests import read_body
from services.checkin.security import Asker, Gate
from services.runtime.access_book import AccessBook
from services.runtime.access_log import AccessLog, NotPublishedError
from services.runtime.clock import Clock
from services.runtime.problems import Problem

TAKEN_UP_SECONDS = 8.0
"""A display asks every two seconds; one that has not by then shows another code."""
_LOOK_SECONDS = 0.1
PAIRED, TAKEN_BACK = "paired-screen", "took-screen-back"


class PairScreen(Exact):
    """The code that a display shows, what the desk calls it, and which waiting area it is in."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{3}-?[0-9A-Za-z]{3}$")]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    area: ThingId | None = None


class ScreenEntry(BaseModel):
    """A display: what is known of it, and its last word, if there was one of late.

    `seen_seconds`: how long ago that was. `silent_seconds`: the same, or where there was none, how long it has been paired.
    """

    screen: str
    name: str | None
    area: str | None
    paired_at: UtcTime | None
    hearing: Hearing | None
    seen_seconds: int | None
    silent_seconds: int


class ScreenList(BaseModel):
    """The displays of a site that are not revoked, and others that look at its wall by a link."""

    screens: list[ScreenEntry]


@dataclass(frozen=True)
class ScreenDesk:
    """Where displays are approved and taken back."""

    book: AccessBook
    log: AccessLog
    redis: Redis
    clock: Clock
    namespace: str

    async def pair(self, asker: Asker, body: PairScreen) -> Screen:
        """Approve the display that shows this code, and wait until it has taken that up. Raises Problem 404 or 503."""
        subject = f"pairing:{body.code.replace('-', '').lower()}"
        known = {screen.subject for screen in self.book.all(Screen)}
        approved = Pairing(
            subject=subject, site=asker.site, area=body.area, name=body.name, approved_by=asker.principal.actor,
            approved_at=self.clock.real_now(),
        )  # fmt: skip
        try:
            await self.log.publish(approved)
            if (found := await self._taken_up(approved, known)) is None:
                await self.log.remove(subject)
        except NotPublishedError:
            raise not_recorded() from None
        if found is None:
            raise Problem(
                404, "no-such-code", "No screen shows this code", "Please check the code on the screen and enter it again."
            )
        return found

    async def _taken_up(self, approved: Pairing, known: set[str]) -> Screen | None:
        try:
            async with asyncio.timeout(TAKEN_UP_SECONDS):
                while True:
                    for screen in self.book.all(Screen):
                        if screen.subject not in known and (screen.site, screen.name) == (approved.site, approved.name):
                            return screen
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            return None

    async def revoke(self, asker: Asker, subject: str) -> None:
        """Take a display's access back. Raises Problem 404 or 503."""
        screen = self.book.one(Screen, subject)
        if screen is None or screen.site != asker.site:
            raise Problem(404, "unknown-screen", "No such screen", "This clinic has no such screen.")
        try:
            await self.log.publish(screen.model_copy(update={"revoked_at": self.clock.real_now()}))
        except NotPublishedError:
            raise not_recorded() from None

    async def all(self, site: str) -> list[ScreenEntry]:
        """Every display of the site. Raises Problem 503 while Redis is away."""
        said = cast("Mapping[bytes, bytes]", await from_redis(self.redis.hgetall(redis_keys.screens(self.namespace, site))))
        states = {state.screen: state for value in said.values() if (state := _state(value)) is not None}
        paired = [screen for screen in self.book.all(Screen) if screen.site == site]
        revoked = {screen.subject for screen in paired if screen.revoked_at}
        mine = [screen for screen in paired if not screen.revoked_at]
        others = sorted(states.keys() - {screen.subject for screen in paired} - revoked)
        return [self._entry(screen.subject, screen, states) for screen in mine] + [
            self._entry(name, None, states) for name in others
        ]

    def _entry(self, subject: str, screen: Screen | None, states: Mapping[str, ScreenState]) -> ScreenEntry:
        state = states.get(subject)
        seen_ms = state.seen_ms if state else None
        paired_ms = _ms(screen.paired_at) if screen else 0
        return ScreenEntry(
            screen=subject,
            name=screen.name if screen else None,
            area=screen.area if screen else state.area if state else None,
            paired_at=screen.paired_at if screen else None,
            hearing=state.hearing if state else None,
            seen_seconds=self._seconds_since(seen_ms) if seen_ms is not None else None,
            silent_seconds=self._seconds_since(max(paired_ms, seen_ms or 0)),
        )

    def _seconds_since(self, instant_ms: int) -> int:
        return max(0, (_ms(self.clock.real_now()) - instant_ms) // 1000)


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _state(value: bytes) -> ScreenState | None:
    try:
        return ScreenState.model_validate_json(value)
    except ValidationError:
        return None


def routes(gate: Gate, desk: ScreenDesk, auditor: Auditor) -> APIRouter:
    """Make the routes of displays."""
    router = APIRouter(tags=["screens"], responses=ERRORS)

    @router.get(f"{SITE}/screens", summary="The wall displays, and which can be heard")
    async def list_screens(asker: Annotated[Asker, Depends(gate.asker)]) -> ScreenList:
        return ScreenList(screens=await desk.all(asker.site))

    @router.post(
        f"{SITE}/screens", status_code=201, summary="Pair a wall display by the code that it shows", response_class=Response,
        openapi_extra=body_of(PairScreen), dependencies=[Depends(auditor.watching(gate, PAIRED))],
    )  # fmt: skip
    async def pair(request: Request, asker: Annotated[Asker, Depends(gate.asker)]) -> Response:
        body = await read_body(request, PairScreen)
        if body.area is not None and asker.profile and body.area not in {area.id for area in asker.profile.areas}:
            raise Problem(422, "invalid", "No such waiting area", "Please correct: area: is none of this clinic's waiting areas.")
        screen = await desk.pair(asker, body)
        await auditor.did(asker, Act(PAIRED))
        return JSONResponse({"screen": screen.subject, "name": screen.name, "area": screen.area}, 201)

    @router.post(
        f"{SITE}/screens/{{screen}}/revoke", status_code=204, summary="Take a display's access back",
        dependencies=[Depends(auditor.watching(gate, TAKEN_BACK))],
    )  # fmt: skip
    async def revoke(
        asker: Annotated[Asker, Depends(gate.asker)], screen: Annotated[str, Path(pattern=r"^screen:[a-z0-9-]{1,40}$")]
    ) -> Response:
        await desk.revoke(asker, screen)
        await auditor.did(asker, Act(TAKEN_BACK))
        return Response(status_code=204)

    return router

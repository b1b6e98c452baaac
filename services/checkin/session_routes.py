"""The addresses of sessions: how somebody at a browser signs in, locks the screen, unlocks it and leaves."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from schemas.access import Subject
from services.checkin.answers import ERRORS
from services.checkin.commands import body_of
from services.checkin.domain.bodies import Exact
from services.checkin.domain.session import By
from services.checkin.requests import read_body
from services.checkin.security import Gate
from services.checkin.session_desk import SessionDesk
from services.checkin.session_view import SessionView
from services.checkin.sign_in import SignIn
from services.checkin.sign_in.pin import PinEntry, PinSignIn
from services.runtime.auth import Principal

Digits = Annotated[str, Field(pattern=r"^[0-9]{6,8}$")]
ADDRESS = "/v1/session"


class UseLink(Exact):
    """The link's secret: what is behind `#link=`."""

    link: Annotated[str, Field(min_length=1, max_length=200)]


class SetPin(Exact):
    """A PIN of 6 to 8 digits; `old` is needed by who has one already."""

    pin: Digits
    old: Digits | None = None


class Unlock(Exact):
    """Who is there, and their PIN."""

    user: Subject
    pin: Digits


BODIES = (UseLink, SetPin, Unlock)


def routes(gate: Gate, desk: SessionDesk, link_sign_in: SignIn[str], pin_sign_in: PinSignIn) -> APIRouter:
    """Make the routes of sessions."""
    router = APIRouter(tags=["session"], prefix=ADDRESS, responses=ERRORS, dependencies=[Depends(gate.is_ready)])

    @router.get("", summary="Who is signed in at this browser")
    async def look(request: Request, response: Response) -> SessionView:
        response.headers["cache-control"] = "no-store"
        return desk.look(request)

    @router.post("/link", summary="Sign in by a link, which is used up", openapi_extra=body_of(UseLink))
    async def link(request: Request) -> SessionView:
        desk.refuse_foreign(request)
        body = await read_body(request, UseLink)
        user = await link_sign_in.prove(body.link)
        return await desk.welcome(request, user, desk.devices.of(request), By.LINK)

    @router.post("/unlock", summary="Sign in by PIN where one has signed in before", openapi_extra=body_of(Unlock))
    async def unlock(request: Request) -> SessionView:
        desk.refuse_foreign(request)
        body, device = await read_body(request, Unlock), desk.devices.of(request)
        user = await pin_sign_in.prove(PinEntry(body.user, body.pin, device))
        return await desk.welcome(request, user, device, By.PIN)

    @router.post("/pin", summary="Choose a PIN", openapi_extra=body_of(SetPin))
    async def set_pin(request: Request, principal: Annotated[Principal, Depends(gate.principal)]) -> SessionView:
        body = await read_body(request, SetPin)
        return await desk.set_pin(request, principal, body.pin, body.old)

    @router.post("/lock", summary="Lock the screen")
    async def lock(request: Request) -> SessionView:
        return await desk.lock(request)

    @router.post("/touch", status_code=204, summary="Somebody is still there", dependencies=[Depends(gate.principal)])
    async def touch() -> Response:
        """Do nothing else than every command does: keep the session open."""
        return Response(status_code=204)

    @router.delete("", summary="Sign out")
    async def leave(
        request: Request, forget: Annotated[bool, Query(description="The PIN is to open nothing here any more.")] = False
    ) -> SessionView:
        return await desk.leave(request, forget)

    return router

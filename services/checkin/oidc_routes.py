"""The addresses of the sign-in at the clinic's identity provider. A browser is sent to both, and both send it on to a page."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.checkin.domain.session import By, State, is_fresh
from services.checkin.security import Gate
from services.checkin.session_desk import SessionDesk
from services.checkin.sign_in.errand import PATH, Errands
from services.checkin.sign_in.oidc import OidcSignIn, Return
from services.runtime.problems import Problem

_AGAIN = "Please start again."
Text = Annotated[str, Query(max_length=2048)]


@dataclass(frozen=True)
class OidcDesk:
    """Sends browsers to the provider, and takes them back."""

    sign_in: OidcSignIn
    errands: Errands
    desk: SessionDesk

    async def start(self, request: Request, link: bool) -> Response:
        """Send the browser out. Raises Problem."""
        link_to = self._just_linked(request) if link else None
        errand = self.errands.begin(request, self.desk.devices.of(request), link_to, self.desk.clock.real_now())
        return RedirectResponse(await self.sign_in.address(errand, self._redirect_uri(request)), 302)

    async def take_back(self, request: Request, state: str, code: str | None) -> Response:
        """Open a session for who the provider says it is. Raises Problem."""
        errand = self.errands.end(request, state, self.desk.clock.real_now())
        if errand is None:
            raise Problem(400, "sign-in-over", "This sign-in is over", "It took too long, or began in another browser. " + _AGAIN)
        if code is None:
            raise Problem(
                400, "sign-in-refused", "You were not signed in", "Your clinic's sign-in said no, or you left it. " + _AGAIN
            )
        user = await self.sign_in.prove(Return(errand, code, self._redirect_uri(request)))
        await self.desk.welcome(request, user, errand.device, By.OIDC)
        return RedirectResponse("/", 303)

    def _just_linked(self, request: Request) -> str:
        found, now = self.desk.sessions.find(request), self.desk.clock.real_now()
        session = found.session
        if session is None or found.state is not State.OPEN or session.by is not By.LINK or not is_fresh(session, now):
            raise Problem(
                409, "use-link-first", "Please use your link first", "Open the link that you were given, and then come here."
            )
        return session.subject

    def _redirect_uri(self, request: Request) -> str:
        return f"{(self.desk.address or str(request.base_url)).rstrip('/')}{PATH}/callback"


def routes(gate: Gate, oidc: OidcDesk | None) -> APIRouter:
    """Make the routes; without a provider they say that there is none."""
    router = APIRouter(prefix=PATH, include_in_schema=False)

    @router.get("/start", dependencies=[Depends(gate.is_ready)])
    async def start(request: Request, link: bool = False) -> Response:
        """Go to the provider; `link`: to name the account that whoever has just used a link has there."""
        try:
            return await _there(oidc).start(request, link)
        except Problem as problem:
            return _told(problem)

    @router.get("/callback", dependencies=[Depends(gate.is_ready)])
    async def callback(request: Request, state: Text = "", code: Text | None = None) -> Response:
        """Come back from the provider."""
        try:
            return await _there(oidc).take_back(request, state, code)
        except Problem as problem:
            return _told(problem)

    return router


def _there(oidc: OidcDesk | None) -> OidcDesk:
    if oidc is None:
        raise Problem(404, "no-provider", "There is no such sign-in here", "Please use your link or your PIN.")
    return oidc


def _told(problem: Problem) -> Response:
    """Send the browser to the sign-in page, which has the words for what went wrong."""
    return RedirectResponse(f"/sign-in#problem={problem.code}", 303, headers={"cache-control": "no-store"})

"""The addresses of users: who there is, a link for whoever comes, an end for whoever goes."""

from datetime import datetime
from typing import Annotated, Any, Literal

import segno
from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field

from schemas.access import Role, User
from schemas.envelope import Language, SiteId
from services.checkin.answers import ERRORS, ProblemBody
from services.checkin.commands import body_of
from services.checkin.domain.bodies import Exact
from services.checkin.requests import read_body
from services.checkin.security import Gate
from services.checkin.user_desk import UserDesk
from services.runtime.auth import Principal, sign_in_address

UserName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
InPath = Annotated[UserName, Path(description="The user's name: small letters, digits and hyphens, 40 at most.")]


class EditedUser(Exact):
    """What is said of somebody. Without any site they reach every one."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    role: Literal["desk", "clinical", "manager", "auditor", "admin"]
    sites: tuple[SiteId, ...]
    language: Language | None = None

    def as_user(self, user: str) -> User:
        """The user of this name, so described."""
        return User(subject=f"user:{user}", name=self.name, role=Role(self.role), sites=self.sites, language=self.language)


class NewUser(EditedUser):
    """Somebody new. `user` stands on the log as who did something, and is never given to anybody else."""

    user: UserName


BODIES = (NewUser, EditedUser)


class UserView(BaseModel):
    """A member of staff, without anything that opens."""

    user: str
    name: str
    role: Role
    sites: tuple[str, ...]
    language: str | None
    pin_set: bool
    oidc: bool
    """Whether they sign in at the clinic's identity provider, too."""
    invited_until: datetime | None
    locked_at: datetime | None
    revoked_at: datetime | None


class UserList(BaseModel):
    """Everybody within reach, by name."""

    users: list[UserView]


class Invited(BaseModel):
    """Somebody, and the link for their sign-in: it is shown this once."""

    user: UserView
    link: str
    qr: str
    """The link as a QR code: the data: URL of an image, so that the link stands in no address that is asked for."""


def routes(gate: Gate, desk: UserDesk, address: str | None) -> APIRouter:
    """Make the routes of users. `address` is where browsers reach this service; None: where the request did."""
    conflict: dict[int | str, dict[str, Any]] = {409: {"model": ProblemBody, "description": "Not possible as things stand."}}
    router = APIRouter(tags=["users"], prefix="/v1/users", responses={**ERRORS, **conflict})
    Admin = Annotated[Principal, Depends(gate.principal)]  # noqa: N806  # a type

    def invited(request: Request, made: tuple[User, str]) -> Invited:
        user, link = made
        where = sign_in_address(address or str(request.base_url).rstrip("/"), link)
        return Invited(user=view(user), link=where, qr=segno.make(where, error="m").svg_data_uri(scale=4, border=2))

    @router.get("", summary="Who works here")
    async def list_users(admin: Admin) -> UserList:
        return UserList(users=[view(user) for user in desk.all(admin)])

    @router.post("", status_code=201, summary="Add somebody, and make their link", openapi_extra=body_of(NewUser))
    async def add(request: Request, admin: Admin) -> Invited:
        body = await read_body(request, NewUser)
        return invited(request, await desk.add(admin, body.as_user(body.user)))

    @router.post("/{user}/invite", status_code=201, summary="Make a new link for somebody")
    async def invite(request: Request, admin: Admin, user: InPath) -> Invited:
        return invited(request, await desk.invite(admin, f"user:{user}"))

    @router.post("/{user}/revoke", summary="End somebody's access")
    async def revoke(admin: Admin, user: InPath) -> UserView:
        return view(await desk.revoke(admin, f"user:{user}"))

    @router.put("/{user}", summary="Change what is said of somebody", openapi_extra=body_of(EditedUser))
    async def edit(request: Request, admin: Admin, user: InPath) -> UserView:
        body = await read_body(request, EditedUser)
        return view(await desk.edit(admin, body.as_user(user)))

    return router


def view(user: User) -> UserView:
    """What may be shown of a user."""
    return UserView(
        user=user.subject.removeprefix("user:"),
        name=user.name,
        role=user.role,
        sites=user.sites,
        language=user.language,
        pin_set=user.pin_hash is not None,
        oidc=user.identity is not None,
        invited_until=user.invitation.expires_at if user.invitation else None,
        locked_at=user.locked_at,
        revoked_at=user.revoked_at,
    )

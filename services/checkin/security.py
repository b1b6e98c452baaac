"""Who asks, and whether they may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from schemas.access import Role
from schemas.sites import SiteProfile
from services.runtime.auth import Principal, TokenBook
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook

_bearer = HTTPBearer(auto_error=False, description="A token of `clinicflow token issue`.")


@dataclass(frozen=True)
class Asker:
    """Who asks for something at a site. The profile is None only where an unknown site is allowed."""

    principal: Principal
    site: str
    profile: SiteProfile | None


class Gate:
    """Tokens and sites, as the log has them. Until they were read once, nobody is turned away for good: 503."""

    def __init__(self, tokens: TokenBook, sites: SiteBook) -> None:
        self._tokens, self._sites = tokens, sites

    async def principal(self, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Principal:
        """Who bears the token. Raises Problem 401."""
        self._refuse_while_starting()
        found = self._tokens.verify(credentials.credentials) if credentials else None
        if found is None:
            raise Problem(
                401,
                "no-token",
                "Please sign in",
                "A valid access token is missing. It may have expired or been revoked; ask whoever runs the system for a new one.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return found

    def allows(self, roles: frozenset[Role], *, unknown_site: bool = False) -> Callable[..., Awaitable[Asker]]:
        """Make a dependency that lets these roles in at the address's site. It raises Problem 401, 403 or 404, in this order."""

        async def allowed(
            principal: Annotated[Principal, Depends(self.principal)], site: Annotated[str, Path(description="The clinic's id.")]
        ) -> Asker:
            if not principal.may_reach(site):
                raise Problem(403, "other-clinic", "This token is for another clinic", "Please use a token for this clinic.")
            if principal.role not in roles:
                raise Problem(
                    403, "not-allowed", "Not allowed", "Your access doesn't include this. Please ask a colleague who may."
                )
            profile = self._sites.get(site)
            if profile is None and not unknown_site:
                raise Problem(404, "unknown-site", "No such clinic", "There is no clinic of this name. Please check the address.")
            return Asker(principal, site, profile)

        return allowed

    def _refuse_while_starting(self) -> None:
        if not (self._tokens.table.ready and self._sites.table.ready):
            raise Problem(
                503,
                "starting",
                "Not ready yet",
                "The system is starting, or can't reach its records. Please try again in a moment.",
                headers={"Retry-After": "2"},
            )

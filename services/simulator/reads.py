"""What the front desk's API shows: the site, its visits, what became of a command."""

import asyncio
from typing import Any

import httpx

from schemas.live import LiveVisit
from schemas.sites import SiteProfile

RETRY_SECONDS = 0.5


class DeskError(RuntimeError):
    """The desk's answer makes no sense here: a wrong token, an unknown site, a body it doesn't take."""


class Reads:
    """Reads of one site; a service that is away is waited for."""

    def __init__(self, client: httpx.AsyncClient, site: str) -> None:
        """`client` has the base URL and the token."""
        self.client, self.root = client, f"/v1/sites/{site}"

    async def profile(self) -> SiteProfile:
        """Return the site's profile. Raises DeskError."""
        return SiteProfile.model_validate_json(_content(await self._get(f"{self.root}/profile")))

    async def visits(self) -> list[LiveVisit]:
        """Return every visit the site shows. Raises DeskError."""
        response = await self._get(f"{self.root}/visits")
        _content(response)
        return [LiveVisit.model_validate(visit) for visit in response.json()["visits"]]

    async def visit(self, visit: str) -> LiveVisit | None:
        """Return one visit; None where the site shows none of that id."""
        response = await self._get(f"{self.root}/visits/{visit}")
        return LiveVisit.model_validate_json(response.content) if response.is_success else None

    async def outcome(self, address: str) -> dict[str, Any]:
        """Wait for what became of a command that was kept."""
        while True:
            response = await self._get(address)
            if response.is_success:
                found: dict[str, Any] = response.json()
                return found
            await asyncio.sleep(RETRY_SECONDS)

    async def _get(self, address: str) -> httpx.Response:
        while True:
            try:
                response = await self.client.get(address)
                if response.status_code < 500:
                    return response
            except httpx.TransportError:
                pass  # it comes back; nothing was asked that could be lost
            await asyncio.sleep(RETRY_SECONDS)


def _content(response: httpx.Response) -> bytes:
    if not response.is_success:
        body = response.json()
        raise DeskError(f"The desk answered {response.status_code} ({body.get('code')}). {body.get('detail', '')}")
    return response.content

"""The site that a log is replayed into: it follows its log, and is made from the map where it doesn't exist."""

import asyncio
from hashlib import sha256

import httpx

from schemas.sites import SiteClock, SiteProfile
from services.replay.domain.log_map import LogMap
from services.replay.errors import UnusableError
from services.replay.map_file import profile_of
from services.replay.sender import RETRY_SECONDS
from services.runtime.spoken import spoken

TRIES = 30


async def provide(client: httpx.AsyncClient, site: str, log_map: LogMap) -> bool:
    """See to it that the site is there; True if it was made now. Raises UnusableError."""
    known = await _profile(client, site)
    if known is not None:
        if known.clock is not SiteClock.LOG:
            raise UnusableError(f"The site {site} lives now, so no log can be replayed into it. Choose another one with --site.")
        return False
    profile = profile_of(log_map, site).model_dump_json()
    key = f"replay-{sha256(profile.encode()).hexdigest()[:32]}"
    response = await _asked(client, "PUT", site, profile, {"Idempotency-Key": key})
    if not response.is_success:
        raise UnusableError(spoken(response.content, response.status_code))
    for _ in range(TRIES):
        if await _profile(client, site) is not None:
            return True
        await asyncio.sleep(RETRY_SECONDS)
    raise UnusableError(f"The site {site} was made, but is not known yet. Please try again in a moment.")


async def _profile(client: httpx.AsyncClient, site: str) -> SiteProfile | None:
    response = await _asked(client, "GET", site)
    if response.status_code == httpx.codes.NOT_FOUND:
        return None
    if not response.is_success:
        raise UnusableError(spoken(response.content, response.status_code))
    return SiteProfile.model_validate_json(response.content)


async def _asked(
    client: httpx.AsyncClient, method: str, site: str, content: str | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    """Ask for the profile's address, again and again while the system starts."""
    for _ in range(TRIES):
        try:
            response = await client.request(method, f"/v1/sites/{site}/profile", content=content, headers=headers)
        except httpx.ConnectError:
            raise UnusableError("The front desk's API can't be reached. Is the stack running? See `clinicflow status`.") from None
        except httpx.TransportError:
            response = None
        if response is not None and response.status_code < 500:
            return response
        await asyncio.sleep(RETRY_SECONDS)
    raise UnusableError("The system is not ready. Please try again in a moment.")

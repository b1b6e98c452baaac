"""How the commands reach the front desk's API: where it is, and with which token."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
import httpx

from schemas.sites import SiteProfile
from services.cli.installation import installation
from services.cli.stack_options import data_option, settings_from
from services.runtime.settings import ServiceSettings
from services.runtime.spoken import spoken
from services.stack.state import read

SECONDS = 30.0
"""How long the API may take for an answer."""
NOT_REACHED = "The front desk's API can't be reached. Is the stack running? See `clinicflow status`."

Command = TypeVar("Command", bound=Callable[..., None])


@dataclass(frozen=True)
class FrontDesk:
    """Where the API is, who asks, and the installation it belongs to."""

    url: str
    token: str
    settings: ServiceSettings

    def client(self) -> httpx.Client:
        """A client that shows the token."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=SECONDS)


def front_desk_options(command: Command) -> Command:
    """Adds --url, --token and --data; the command gets them as keyword arguments, for `front_desk`."""
    command = click.option("--token", help="A token that may do this [that of the local stack's operator].")(command)
    command = click.option("--url", help="The front desk's API [that of the local stack].")(command)
    return data_option(command)


def front_desk(url: str | None, token: str | None, data: Path | None) -> FrontDesk:
    """Where the options, the environment or the local stack say it is, in this order. Raises ClickException."""
    settings = installation(data)
    return FrontDesk(address_of(url, data), token or os.environ.get("CLINICFLOW_TOKEN") or _operator(settings), settings)


def address_of(url: str | None, data: Path | None) -> str:
    """Where the front desk is: what the option says, or the environment, or the local stack. Raises ClickException."""
    running = read(settings_from(data=data).data)
    told = running.environment.get("CLINICFLOW_CHECKIN_URL") if running else None
    environment = None if data else os.environ.get("CLINICFLOW_CHECKIN_URL")
    if not (found := url or environment or told):
        raise click.ClickException("No stack runs here. Start one with `clinicflow up`, or say where it is with --url.")
    return found.rstrip("/")


def _operator(settings: ServiceSettings) -> str:
    path = settings.secrets_dir / "operator.token"
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        raise click.ClickException("There is no operator's token here. Give one with --token, or in CLINICFLOW_TOKEN.") from None


def ask(client: httpx.Client, method: str, address: str, **options: object) -> httpx.Response:
    """One request. Raises ClickException, in the API's own plain words, for anything but a success or a 404."""
    try:
        response = client.request(method, address, **options)  # type: ignore[arg-type]  # httpx's own options
    except httpx.TransportError:
        raise click.ClickException(NOT_REACHED) from None
    if not response.is_success and response.status_code != httpx.codes.NOT_FOUND:
        raise click.ClickException(spoken(response.content, response.status_code))
    return response


def profile(client: httpx.Client, site: str) -> SiteProfile | None:
    """The site's profile; None where there is no such site. Raises ClickException."""
    response = ask(client, "GET", f"/v1/sites/{site}/profile")
    return SiteProfile.model_validate_json(response.content) if response.is_success else None

"""`clinicflow user`: add, list, invite and revoke the people who work at the clinics."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from pydantic import ValidationError

from schemas.access import Role, User
from services.cli.access import AccessRecords, reach_in_words, reach_of, reach_options
from services.cli.front_desk import address_of
from services.cli.installation import installation
from services.cli.stack_options import data_option
from services.runtime import auth, staff
from services.runtime.staff import Refusal

Command = TypeVar("Command", bound=Callable[..., None])


@click.group()
def user() -> None:
    """Add, list, invite and revoke the people who work here."""


def _link_options(command: Command) -> Command:
    return data_option(
        click.option("--url", help="The front desk's address, as browsers reach it [that of the local stack].")(command)
    )


@user.command()
@click.argument("name")
@click.option("--name", "called", required=True, help='What colleagues call them: "Rosa Diaz".')
@click.option("--role", type=click.Choice([role.value for role in staff.ROLES]), required=True, help="What they do here.")
@reach_options
@click.option("--language", help="The language of their screens, such as es [the clinic's].")
@_link_options
def add(  # noqa: PLR0917  # click calls it by name
    name: str,
    called: str,
    role: str,
    sites: tuple[str, ...],
    all_sites: bool,
    language: str | None,
    url: str | None,
    data: Path | None,
) -> None:
    """Add somebody. The link for their first sign-in is printed once, alone on stdout.

    NAME may be 40 of a-z, 0-9 and hyphen; it appears on the log as who did something and is nobody else's ever after.
    """
    reach, address, access = reach_of(sites, all_sites), address_of(url, data), AccessRecords(installation(data))
    link, invitation = auth.invite(name, access.now)
    try:
        wanted = User(subject=f"user:{name}", name=called, role=Role(role), sites=reach, language=language, invitation=invitation)
    except ValidationError as problem:
        raise click.UsageError(
            "A user's and a clinic's name may be 40 of a-z, 0-9 and hyphen, a language has two or three letters."
        ) from problem
    with access as records:
        if records.change(name, lambda standing: staff.added(standing, wanted)) is Refusal.EXISTS:
            raise click.ClickException(f"There is a user named {name}. `clinicflow user invite {name}` makes a new link.")
    click.echo(auth.sign_in_address(address, link))


@user.command()
@click.argument("name")
@_link_options
def invite(name: str, url: str | None, data: Path | None) -> None:
    """Make a new link: for one more device, after a forgotten PIN, or for somebody who comes back. It is printed once."""
    address, access = address_of(url, data), AccessRecords(installation(data))
    link, invitation = auth.invite(name, access.now)
    with access as records:
        if records.change(name, lambda standing: staff.invited(standing, invitation)) is Refusal.UNKNOWN:
            raise _no_such(name)
    click.echo(auth.sign_in_address(address, link))


@user.command()
@click.argument("name")
@data_option
def revoke(name: str, data: Path | None) -> None:
    """End somebody's access: from now on they see nothing."""
    with AccessRecords(installation(data)) as records:
        if records.change(name, lambda standing: staff.revoked(standing, records.now)) is Refusal.UNKNOWN:
            raise _no_such(name)
    click.echo(f"{name} is revoked.", err=True)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_option
def list_users(as_json: bool, data: Path | None) -> None:
    """List the people, without anything that opens."""
    with AccessRecords(installation(data)) as records:
        found = records.users()
    for record in found:
        if as_json:
            click.echo(record.model_dump_json(exclude={"type", "pin_hash", "identity", "invitation"}))
            continue
        name, reach = record.subject.removeprefix("user:"), reach_in_words(record.sites)
        click.echo(f"{name:<24} {record.name:<32} {record.role.value:<10} {_state(record):<20} {reach}")


def _no_such(name: str) -> click.ClickException:
    return click.ClickException(f"There is no user named {name}. `clinicflow user list` shows those there are.")


def _state(record: User) -> str:
    if record.revoked_at is not None:
        return f"revoked {record.revoked_at:%Y-%m-%d}"
    if record.locked_at is not None:
        return "locked out"
    if record.pin_hash is None and record.identity is None:
        return "invited" if record.invitation else "without a PIN"
    return "in force"

"""`clinicflow token`: issue, list and revoke access tokens."""

from datetime import datetime, timedelta
from pathlib import Path

import click
from pydantic import ValidationError

from schemas.access import Role, Token
from services.cli.access import AccessRecords, reach_in_words, reach_of, reach_options
from services.cli.installation import installation
from services.cli.stack_options import data_option
from services.runtime import auth


@click.group()
def token() -> None:
    """Issue, list and revoke access tokens."""


@token.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What it is for.")
@reach_options
@click.option("--days", type=click.IntRange(1, 3650), help="It expires after so many days; without this, never.")
@click.option("--replace", is_flag=True, help="Put it in the place of the one with this name, which then ends.")
@data_option
def issue(  # noqa: PLR0917  # click calls it by name
    name: str, role: str, sites: tuple[str, ...], all_sites: bool, days: int | None, replace: bool, data: Path | None
) -> None:
    """Issue a token. It is printed once, alone on stdout, and can't be shown again.

    NAME may be 40 of a-z, 0-9 and hyphen; it appears on the log as who did something, so it should name no patient.
    """
    reach = reach_of(sites, all_sites)
    access = AccessRecords(installation(data))
    try:
        text, record = auth.issue(name, Role(role), reach, access.now, access.now + timedelta(days=days) if days else None)
    except ValidationError as problem:
        raise click.UsageError("A token's name, and a clinic's, may be 40 of a-z, 0-9 and hyphen.") from problem
    with access as records:
        standing = records.token(name)
        if standing is not None and standing.revoked_at is None and not replace:
            raise click.ClickException(f"There is a token named {name}. Use another name, or --replace to end that one.")
        records.publish(record)
    click.echo(text)


@token.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_option
def list_tokens(as_json: bool, data: Path | None) -> None:
    """List the tokens, without their secrets."""
    with AccessRecords(installation(data)) as records:
        found, now = records.tokens(), records.now
    for record in found:
        if as_json:
            click.echo(record.model_dump_json(exclude={"hash", "type"}))
            continue
        name, reach = record.subject.removeprefix("token:"), reach_in_words(record.sites)
        click.echo(f"{name:<40} {record.role.value:<12} {_state(record, now):<24} {reach}")


def _state(record: Token, now: datetime) -> str:
    if record.revoked_at is not None:
        return f"revoked {record.revoked_at:%Y-%m-%d}"
    if record.expires_at is None:
        return "in force"
    return f"{'expired' if record.expires_at <= now else 'until'} {record.expires_at:%Y-%m-%d}"


@token.command()
@click.argument("name")
@data_option
def revoke(name: str, data: Path | None) -> None:
    """End a token: from now on it opens nothing."""
    with AccessRecords(installation(data)) as records:
        standing = records.token(name)
        if standing is None:
            raise click.ClickException(f"There is no token named {name}. `clinicflow token list` shows those there are.")
        if standing.revoked_at is not None:
            click.echo(f"{name} was revoked already.", err=True)
            return
        records.publish(standing.model_copy(update={"revoked_at": records.now}))
    click.echo(f"{name} is revoked.", err=True)

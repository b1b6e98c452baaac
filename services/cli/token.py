"""`clinicflow token`: issue, list and revoke access tokens."""

from datetime import datetime, timedelta
from pathlib import Path

import click
from kafka.errors import KafkaError
from pydantic import TypeAdapter, ValidationError

from schemas.access import Access, Role, Token
from schemas.topics import ACCESS
from services.cli.installation import installation
from services.cli.stack_options import data_option
from services.runtime import auth, kafka
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings

READ_SECONDS = 10
_ACCESS: TypeAdapter[Access] = TypeAdapter(Access)


class _Tokens:
    """The tokens on access.v1, as of when it was built. Raises ClickException when Kafka can't be read."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._found: dict[str, Token] = {}
        table = kafka.TopicTable(settings, ACCESS, self._apply)
        table.start()
        read = table.wait(READ_SECONDS)
        table.stop()
        if not read:
            raise click.ClickException(
                "Kafka can't be reached, or has no topics yet. Is the stack running? See `clinicflow status`."
            )

    def _apply(self, key: str, value: bytes | None) -> None:
        self._found.pop(key, None)
        try:
            record = _ACCESS.validate_json(value or b"")
        except ValidationError:
            return
        if isinstance(record, Token):
            self._found[key] = record

    def get(self, name: str) -> Token | None:
        """The token of this name."""
        return self._found.get(f"token:{name}")

    def all(self) -> list[Token]:
        """Every token, revoked ones too, by name."""
        return [self._found[subject] for subject in sorted(self._found)]

    def publish(self, token: Token) -> None:
        """Put it on the log; returns once that is acknowledged."""
        try:
            producer = kafka.producer(self._settings, "cli")
            try:
                producer.send(
                    ACCESS.name(self._settings.namespace), token.model_dump_json().encode(), key=token.subject.encode()
                ).get(timeout=kafka.ACK_SECONDS)
            finally:
                producer.close(timeout=kafka.ACK_SECONDS)
        except KafkaError as problem:
            raise click.ClickException("Kafka did not take it. Nothing was changed; please try again.") from problem


@click.group()
def token() -> None:
    """Issue, list and revoke access tokens."""


@token.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What it is for.")
@click.option("--site", "sites", multiple=True, help="A clinic it reaches; repeat for several. Needed unless --all-sites.")
@click.option("--all-sites", is_flag=True, help="It reaches every clinic, those made later too.")
@click.option("--days", type=click.IntRange(1, 3650), help="It expires after so many days; without this, never.")
@click.option("--replace", is_flag=True, help="Put it in the place of the one with this name, which then ends.")
@data_option
def issue(  # noqa: PLR0917  # click calls it by name
    name: str, role: str, sites: tuple[str, ...], all_sites: bool, days: int | None, replace: bool, data: Path | None
) -> None:
    """Issue a token. It is printed once, alone on stdout, and can't be shown again.

    NAME may be 40 of a-z, 0-9 and hyphen; it appears on the log as who did something, so it should name no patient.
    """
    if bool(sites) == all_sites:
        raise click.UsageError("Say which clinics it reaches: --site SITE (once for each), or --all-sites.")
    settings = installation(data)
    now = Clock.from_file(settings.clock_file).now()
    try:
        text, record = auth.issue(name, Role(role), sites, now, now + timedelta(days=days) if days else None)
    except ValidationError as problem:
        raise click.UsageError("A token's name, and a clinic's, may be 40 of a-z, 0-9 and hyphen.") from problem
    tokens = _Tokens(settings)
    standing = tokens.get(name)
    if standing is not None and standing.revoked_at is None and not replace:
        raise click.ClickException(f"There is a token named {name}. Use another name, or --replace to end that one.")
    tokens.publish(record)
    click.echo(text)


@token.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_option
def list_tokens(as_json: bool, data: Path | None) -> None:
    """List the tokens, without their secrets."""
    settings = installation(data)
    now = Clock.from_file(settings.clock_file).now()
    for record in _Tokens(settings).all():
        if as_json:
            click.echo(record.model_dump_json(exclude={"hash", "type"}))
            continue
        reach = ", ".join(record.sites) or "every clinic"
        click.echo(f"{record.subject.removeprefix('token:'):<40} {record.role.value:<12} {_state(record, now):<24} {reach}")


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
    settings = installation(data)
    tokens = _Tokens(settings)
    standing = tokens.get(name)
    if standing is None:
        raise click.ClickException(f"There is no token named {name}. `clinicflow token list` shows those there are.")
    if standing.revoked_at is not None:
        click.echo(f"{name} was revoked already.", err=True)
        return
    tokens.publish(standing.model_copy(update={"revoked_at": Clock.from_file(settings.clock_file).now()}))
    click.echo(f"{name} is revoked.", err=True)

"""`clinicflow audit`: who did or looked at what at a site, read from the audit trail itself."""

import getpass
import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import click
from kafka.errors import KafkaError

from schemas.audit import AuditRecord
from schemas.topics import AUDIT
from services.checkin.domain.audit import VIEWED_AUDIT, Act, made_here, record_of
from services.cli.installation import installation
from services.cli.since import Since
from services.cli.site_name import site_option
from services.cli.stack_options import data_option
from services.runtime import kafka
from services.runtime.audit_log import DEFAULT_LIMIT, Trail, Wanted, rows, trail
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings
from services.runtime.sheet import sheet

AWAY = "Kafka can't be read or written, so the audit trail stays closed. Is the stack running? See `clinicflow status`."
NONE = "Nothing on the audit trail is like that. It was looked for from {since} on; --since goes further back."
MORE = "There is more: say a higher --limit, or a later --since."


@click.command()
@site_option
@click.option("--person", help="Only what is about this patient, by id: who looked at them?")
@click.option("--visit", help="Only what is about this visit.")
@click.option("--actor", help="Only what this one did and saw: user:NAME, token:NAME or operator:NAME.")
@click.option("--since", type=Since(), default="30d", show_default=True, help="From then on: 90m, 24h, 7d, or 2026-03-02T08:00.")
@click.option("--limit", type=click.IntRange(1), default=DEFAULT_LIMIT, show_default=True, help="So many of the newest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, for a spreadsheet.")
@data_option
def audit(  # noqa: PLR0917  # click calls it by name
    site: str,
    person: str | None,
    visit: str | None,
    actor: str | None,
    since: timedelta | datetime,
    limit: int,
    as_json: bool,
    as_csv: bool,
    data: Path | None,
) -> None:
    """Print who did or looked at what at a site, newest first. That you looked is recorded, under your login here.

    An outcome is done, refused (nothing was changed), denied (who asked may not), or kept (recorded, and not decided at once).
    """
    if sum(chosen is not None for chosen in (person, visit, actor)) > 1 or (as_json and as_csv):
        raise click.UsageError("Say one of --person, --visit and --actor, and one of --json and --csv.")
    settings = installation(data)
    clock = Clock.from_file(settings.clock_file)
    begin = clock.now() - since if isinstance(since, timedelta) else since
    try:
        found = trail(settings, clock, Wanted(site, begin, None, person, visit, actor, limit))
        _note(settings, clock, site, person, visit)
    except KafkaError:
        raise click.ClickException(AWAY) from None
    if found.unreadable:
        click.echo(f"{found.unreadable} records of the topic can't be read by this release and are left out.", err=True)
    _print(found, as_json=as_json, as_csv=as_csv)
    if not found.records:
        click.echo(NONE.format(since=f"{begin.astimezone():%Y-%m-%d %H:%M}"), err=True)
    if not found.complete:
        click.echo(MORE, err=True)


def _note(settings: ServiceSettings, clock: Clock, site: str, person: str | None, visit: str | None) -> None:
    """Record the look, before anything of it is shown. Raises KafkaError."""
    act = Act(VIEWED_AUDIT, visit=made_here(visit), person=made_here(person))
    record = record_of(act, _login(), site, str(uuid4()), clock.now())
    producer = kafka.producer(settings, "audit")
    try:
        value = record.model_dump_json(exclude_none=True).encode()
        producer.send(AUDIT.name(settings.namespace), value, key=site.encode()).get(kafka.ACK_SECONDS * 2)
    finally:
        producer.close(timeout=kafka.ACK_SECONDS)


def _login() -> str:
    """Whoever is logged in on this machine, as an actor."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = "unknown"
    return f"operator:{re.sub(r'[^A-Za-z0-9._-]', '-', name)[:50]}"


def _print(found: Trail, *, as_json: bool, as_csv: bool) -> None:
    if as_csv:
        click.echo(sheet(rows(found.records)), nl=False)
        return
    for record in found.records:
        click.echo(record.model_dump_json(exclude_none=True) if as_json else _line(record))


def _line(record: AuditRecord) -> str:
    about = [f"{name} {value}" for name, value in (("visit", record.visit), ("person", record.person)) if value]
    at = f"{record.at.astimezone():%Y-%m-%d %H:%M:%S}"
    return f"{at}  {record.actor:<24} {record.action:<16} {record.outcome:<8} {'  '.join(about)}".rstrip()

"""`clinicflow billing`: lists what the billing system was told and could not be told, and has it tried again."""

from collections import Counter
from pathlib import Path

import click
from kafka.errors import KafkaError
from pydantic import ValidationError

from schemas.deliveries import DELIVERY_RECORD, Delivery, DeliveryState
from schemas.topics import DELIVERIES
from services.cli.installation import installation
from services.cli.site_name import SiteName
from services.cli.stack_options import data_option
from services.cli.whole_topic import whole_topic
from services.runtime.deliveries.advice import ADVICE
from services.runtime.deliveries.asking import ask, may_be_asked
from services.runtime.settings import ServiceSettings

AWAY = "Kafka can't be read, or has no topics yet. Is the stack running? See `clinicflow status`."
NOT_TAKEN = "Kafka did not take all of it. Please try again; what is asked for twice is done once."
NONE = "Nothing: the billing system was told all that it was to be told, or there is none (CLINICFLOW_BILLING_URL)."
NONE_SUCH = "Nothing like that. `clinicflow billing list --state sent` shows what the billing system was told."

STATES = click.Choice([state.value for state in DeliveryState])
site_option = click.option("--site", type=SiteName(), help="Only this clinic's.")


@click.group()
def billing() -> None:
    """Look at what could not be handed over to the billing system, and have it tried again."""


@billing.command("list")
@site_option
@click.option("--state", "states", type=STATES, multiple=True, help="Only these; without it what waits and what failed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_option
def list_deliveries(site: str | None, states: tuple[str, ...], data: Path | None, *, as_json: bool) -> None:
    """List visits, newest first: what is told of each, how that stands and why, when it is tried again."""
    wanted = set(states) or {DeliveryState.PENDING, DeliveryState.FAILED}
    found = [entry for entry in _read(installation(data), site) if entry.state in wanted]
    for entry in found:
        click.echo(entry.model_dump_json(exclude_none=True) if as_json else _row(entry))
    if not found:
        click.echo(NONE_SUCH if states or site else NONE, err=as_json)
    elif not as_json:
        for problem in sorted({entry.problem for entry in found if entry.problem is not None}):
            click.echo(f"\n{problem}: {' '.join(ADVICE[problem])}")


@billing.command()
@click.argument("visits", metavar="[VISIT]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that failed.")
@site_option
@click.option("--yes", is_flag=True, help="Without asking first.")
@data_option
def retry(visits: tuple[str, ...], everything: bool, site: str | None, yes: bool, data: Path | None) -> None:
    """Have billing try again. Name the visits, or say --all; one that waits for its next attempt is tried at once."""
    if bool(visits) == everything or (visits and site):
        raise click.UsageError("Say which: the visits, or --all; --site goes with the last.")
    settings = installation(data)
    known = {entry.visit: entry for entry in _read(settings, site)}
    if everything:
        chosen = [entry for entry in known.values() if entry.state is DeliveryState.FAILED]
    else:
        chosen = [_one(known, visit) for visit in dict.fromkeys(visits)]
    if not chosen:
        raise click.ClickException("There is nothing to retry. `clinicflow billing list` shows what waits and what failed.")
    if not yes:
        counted = ", ".join(f"{number} {kind}" for kind, number in sorted(Counter(entry.kind for entry in chosen).items()))
        click.confirm(f"Have {len(chosen)} of them tried again ({counted})?", abort=True)
    try:
        asked = ask(settings, chosen)
    except KafkaError:
        raise click.ClickException(NOT_TAKEN) from None
    click.echo(
        f"{len(asked)} will be tried again at once, where billing runs. `clinicflow billing list` shows what became of them."
    )


def _one(known: dict[str, Delivery], visit: str) -> Delivery:
    entry = known.get(visit)
    if entry is None:
        raise click.ClickException(f"Nothing was ever said of a visit {visit}. `clinicflow billing list` shows those there are.")
    if not may_be_asked(entry):
        raise click.ClickException(f"The billing system knows of visit {visit} already: there is nothing to retry.")
    return entry


def _read(settings: ServiceSettings, site: str | None) -> list[Delivery]:
    """Give the last word on each visit, newest first. Raises ClickException when Kafka can't be read."""
    found: dict[str, Delivery] = {}
    unreadable = 0
    try:
        for record in whole_topic(settings, DELIVERIES, "billing-list"):
            try:
                said = DELIVERY_RECORD.validate_json(record.value or b"")
            except ValidationError:
                unreadable += 1
                continue
            if isinstance(said, Delivery) and site in {None, said.site}:
                found[said.visit] = said
    except KafkaError:
        raise click.ClickException(AWAY) from None
    if unreadable:
        click.echo(f"{unreadable} records of the topic can't be read by this release and are left out.", err=True)
    return sorted(found.values(), key=lambda entry: entry.begun_at, reverse=True)


def _row(entry: Delivery) -> str:
    why = " ".join(str(word) for word in (entry.problem, entry.status) if word is not None) or "-"
    begun = f"{entry.begun_at.astimezone():%Y-%m-%d %H:%M:%S}"
    tries = f"{entry.attempts} attempts" if entry.attempts != 1 else "1 attempt"
    again = f"again {entry.next_attempt_at.astimezone():%Y-%m-%d %H:%M:%S}" if entry.next_attempt_at is not None else ""
    row = f"{entry.visit:<38} {entry.kind:<10} {entry.state:<8} {why:<16} {entry.site:<20} {begun}  {tries:<11} {again}"
    return row.rstrip()

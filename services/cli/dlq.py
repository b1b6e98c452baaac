"""`clinicflow dlq`: lists and shows what could not be used, and puts it on the log again."""

import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import click
from kafka.errors import KafkaError

from schemas.dead_letters import DeadLetterReason
from schemas.topics import DEAD_LETTERS
from services.cli.dead_letters import shown
from services.cli.installation import installation
from services.cli.since import Since
from services.cli.site_name import SiteName
from services.cli.stack_options import data_option
from services.cli.whole_topic import whole_topic
from services.runtime.clock import Clock
from services.runtime.dead_letters.advice import ADVICE
from services.runtime.dead_letters.box import Box, Entry, Wanted
from services.runtime.dead_letters.fates import End, Fate, Fates
from services.runtime.dead_letters.resending import Sent, resend
from services.runtime.dead_letters.unsealing import Opener, SealedError, Unsealed
from services.runtime.settings import ServiceSettings

AWAY = "Kafka can't be read, or has no topics yet. Is the stack running? See `clinicflow status`."
NOT_TAKEN = "Kafka did not take all of it. What was not taken is still among the dead letters; please try again."
NONE = "No dead letters: every record of the last 30 days could be used."
NONE_SUCH = "No dead letters like that. `clinicflow dlq list` shows all there are."

REASONS = click.Choice([reason.value for reason in DeadLetterReason])
reason_option = click.option("--reason", type=REASONS, help="Only those set aside for this reason.")
site_option = click.option("--site", type=SiteName(), help="Only this clinic's.")


@click.group()
def dlq() -> None:
    """Look at the records that could not be used (dead letters), and retry them."""


@dlq.command("list")
@site_option
@reason_option
@click.option("--since", type=Since(), help="Only those set aside since: 90m, 24h, 7d, or 2026-03-02T08:00.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_option
def list_letters(
    site: str | None, reason: str | None, since: timedelta | datetime | None, data: Path | None, *, as_json: bool
) -> None:
    """List them, newest first: id, reason, clinic, when it was set aside, whether it was retried since."""
    settings = installation(data)
    begin = Clock.from_file(settings.clock_file).now() - since if isinstance(since, timedelta) else since
    box, opener = _read(settings), Opener(settings)
    wanted = Wanted(site, reason, begin)
    found = [entry for entry in box.entries if wanted.holds(entry, opener.site)]
    for entry in found:
        click.echo((shown.as_json if as_json else shown.row)(entry, opener.site(entry)))
    if not found:
        click.echo(NONE_SUCH if box.entries else NONE, err=as_json)


@dlq.command()
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the record in Base64.")
@data_option
def show(name: str, data: Path | None, *, as_json: bool) -> None:
    """Show one with its reason, what to do about it, and the whole record as it came. It may name patients."""
    settings = installation(data)
    opener = Opener(settings)
    entry = _one(_read(settings), name)
    record = _open(opener, entry)
    click.echo((shown.letter_as_json if as_json else shown.letter_as_text)(entry, opener.site(entry), record))


@dlq.command()
@click.argument("names", metavar="[ID]...", nargs=-1)
@reason_option
@click.option("--all", "everything", is_flag=True, help="All that were not retried yet.")
@site_option
@click.option("--yes", is_flag=True, help="Without asking first.")
@data_option
def retry(  # noqa: PLR0917  # click calls it by name
    names: tuple[str, ...], reason: str | None, everything: bool, site: str | None, yes: bool, data: Path | None
) -> None:
    """Put records on the log again, where flow decides them anew. Name them, or say --reason or --all.

    What was retried is not taken by --reason and --all again; where it came back, it has a new id and is. Exit code 0: all of
    it was taken; 1: some was not, or came back.
    """
    if bool(names) + bool(reason) + everything != 1 or (names and site):
        raise click.UsageError("Say which: the ids, or --reason REASON, or --all; --site goes with the last two.")
    settings = installation(data)
    opener = Opener(settings)
    box = _read(settings)
    if names:
        chosen = [_one(box, name) for name in dict.fromkeys(names)]
    else:
        wanted = Wanted(site, reason)
        chosen = [entry for entry in box.entries if not entry.retries and wanted.holds(entry, opener.site)]
    due = _due(chosen, opener)
    if not due:
        raise click.ClickException("There is nothing to retry. `clinicflow dlq list` shows what there is, and what was retried.")
    if not yes:
        counted = ", ".join(f"{number} {why}" for why, number in sorted(Counter(entry.letter.reason for entry, _ in due).items()))
        click.confirm(f"Put {len(due)} of them on the log again ({counted})?", abort=True)
    sys.exit(_retry(settings, due))


def _retry(settings: ServiceSettings, due: list[tuple[Entry, Unsealed]]) -> int:
    try:
        with Fates(settings) as fates:
            sent, left = resend(settings, due)
            said = fates.wait(sent)
    except KafkaError:
        raise click.ClickException(NOT_TAKEN) from None
    for one in sent:
        click.echo(f"{one.entry.id} is on the log again as {one.id}: {_in_words(one, said[one])}")
    if left:
        raise click.ClickException(f"{NOT_TAKEN} Not taken: {', '.join(entry.id for entry in left)}.")
    return int(any(fate.end is End.DEAD_AGAIN for fate in said.values()))


def _in_words(one: Sent, fate: Fate) -> str:
    if fate.end is End.DEAD_AGAIN:
        return f"set aside again, {fate.reason}. `clinicflow dlq show {one.id}` says what to do."
    if fate.end is End.REFUSED:
        return f"refused, {fate.reason}."
    if fate.end is End.READ:
        return "flow has read it and did not set it aside; its outcome is no longer kept."
    if fate.end is End.UNKNOWN:
        return "nothing was heard of it yet. Are flow and Redis running? If it is set aside again, `clinicflow dlq list` shows it."
    return "applied."


def _due(chosen: list[Entry], opener: Opener) -> list[tuple[Entry, Unsealed]]:
    """What can be sent, in the order in which it came. Raises ClickException where a key is missing."""
    due = []
    for entry in sorted(chosen, key=lambda entry: entry.place):
        if entry.letter.reason is DeadLetterReason.EMPTY:
            click.echo(f"{entry.id} is left out. {' '.join(ADVICE[entry.letter.reason])}", err=True)
        else:
            due.append((entry, _open(opener, entry)))
    return due


def _read(settings: ServiceSettings) -> Box:
    try:
        box = Box.of(whole_topic(settings, DEAD_LETTERS, "dlq"))
    except KafkaError:
        raise click.ClickException(AWAY) from None
    if box.unreadable:
        click.echo(f"{box.unreadable} records of the topic can't be read by this release and are left out.", err=True)
    return box


def _one(box: Box, name: str) -> Entry:
    entry = box.get(name)
    if entry is None:
        raise click.ClickException(f"There is no dead letter {name}. `clinicflow dlq list` shows those there are.")
    return entry


def _open(opener: Opener, entry: Entry) -> Unsealed:
    try:
        return opener.open(entry.letter)
    except SealedError as problem:
        raise click.ClickException(f"{entry.id}: {problem}") from None

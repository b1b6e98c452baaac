"""`clinicflow outbox`: the texts that would have been sent."""

import os
import time
from pathlib import Path

import click
from pydantic import ValidationError

from services.cli.stack_options import data_option, settings_from
from services.notify.outbox_line import OutboxLine, whole_lines

FILE = "outbox.jsonl"
LOOK_SECONDS = 0.5
EMPTY = "No texts yet. One appears here whenever a patient is next or is called; `clinicflow demo` has many."


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--follow", is_flag=True, help="Go on with new ones as they come, until Ctrl-C.")
def outbox(data: Path | None, *, as_json: bool, follow: bool) -> None:
    """Print the texts that would have been sent to patients: time, ticket, text."""
    path = _file(data)
    try:
        offset = _print_from(path, 0, as_json=as_json)
        if not offset and not as_json:
            click.echo(EMPTY)
        while follow:
            time.sleep(LOOK_SECONDS)
            offset = _print_from(path, offset, as_json=as_json)
    except KeyboardInterrupt:
        return


def _file(data: Path | None) -> Path:
    if data is None and (told := os.environ.get("CLINICFLOW_OUTBOX_FILE")):
        return Path(told)
    return settings_from(data=data).data / FILE


def _print_from(path: Path, offset: int, *, as_json: bool) -> int:
    """Print the texts that stand after `offset`; returns where the next one will. A file begun anew is read from its start."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return 0
    except OSError as problem:
        raise click.ClickException(f"The outbox {path} cannot be read: {problem.strerror}.") from None
    with file:
        file.seek(offset if offset <= os.fstat(file.fileno()).st_size else 0)
        for at, raw in whole_lines(file):
            try:
                line = OutboxLine.model_validate_json(raw)
            except ValidationError:
                click.echo(f"The line at byte {at} of {path} is not a text, so it is left out.", err=True)
                continue
            click.echo(line.model_dump_json() if as_json else _shown(line))
        return file.tell()


def _shown(line: OutboxLine) -> str:
    return f"{line.at.astimezone():%Y-%m-%d %H:%M:%S}  {line.ticket:<5} {line.text}"
